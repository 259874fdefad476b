import type { ServerResponse } from 'node:http'
import type { Platform } from '../api-call.ts'
import type { Change, Changes } from '../changes.ts'
import type { UserRecord } from '../tenant.ts'
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
export interface FeedOptions {
  user: UserRecord
  /** Deliveries and calls as well. */
  inspects: boolean
}

/**
 * Server-Sent Events for one open page. Of each thing only the newest state waits, and of too many things none:
 * a slow page costs neither memory nor time.
 */
export class Feed {
  readonly #view: PageView
  readonly #platform: Platform
  readonly #options: FeedOptions
  readonly #response: ServerResponse
  readonly #waiting = new Map<string, () => FeedItem | undefined>()
  readonly #stop: () => void
  readonly #heartbeat: NodeJS.Timeout
  #timer: NodeJS.Timeout | undefined
  #lost = false

  constructor(view: PageView, platform: Platform, changes: Changes, options: FeedOptions, response: ServerResponse) {
    this.#view = view
    this.#platform = platform
    this.#options = options
    this.#response = response
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    response.write('retry: 1000\n\n')
    this.#write([{ kind: 'sync', run: view.run }])
    this.#stop = changes.listen((change) => this.#note(change))
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs).unref()
    response.on('drain', () => this.#flushSoon(0))
    response.on('close', () => this.#end())
  }

  #note(change: Change): void {
    const { user, inspects } = this.#options
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
    else if (change.kind === 'reset') this.#lose()
    else if (!inspects) return
    else if (change.kind === 'delivery') {
      this.#wait(change.eventId, () => ({ kind: 'delivery', delivery: change.read() }))
    } else this.#wait(`call ${change.call.seq}`, () => ({ kind: 'call', call: change.call }))
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
    if (this.#response.writableNeedDrain || this.#response.destroyed) return
    const items = this.#lost ? [{ kind: 'sync', run: this.#view.run } as const] : this.#items()
    this.#lost = false
    this.#waiting.clear()
    if (items.length > 0) this.#write(items)
  }

  #items(): FeedItem[] {
    return [...this.#waiting.values()].map((read) => read()).filter((item) => item !== undefined)
  }

  #write(items: readonly FeedItem[]): void {
    this.#response.write(`data: ${JSON.stringify(items)}\n\n`)
  }

  #beat(): void {
    // A comment line; without it proxies and browsers take a quiet feed for a dead one.
    if (!this.#response.writableNeedDrain) this.#response.write(':\n\n')
  }

  #end(): void {
    this.#stop()
    clearInterval(this.#heartbeat)
    clearTimeout(this.#timer)
    this.#waiting.clear()
  }
}
