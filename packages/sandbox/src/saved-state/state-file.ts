import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { crc32 } from 'node:zlib'

const magic = Buffer.from('LARKSPUR SANDBOX STATE 1\n')
const headBytes = 8
/** A file that grew by this much is written anew when it also doubled. */
const slackBytes = 16 * 1024 * 1024

/** One value of one store; no value when it is gone. */
export type StateRecord = readonly [store: string, key: string, value?: unknown]

/**
 * State as a log: each change is appended, and the latest record of a key counts. A record is its length, its CRC-32 and the
 * serialised value, so that one that was cut off at the end is seen and left out.
 */
export class StateFile {
  readonly path: string
  #bytes = 0
  #bytesWhenWritten = 0

  /** @throws Error when there is a folder, which must not be put aside */
  constructor(path: string) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      throw new Error(`The saved state ${path} is a folder; name a file, such as ${join(path, 'sandbox.state')}.`)
    }
    this.path = path
  }

  /**
   * What the file holds, oldest first; nothing when there is none.
   *
   * @throws Error when it is no state of a sandbox, or damaged
   */
  read(): StateRecord[] {
    if (!existsSync(this.path)) return []
    const bytes = readFileSync(this.path)
    if (!bytes.subarray(0, magic.length).equals(magic)) throw new Error('it is not the state of a sandbox')
    const records: StateRecord[] = []
    let at = magic.length
    while (at + headBytes <= bytes.length) {
      const start = at + headBytes
      const end = start + bytes.readUInt32LE(at)
      if (end > bytes.length) break
      const body = bytes.subarray(start, end)
      if (crc32(body) !== bytes.readUInt32LE(at + 4)) throw new Error(`it is damaged at byte ${at}`)
      records.push(deserialize(body))
      at = end
    }
    return records
  }

  /** Puts the file aside, for somebody to look at; answers its new name. */
  setAside(): string {
    let name = `${this.path}.aside`
    for (let count = 2; existsSync(name); count += 1) name = `${this.path}.aside-${count}`
    renameSync(this.path, name)
    return name
  }

  /** Puts a new file in the place of the old one at once. */
  write(records: Iterable<Buffer>): void {
    mkdirSync(dirname(this.path), { recursive: true })
    const bytes = Buffer.concat([magic, ...records])
    writeFileSync(`${this.path}.new`, bytes, { mode: 0o600 })
    renameSync(`${this.path}.new`, this.path)
    this.#bytes = bytes.length
    this.#bytesWhenWritten = bytes.length
  }

  append(records: readonly Buffer[]): void {
    const bytes = Buffer.concat(records)
    appendFileSync(this.path, bytes)
    this.#bytes += bytes.length
  }

  /** Whether most of the file is past. */
  get isOverfull(): boolean {
    return this.#bytes > this.#bytesWhenWritten * 2 + slackBytes
  }
}

/** A record as it is written. */
export function encodeRecord(record: StateRecord): Buffer {
  const body = serialize(record)
  const head = Buffer.alloc(headBytes)
  head.writeUInt32LE(body.length, 0)
  head.writeUInt32LE(crc32(body), 4)
  return Buffer.concat([head, body])
}
