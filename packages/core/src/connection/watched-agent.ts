import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'
import { openTunnel, type ProxyOptions, proxyFor, trustedAuthorities } from './proxy.ts'

/** How a socket ended: by the peer's FIN, by an error such as a reset, or by this side. */
export interface SocketEnd {
  readonly by: 'peer' | 'error' | 'us'
  readonly message: string
}

/** What the peer answered to the request that was to open the link. */
export interface HandshakeAnswer {
  readonly status: number
  /** Headers `Handshake-Status`, `Handshake-Msg`, `Handshake-Autherrcode` (source: the official SDKs). */
  readonly handshakeStatus?: number | undefined
  readonly handshakeMessage?: string | undefined
  readonly authCode?: number | undefined
}

const keepAliveMs = 10_000
const maxHeadBytes = 16 * 1024

/**
 * The agent for one socket, which it watches. The SDK tells neither that a link ended, nor when bytes last came, nor why
 * a handshake was refused; the socket below it tells all three.
 */
export class WatchedAgent {
  /** To be given as `agent` of the one request. */
  readonly agent: HttpAgent
  /** Resolves when the socket is closed, or at once after `destroy()` when there was none. */
  readonly closed: Promise<SocketEnd>
  readonly #close: (end: SocketEnd) => void
  #socket: Socket | undefined
  #cancelTunnel: (() => void) | undefined
  #destroyed = false
  #bytesRead = 0
  #gathering = false
  #head = ''
  #headEnded = false
  #end: SocketEnd | undefined

  constructor(target: URL, proxy: ProxyOptions) {
    const { promise, resolve } = Promise.withResolvers<SocketEnd>()
    this.closed = promise
    this.#close = resolve
    const secure = /^(https|wss):$/.test(target.protocol)
    const ca = trustedAuthorities(proxy)
    this.agent = secure ? new HttpsAgent({ ...(ca && { ca }) }) : new HttpAgent()
    const openDirectly = this.agent.createConnection.bind(this.agent)
    const through = proxyFor(target, proxy)
    this.agent.createConnection = (options, callback) => {
      if (!through) return this.#watch(openDirectly(options) as Socket)
      const host = target.hostname.replace(/^\[|\]$/g, '')
      const port = Number(target.port) || (secure ? 443 : 80)
      const servername = (options as { servername?: string }).servername
      this.#cancelTunnel = openTunnel(through, { host, port, secure, servername, ca }, (error, socket) => {
        this.#cancelTunnel = undefined
        if (!socket) {
          this.#end ??= { by: 'error', message: error?.message ?? 'the proxy gave no socket' }
          this.#close(this.#end)
        }
        // The type of the second argument knows no failure.
        callback?.(error, (socket && this.#watch(socket)) as Socket)
      })
      return undefined
    }
  }

  /** Bytes that came from the peer, the answer to the handshake included. */
  get bytesRead(): number {
    return this.#bytesRead
  }

  /** The answer to the handshake; undefined until its head is complete. */
  get answer(): HandshakeAnswer | undefined {
    return this.#headEnded ? parseHead(this.#head) : undefined
  }

  /**
   * Sends a WebSocket ping of its own below the SDK (RFC 6455 §5.5.2: empty, masked). Servers answer it like any client's;
   * the SDK ignores the answer. Frames are written whole, so it cannot fall into the middle of another one.
   */
  ping(): void {
    if (this.#socket?.writable) this.#socket.write(Buffer.from([0x89, 0x80, 0, 0, 0, 0]))
  }

  /**
   * Writes what is written until the end of the running callback and its microtasks at once: the acknowledgements of
   * events that were stored together would otherwise cost a system call each.
   */
  gatherWrites(): void {
    const socket = this.#socket
    if (!socket || this.#gathering) return
    this.#gathering = true
    socket.cork()
    process.nextTick(() => {
      this.#gathering = false
      socket.uncork()
    })
  }

  /** Ends the socket at once, also one that is still being opened. */
  destroy(message: string): void {
    this.#destroyed = true
    this.#end ??= { by: 'us', message }
    this.#cancelTunnel?.()
    if (this.#socket) this.#socket.destroy()
    else this.#close(this.#end)
    this.agent.destroy()
  }

  #watch(socket: Socket): Socket {
    this.#socket = socket
    socket.setKeepAlive(true, keepAliveMs)
    socket.setNoDelay(true)
    const onData = (chunk: Buffer): void => {
      this.#bytesRead += chunk.length
      if (!this.#headEnded) this.#readHead(chunk)
    }
    socket.on('data', onData)
    socket.on('newListener', (event, listener) => {
      // The SDK listens for messages only some microtasks after the handshake. What came in the same segment would be lost.
      if (event !== 'data' || listener === onData || this.#answeredStatus() !== 101) return
      socket.pause()
      setImmediate(() => socket.resume())
    })
    socket.once('end', () => {
      this.#end ??= { by: 'peer', message: 'the platform ended the connection' }
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#end ??= { by: 'error', message: error.code ?? error.message }
    })
    socket.once('close', () => {
      this.#close(this.#end ?? { by: 'us', message: 'the socket was closed' })
    })
    if (this.#destroyed) socket.destroy()
    return socket
  }

  #readHead(chunk: Buffer): void {
    this.#head += chunk.toString('latin1')
    const end = this.#head.indexOf('\r\n\r\n')
    if (end < 0 && this.#head.length < maxHeadBytes) return
    this.#headEnded = true
    this.#head = this.#head.slice(0, end < 0 ? maxHeadBytes : end)
  }

  #answeredStatus(): number | undefined {
    return this.#headEnded ? statusOf(this.#head) : undefined
  }
}

function statusOf(head: string): number {
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0)
}

function parseHead(head: string): HandshakeAnswer {
  const header = (name: string): string | undefined => new RegExp(`^${name}:[ \t]*(.*?)[ \t\r]*$`, 'im').exec(head)?.[1]
  const number = (name: string): number | undefined => {
    const text = header(name)
    return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
  }
  return {
    status: statusOf(head),
    handshakeStatus: number('handshake-status'),
    handshakeMessage: header('handshake-msg')?.slice(0, 200),
    authCode: number('handshake-autherrcode'),
  }
}
