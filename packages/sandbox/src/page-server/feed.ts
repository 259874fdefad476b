import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Platform } from '../api-call.ts'
import type { Change, Changes } from '../changes.ts'
import type { UserRecord } from '../tenant.ts'
import type { InspectorView } from './inspector-view.ts'
import type { FeedItem } from './page-records.ts'
import type { PageView } from './page-view.ts'

/** Changes of this long go out together. */
const gatherMs = 40
/** More changes than this between two writes, and the page loads again what it shows instead. */
const maxItems = 400
/** After a loss the page has this long to load before it hears the next. */
const recoverMs = 500
const heartbeatMs = 20_000

/** What a page wants to hear. */
interface FeedOptions {
  user: UserRecord
  /** Events, callbacks and calls, and nothing else. */
  inspects: boolean
}

/**
 * The live feed of open pages: `/sandbox/feed?user=` as WebSocket, and with `&inspect=1` that of the inspector. It sends JSON
 * lists of `FeedItem` and listens to nothing. (Server-Sent Events would do, but browsers open only six of them to one address.)
 */
export class FeedServer {
  readonly #view: PageView
  readonly #platform: Platform
  readonly #changes: Changes
  readonly #inspector: InspectorView
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1024 })

  constructor(view: PageView, inspector: InspectorView, platform: Platform, changes: Changes) {
    this.#view = view
    this.#inspector = inspector
    this.#platform = platform
    this.#changes = changes
  }

  /** Answers an upgrade request of the page. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const query = new URL(request.url ?? '/', 'http://sandbox').searchParams
    const user = this.#platform.tenant.findUser(query.get('user') ?? '')
    if (!user) {
      socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      return
    }
    const options = { user, inspects: query.get('inspect') === '1' }
    this.#server.handleUpgrade(request, socket, head, (opened) => {
      const parts = { view: this.#view, inspector: this.#inspector, platform: this.#platform }
      new Feed(parts, this.#changes, options, opened)
    })
  }
}

/**
 * What one open page hears. Of each thing only the newest state waits, of too many things none, and nothing is sent before the
 * last has left: a slow page costs neither memory nor time.
 */
class Feed {
  readonly #view: PageView
  readonly #inspector: InspectorView
  readonly #platform: Platform
  readonly #options: FeedOptions
  readonly #socket: WebSocket
  readonly #waiting = new Map<string, () => FeedItem | undefined>()
  readonly #stop: () => void
  readonly #heartbeat: NodeJS.Timeout
  #timer: NodeJS.Timeout | undefined
  #sending = false
  #lost = false

  constructor(
    { view, inspector, platform }: { view: PageView; inspector: InspectorView; platform: Platform },
    changes: Changes,
    options: FeedOptions,
    socket: WebSocket,
  ) {
    this.#view = view
    this.#inspector = inspector
    this.#platform = platform
    this.#options = options
    this.#socket = socket
    this.#send([{ kind: 'sync', run: view.run }])
    this.#stop = changes.listen((change) => {
      if (change.kind === 'reset') this.#lose()
      else if (options.inspects) this.#noteTraffic(change)
      else this.#note(change)
    })
    this.#heartbeat = setInterval(() => socket.ping(), heartbeatMs).unref()
    socket.on('error', () => {})
    socket.on('close', () => this.#end())
  }

  #note(change: Change): void {
    const { user } = this.#options
    const view = this.#view
    if (change.kind === 'message') {
      const { message } = change
      this.#wait(message.messageId, () => {
        const inChat = this.#platform.chats.find(message.chatId)?.userIds.has(user.userId)
        return inChat ? { kind: 'message', message: view.message(user, message) } : undefined
      })
    } else if (change.kind === 'chat') {
      const { chat } = change
      this.#wait(chat.chatId, () => {
        if (!chat.userIds.has(user.userId)) return { kind: 'chat', chatId: chat.chatId }
        return { kind: 'chat', chatId: chat.chatId, chat: view.chat(user, chat) }
      })
    } else if (change.kind === 'read') {
      const { chat, userId } = change
      if (!chat.userIds.has(user.userId)) return
      const { chatId } = chat
      const seq = () => chat.readSeqs.get(userId) ?? 0
      this.#wait(`${chatId} ${userId}`, () => ({ kind: 'read', chatId, userId, seq: seq() }))
    } else if (change.kind === 'links') {
      const app = this.#platform.tenant.app(change.appId)
      this.#wait(app.appId, () => ({ kind: 'app', app: view.app(app) }))
    } else if (change.kind === 'people') this.#wait('people', () => ({ kind: 'people' }))
  }

  #noteTraffic(change: Change): void {
    const inspector = this.#inspector
    if (change.kind === 'delivery') {
      const { delivery } = change
      this.#wait(delivery.eventId, () => ({ kind: 'event', event: inspector.event(delivery) }))
    } else if (change.kind === 'callback') {
      const { callback } = change
      this.#wait(`callback ${callback.seq}`, () => ({ kind: 'callback', callback: inspector.callback(callback) }))
    } else if (change.kind === 'call') {
      const { call } = change
      this.#wait(`call ${call.seq}`, () => ({ kind: 'call', call: inspector.call(call) }))
    }
  }

  #wait(key: string, read: () => FeedItem | undefined): void {
    if (this.#lost) return
    this.#waiting.set(key, read)
    if (this.#waiting.size > maxItems) this.#lose()
    else this.#flushSoon(gatherMs)
  }

  #lose(): void {
    this.#lost = true
    this.#waiting.clear()
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#flushSoon(recoverMs)
  }

  #flushSoon(delayMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#flush()
    }, delayMs)
  }

  #flush(): void {
    if (this.#sending) return
    const items = this.#lost ? [{ kind: 'sync', run: this.#view.run } as const] : this.#items()
    this.#lost = false
    this.#waiting.clear()
    if (items.length > 0) this.#send(items)
  }

  #items(): FeedItem[] {
    return [...this.#waiting.values()].map((read) => read()).filter((item) => item !== undefined)
  }

  #send(items: readonly FeedItem[]): void {
    this.#sending = true
    this.#socket.send(JSON.stringify(items), () => {
      this.#sending = false
      if (this.#waiting.size > 0 || this.#lost) this.#flushSoon(gatherMs)
    })
  }

  #end(): void {
    this.#stop()
    clearInterval(this.#heartbeat)
    clearTimeout(this.#timer)
    this.#waiting.clear()
  }
}
