import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { SandboxClock } from './clock.ts'
import type { SandboxSettings } from './control.ts'
import type { Frame } from './frame.ts'
import type { RunIds } from './ids.ts'
import { Link, type LinkListener } from './link.ts'
import { Watch } from './watch.ts'

const ticketLifeMs = 60_000
const serviceId = 33554678
const maxClientMessageBytes = 1024 * 1024

interface Ticket {
  appId: string
  linkId: string
  until: number
}

/** Why a handshake failed; the last three travel as `Handshake-*` headers. */
interface Refusal {
  status: number
  handshakeStatus: number
  message: string
  authCode: number
}

/** The gate of the long connection: tickets, handshakes, and the links of each app. */
export class LongConnection {
  /** Set by the push engine. */
  onAck: (frame: Frame) => void = () => {}
  onOpen: (appId: string) => void = () => {}
  /** Told when a link of the app came or went. */
  changed: (appId: string) => void = () => {}
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
  readonly #changed = new Watch<true>()

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
    const admitted = this.#admit(new URL(request.url ?? '/', 'http://sandbox'))
    if ('status' in admitted) {
      refuse(socket, admitted)
      return
    }
    const ticket = admitted
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
      this.#changed.notify(true)
      this.changed(link.appId)
      if (firstData === 'at-once') {
        this.onOpen(link.appId)
        process.nextTick(() => socket.uncork())
      }
    })
  }

  /** Uses up the ticket of the address, or says why there is no way in. */
  #admit(url: URL): Ticket | Refusal {
    const value = url.searchParams.get('ticket') ?? ''
    const ticket = this.#tickets.get(value)
    this.#tickets.delete(value)
    if (url.pathname !== '/ws/v2') return { status: 404, handshakeStatus: 404, message: 'not found', authCode: 0 }
    if (!ticket || ticket.until <= performance.now()) {
      return { status: 403, handshakeStatus: 403, message: 'ticket is invalid', authCode: 0 }
    }
    if (this.of(ticket.appId).length < this.#settings.maxLinksPerApp) return ticket
    const message = 'the number of connections exceeded the limit'
    return { status: 403, handshakeStatus: 514, message, authCode: 1000040350 }
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
    return (await this.#changed.next(holds, timeoutMs)) ?? false
  }

  close(): void {
    this.#changed.close()
    for (const link of this.select({})) link.destroy()
    this.#server.close()
  }

  readonly #listener: LinkListener = {
    ack: (_link: Link, frame: Frame) => this.onAck(frame),
    closed: (link: Link) => {
      const rest = this.of(link.appId).filter((other) => other !== link)
      if (rest.length > 0) this.#links.set(link.appId, rest)
      else this.#links.delete(link.appId)
      this.#changed.notify(true)
      this.changed(link.appId)
    },
    pong: () => (this.#settings.pong ? JSON.stringify(this.#settings.clientConfig) : undefined),
    pongDelayMs: () => this.#settings.pongDelayMs,
  }
}

function refuse(socket: Duplex, { status, handshakeStatus, message, authCode }: Refusal): void {
  const lines = [
    `HTTP/1.1 ${status} Refused`,
    `Handshake-Status: ${handshakeStatus}`,
    `Handshake-Msg: ${message}`,
    `Handshake-Autherrcode: ${authCode}`,
    'Content-Length: 0',
    'Connection: close',
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n`)
}
