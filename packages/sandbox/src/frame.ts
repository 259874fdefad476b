/** One frame of the long connection (message `Frame` of the package `pbbp2`, proto2). */
export interface Frame {
  seqId: number
  logId: number
  service: number
  /** 0 control (ping, pong), 1 data. */
  method: number
  headers: readonly (readonly [key: string, value: string])[]
  payload: Uint8Array | undefined
}

/** The bytes are not a frame. */
export class FrameError extends Error {
  override name = 'FrameError'
}

export const controlMethod = 0
export const dataMethod = 1

/** The value of the first header of that name. */
export function frameHeader(frame: Frame, key: string): string | undefined {
  for (const [name, value] of frame.headers) if (name === key) return value
  return undefined
}

/** Encodes a frame of numbers from 0 to 2^53. All required fields are written, also when they are 0: the node SDK refuses a frame without them. */
export function encodeFrame(frame: Frame): Buffer {
  let size = 1 + varintSize(frame.seqId) + 1 + varintSize(frame.logId) + 1 + varintSize(frame.service)
  size += 1 + varintSize(frame.method)
  const headers = frame.headers.map(([key, value]) => {
    const keyBytes = Buffer.byteLength(key)
    const valueBytes = Buffer.byteLength(value)
    const bytes = 1 + varintSize(keyBytes) + keyBytes + 1 + varintSize(valueBytes) + valueBytes
    size += 1 + varintSize(bytes) + bytes
    return { key, keyBytes, value, valueBytes, bytes }
  })
  if (frame.payload) size += 1 + varintSize(frame.payload.length) + frame.payload.length
  const out = Buffer.allocUnsafe(size)
  let at = writeVarint(out, writeTag(out, 0, 1, 0), frame.seqId)
  at = writeVarint(out, writeTag(out, at, 2, 0), frame.logId)
  at = writeVarint(out, writeTag(out, at, 3, 0), frame.service)
  at = writeVarint(out, writeTag(out, at, 4, 0), frame.method)
  for (const header of headers) {
    at = writeVarint(out, writeTag(out, at, 5, 2), header.bytes)
    at = writeVarint(out, writeTag(out, at, 1, 2), header.keyBytes)
    at += out.write(header.key, at)
    at = writeVarint(out, writeTag(out, at, 2, 2), header.valueBytes)
    at += out.write(header.value, at)
  }
  if (frame.payload) {
    at = writeVarint(out, writeTag(out, at, 8, 2), frame.payload.length)
    out.set(frame.payload, at)
  }
  return out
}

/**
 * Decodes a frame. Unknown fields are skipped; the payload is a view into `bytes`. Numbers above 2^53 lose precision,
 * which only an echo of a foreign SeqID or LogID could notice.
 *
 * @throws FrameError when the bytes are cut, malformed, or miss a required field.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  const reader = new FrameReader(bytes, 0, bytes.length)
  const headers: [string, string][] = []
  const numbers: [number?, number?, number?, number?] = []
  let payload: Uint8Array | undefined
  while (reader.more()) {
    const tag = reader.varint()
    const field = tag >>> 3
    if (field >= 1 && field <= 4) {
      if ((tag & 7) !== 0) throw new FrameError(`field ${field} is not a number`)
      numbers[(field - 1) as 0 | 1 | 2 | 3] = field < 3 ? reader.varint() : reader.int32()
    } else if (field === 5 && (tag & 7) === 2) headers.push(reader.header())
    else if (field === 8 && (tag & 7) === 2) payload = reader.bytes()
    else reader.skip(tag & 7)
  }
  const [seqId, logId, service, method] = numbers
  if (seqId === undefined || logId === undefined || service === undefined || method === undefined) {
    throw new FrameError('a required field is missing')
  }
  return { seqId, logId, service, method, headers, payload }
}

class FrameReader {
  readonly #from: Buffer
  #at: number
  readonly #end: number

  constructor(from: Uint8Array, at: number, end: number) {
    this.#from = Buffer.isBuffer(from) ? from : Buffer.from(from.buffer, from.byteOffset, from.length)
    this.#at = at
    this.#end = end
  }

  more(): boolean {
    return this.#at < this.#end
  }

  varint(): number {
    let value = 0
    let factor = 1
    for (let read = 0; read < 10; read += 1) {
      if (this.#at >= this.#end) throw new FrameError('the frame is cut')
      const byte = this.#from[this.#at++] as number
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
      factor *= 128
    }
    throw new FrameError('a number has more than ten bytes')
  }

  /** Negative numbers take ten bytes, of which the first five hold all 32 bits. */
  int32(): number {
    let value = 0
    for (let read = 0; read < 10; read += 1) {
      if (this.#at >= this.#end) throw new FrameError('the frame is cut')
      const byte = this.#from[this.#at++] as number
      if (read < 5) value |= (byte & 0x7f) << (7 * read)
      if (byte < 0x80) return value
    }
    throw new FrameError('a number has more than ten bytes')
  }

  bytes(): Uint8Array {
    const end = this.#lengthEnd()
    const bytes = this.#from.subarray(this.#at, end)
    this.#at = end
    return bytes
  }

  header(): [string, string] {
    const end = this.#lengthEnd()
    const inner = new FrameReader(this.#from, this.#at, end)
    let key: string | undefined
    let value: string | undefined
    while (inner.more()) {
      const tag = inner.varint()
      if (tag === 10) key = inner.#text()
      else if (tag === 18) value = inner.#text()
      else inner.skip(tag & 7)
    }
    if (key === undefined || value === undefined) throw new FrameError('a header misses its key or value')
    this.#at = end
    return [key, value]
  }

  skip(wireType: number): void {
    if (wireType === 0) this.varint()
    else if (wireType === 1) this.#advance(8)
    else if (wireType === 2) this.bytes()
    else if (wireType === 5) this.#advance(4)
    else throw new FrameError(`wire type ${wireType} is not supported`)
  }

  #text(): string {
    const end = this.#lengthEnd()
    const text = this.#from.toString('utf8', this.#at, end)
    this.#at = end
    return text
  }

  #lengthEnd(): number {
    const length = this.varint()
    if (length > this.#end - this.#at) throw new FrameError('the frame is cut')
    return this.#at + length
  }

  #advance(count: number): void {
    if (count > this.#end - this.#at) throw new FrameError('the frame is cut')
    this.#at += count
  }
}

function varintSize(value: number): number {
  let size = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size += 1
  return size
}

function writeVarint(out: Buffer, start: number, value: number): number {
  let at = start
  let rest = value
  while (rest >= 128) {
    out[at++] = (rest % 128) | 0x80
    rest = Math.floor(rest / 128)
  }
  out[at++] = rest
  return at
}

function writeTag(out: Buffer, at: number, field: number, wireType: number): number {
  out[at] = (field << 3) | wireType
  return at + 1
}
