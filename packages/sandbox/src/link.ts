import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { SandboxLink } from './control.ts'
import { controlMethod, decodeFrame, encodeFrame, type Frame, FrameError, frameHeader } from './frame.ts'

/** What a link tells its owner. */
export interface LinkListener {
  /** An answer to a data frame; `bytes` stay valid after the call. */
  ack(link: Link, frame: Frame): void
  closed(link: Link): void
  /** The pong's payload, or nothing when pings shall stay unanswered. */
  pong(): string | undefined
  /** How long a pong is put off, real milliseconds. */
  pongDelayMs(): number
}

/**
 * A client that does not ping at once (the Java SDK) still gets data after this. Shorter is not safe: the node SDK listens
 * only when its connect call has resolved, which a busy machine puts off.
 */
const firstDataDelayMs = 1000

/** One long connection: a WebSocket and the TCP socket below it. */
export class Link {
  readonly linkId: string
  readonly appId: string
  readonly serviceId: number
  readonly #ws: WebSocket
  readonly #socket: Duplex
  readonly #listener: LinkListener
  readonly #counts = { pings: 0, dataFrames: 0, acks: 0, badFrames: 0, swallowedFrames: 0 }
  readonly #connectedAtMs: number
  #waiting: Buffer[] | undefined = []
  #corked = false
  #stalled = false

  constructor(
    identity: { linkId: string; appId: string; serviceId: number; connectedAtMs: number },
    ws: WebSocket,
    socket: Duplex,
    listener: LinkListener,
    firstData: 'after-ping' | 'at-once',
  ) {
    this.linkId = identity.linkId
    this.appId = identity.appId
    this.serviceId = identity.serviceId
    this.#connectedAtMs = identity.connectedAtMs
    this.#ws = ws
    this.#socket = socket
    this.#listener = listener
    if (firstData === 'at-once') this.#waiting = undefined
    else setTimeout(() => this.#releaseData(), firstDataDelayMs).unref()
    ws.on('message', (data: Buffer, isBinary: boolean) => this.#received(data, isBinary))
    ws.on('close', () => listener.closed(this))
    // A protocol error ends the link by a close event, which follows.
    ws.on('error', () => {
      this.#counts.badFrames += 1
    })
  }

  get info(): SandboxLink {
    const state = this.#stalled ? 'stalled' : 'open'
    return { linkId: this.linkId, appId: this.appId, state, connectedAtMs: this.#connectedAtMs, ...this.#counts }
  }

  get stalled(): boolean {
    return this.#stalled
  }

  /** Sends an encoded data frame, held back while the client may not be listening yet. */
  sendData(bytes: Buffer): void {
    if (this.#waiting) this.#waiting.push(bytes)
    else this.#write(bytes, true)
  }

  /** Sends bytes as one message, frame or not. */
  sendRaw(bytes: Buffer, binary: boolean): void {
    this.#write(bytes, binary)
  }

  /** Makes the link half-open. */
  stall(): void {
    this.#stalled = true
    this.#ws.pause()
  }

  drop(how: 'close' | 'end' | 'reset', code: number): void {
    this.#stalled = false
    if (how === 'close') {
      this.#ws.close(code)
      // Without the end of TCP the node SDK stays idle for 30 s after a Close frame.
      this.#socket.end()
    } else if (how === 'end') this.#socket.end()
    else if (this.#socket instanceof Socket) this.#socket.resetAndDestroy()
    this.#ws.resume()
    // A client that keeps its half of the socket open must not hold the sandbox.
    setTimeout(() => this.#ws.terminate(), 1000).unref()
  }

  /** Ends the link without ceremony. */
  destroy(): void {
    this.#ws.terminate()
  }

  #received(data: Buffer, isBinary: boolean): void {
    if (this.#stalled) return
    let frame: Frame
    try {
      if (!isBinary) throw new FrameError('a text message is no frame')
      frame = decodeFrame(data)
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      this.#counts.badFrames += 1
      return
    }
    if (frame.method !== controlMethod) {
      this.#counts.acks += 1
      this.#listener.ack(this, frame)
    } else if (frameHeader(frame, 'type') === 'ping') this.#answerPing()
  }

  #answerPing(): void {
    this.#counts.pings += 1
    const payload = this.#listener.pong()
    if (payload !== undefined) {
      const headers = [['type', 'pong']] as const
      const pong = { seqId: 0, logId: 0, service: this.serviceId, method: controlMethod, headers }
      const bytes = encodeFrame({ ...pong, payload: Buffer.from(payload) })
      const delayMs = this.#listener.pongDelayMs()
      if (delayMs > 0) setTimeout(() => this.#write(bytes, true, false), delayMs).unref()
      else this.#write(bytes, true, false)
    }
    this.#releaseData()
  }

  #releaseData(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    for (const bytes of waiting ?? []) this.#write(bytes, true)
  }

  #write(bytes: Buffer, binary: boolean, isData = true): void {
    if (this.#stalled) {
      this.#counts.swallowedFrames += 1
      return
    }
    if (this.#ws.readyState !== this.#ws.OPEN) return
    if (isData) this.#counts.dataFrames += 1
    // All frames of one turn leave in one write to the kernel.
    if (!this.#corked) {
      this.#corked = true
      this.#socket.cork()
      process.nextTick(() => {
        this.#corked = false
        this.#socket.uncork()
      })
    }
    this.#ws.send(bytes, { binary })
  }
}
