import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { SandboxClock } from './clock.ts'
import type { SandboxSettings } from './control.ts'
import type { Frame } from './frame.ts'
import type { RunIds } from './ids.ts'
import { Link } from './link.ts'

const ticketLifeMs = 60_000
const maxClientMessageBytes = 1024 * 1024

interface Ticket {
  appId: string
  linkId: string
  until: number
}

/** The gate of the long connection: tickets, handshakes, and the links of each app. */
export class LongConnection {
  /** Set by the push engine. */
  onAck: (frame: Frame) => void = () => {}
  onOpen: (appId: string) => void = () => {}
  readonly #clock: SandboxClock
  readonly #ids: RunIds
  readonly #settings: SandboxSettings
  readonly #server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxClientMessageBytes,
  })
  readonly #tickets = new Map<string, Ticket>()
  readonly #links = new Map<string, Link[]>()
  readonly #watchers = new Set<() => void>()

  constructor(clock: SandboxClock, ids: RunIds, settings: SandboxSettings) {
    this.#clock = clock
    this.#ids = ids
    this.#settings = settings
  }

  /** The address for one connection attempt. */
  address(host: string, appId: string): string {
    for (const [value, { until }] of this.#tickets) if (until <= performance.now()) this.#tickets.delete(value)
    const ticket = this.#ids.secret(32)
    const linkId = this.#ids.device()
    this.#tickets.set(ticket, { appId, linkId, until: performance.now() + ticketLifeMs })
    // The node SDK parses the address so that the first key is lost, so neither id may stand first.
    return `ws://${host}/ws/v2?fpid=493&aid=552564&device_id=${linkId}&access_key=${this.#ids.hex32()}&service_id=${serviceId}&ticket=${ticket}`
  }

  /** Answers an upgrade request; `head` is what followed it. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://sandbox')
    const ticket = this.#tickets.get(url.searchParams.get('ticket') ?? '')
    if (url.pathname !== '/ws/v2') return refuse(socket, 404, '404', 'not found', '0')
    if (!ticket || ticket.until <= performance.now()) return refuse(socket, 403, '403', 'ticket is invalid', '0')
    this.#tickets.delete(url.searchParams.get('ticket') ?? '')
    if (this.of(ticket.appId).length >= this.#settings.maxLinksPerApp) {
      return refuse(socket, 403, '514', 'the number of connections exceeded the limit', '1000040350')
    }
    const { firstData } = this.#settings
    // Corked, so that data sent at once shares the TCP segment of the handshake.
    if (firstData === 'at-once') socket.cork()
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      const identity = {
        linkId: ticket.linkId,
        appId: ticket.appId,
        serviceId,
        connectedAtMs: this.#clock.now(),
      }
      const link = new Link(identity, ws, socket, this.#listener, firstData)
      this.#links.set(link.appId, [...this.of(link.appId), link])
      this.#changed()
      if (firstData === 'at-once') {
        this.onOpen(link.appId)
        process.nextTick(() => socket.uncork())
      }
    })
  }

  of(appId: string): readonly Link[] {
    return this.#links.get(appId) ?? []
  }

  /** One link of the app by chance; all weigh the same. */
  pick(appId: string): Link | undefined {
    const links = this.of(appId)
    return links.length < 2 ? links[0] : links[Math.floor(Math.random() * links.length)]
  }

  select(filter: { appId?: string; linkId?: string }): Link[] {
    const links = filter.appId === undefined ? [...this.#links.values()].flat() : this.of(filter.appId)
    return links.filter((link) => filter.linkId === undefined || link.linkId === filter.linkId)
  }

  /** Resolves to true when `holds` does, checked at each link that comes or goes, or to false after `timeoutMs`. */
  async waitUntil(holds: () => boolean, timeoutMs: number): Promise<boolean> {
    if (holds()) return true
    return new Promise((resolve) => {
      const end = (held: boolean) => {
        clearTimeout(timer)
        this.#watchers.delete(check)
        resolve(held)
      }
      const check = () => {
        if (holds()) end(true)
      }
      const timer = setTimeout(end, timeoutMs, false)
      this.#watchers.add(check)
    })
  }

  close(): void {
    for (const link of this.select({})) link.destroy()
    this.#server.close()
  }

  readonly #listener = {
    ack: (_link: Link, frame: Frame) => this.onAck(frame),
    closed: (link: Link) => {
      const rest = this.of(link.appId).filter((other) => other !== link)
      if (rest.length > 0) this.#links.set(link.appId, rest)
      else this.#links.delete(link.appId)
      this.#changed()
    },
    pong: () => (this.#settings.pong ? JSON.stringify(this.#settings.clientConfig) : undefined),
  }

  #changed(): void {
    for (const check of this.#watchers) check()
  }
}

const serviceId = 33554678

function refuse(socket: Duplex, status: number, handshakeStatus: string, message: string, authCode: string): void {
  socket.end(
    [
      `HTTP/1.1 ${status} Refused`,
      `Handshake-Status: ${handshakeStatus}`,
      `Handshake-Msg: ${message}`,
      `Handshake-Autherrcode: ${authCode}`,
      'Content-Length: 0',
      'Connection: close',
      '\r\n',
    ].join('\r\n'),
  )
}
