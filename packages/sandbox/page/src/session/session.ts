import type { FeedItem, PageChat, PageMessage } from '../../../src/page-server/page-records.ts'
import { control, loadChats, loadMessages, loadStart } from './client.ts'
import { Directory } from './directory.ts'
import { openFeed } from './feed-link.ts'
import { emptyWindow, type MessageWindow, withMessage, withNewer, withOlder } from './message-window.ts'

/** What the page knows, for one person. Parts that did not change stay the same objects. */
export interface SessionState {
  /** `failed` when the sandbox did not answer at the start. */
  state: 'loading' | 'ready' | 'failed'
  /** False while the feed is broken. */
  online: boolean
  company: string
  directory: Directory
  chats: ReadonlyMap<string, PageChat>
  /** By `windowKey`. */
  windows: ReadonlyMap<string, MessageWindow>
  /** The last message of somebody else that came while the page was open. */
  news?: PageMessage
}

const initial: SessionState = {
  state: 'loading',
  online: true,
  company: '',
  directory: new Directory([], []),
  chats: new Map(),
  windows: new Map(),
}

/** Names the window of a conversation, or of a thread in it. */
export function windowKey(chatId: string, threadId?: string): string {
  return threadId === undefined ? chatId : `${chatId} ${threadId}`
}

/** One person's view of the sandbox, kept up to date by its feed. */
export class Session {
  readonly user: string
  /** Whether the end of a conversation is in sight, by `windowKey`. */
  readonly atEnd = new Map<string, boolean>()
  #current = initial
  #closeFeed = () => {}
  readonly #listeners = new Set<() => void>()

  constructor(user: string) {
    this.user = user
  }

  get current(): SessionState {
    return this.#current
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Starts to listen; the feed's first item makes the page load. */
  open(): () => void {
    this.#closeFeed = openFeed(
      { user: this.user },
      {
        items: (items) => this.#take(items),
        online: (online) => {
          this.#set({ online })
          // The feed refuses whom the sandbox does not have; an answer tells that from a sandbox that is away.
          if (!online && this.#current.state === 'loading') void this.sync()
        },
      },
    )
    return () => this.#closeFeed()
  }

  /** Loads people, chats and what is shown again. */
  async sync(): Promise<void> {
    try {
      const start = await loadStart()
      const directory = new Directory(start.people, start.apps)
      // Somebody whom this sandbox does not have has neither chats nor a feed.
      if (!directory.person(this.user)) this.#closeFeed()
      const chats = directory.person(this.user) ? await loadChats(this.user) : []
      this.#set({
        state: 'ready',
        company: start.company,
        directory,
        chats: new Map(chats.map((chat) => [chat.chatId, chat])),
      })
      await Promise.all([...this.#current.windows.keys()].map((key) => this.#loadAgain(key)))
    } catch {
      if (this.#current.state === 'loading') this.#set({ state: 'failed' })
    }
  }

  /** Loads the newest messages, unless the window is there; `around` goes to a message that it may not hold. */
  async show(key: string, around?: string): Promise<void> {
    const window = this.#current.windows.get(key)
    if (window?.state === 'ready' && around === undefined) return
    if (around !== undefined && window?.messages.some(({ messageId }) => messageId === around)) return
    if (!window) this.#setWindow(key, emptyWindow)
    await this.#load(key, around)
  }

  /** Forgets conversations other than these, which are loaded again when they are opened. */
  keep(keys: readonly string[]): void {
    const windows = new Map([...this.#current.windows].filter(([key]) => keys.includes(key)))
    if (windows.size !== this.#current.windows.size) this.#set({ windows })
  }

  async loadOlder(key: string): Promise<void> {
    const window = this.#current.windows.get(key)
    const first = window?.messages[0]
    if (!window?.hasOlder || !first) return
    const page = await loadMessages({ ...this.#query(key), before: first.seq })
    const now = this.#current.windows.get(key)
    if (now?.messages[0] === first) this.#setWindow(key, withOlder(now, page))
  }

  async loadNewer(key: string): Promise<void> {
    const window = this.#current.windows.get(key)
    const last = window?.messages.at(-1)
    if (!window?.hasNewer || !last) return
    const page = await loadMessages({ ...this.#query(key), after: last.seq })
    const now = this.#current.windows.get(key)
    if (now?.messages.at(-1) === last) this.#setWindow(key, withNewer(now, page))
  }

  /** Goes back to the newest messages. */
  toNewest(key: string): Promise<void> {
    return this.#load(key)
  }

  /** Tells the sandbox that this person has read a chat. */
  async read(chatId: string): Promise<void> {
    const chat = this.#current.chats.get(chatId)
    if (!chat?.lastMessage || chat.unread === 0) return
    this.#setChat({ ...chat, unread: 0 })
    await control('read', { user: this.user, chatId }).catch(() => {})
  }

  // Who reads far above keeps the place; at the end the newest are what is wanted, however many were missed.
  async #loadAgain(key: string): Promise<void> {
    const messages = this.#current.windows.get(key)?.messages ?? []
    const [first] = messages
    if (!first || this.atEnd.get(key) !== false) return this.#load(key)
    const page = await loadMessages({ ...this.#query(key), after: first.seq - 1, limit: messages.length })
    this.#setWindow(key, { ...page, hasOlder: page.messages.length > 0, state: 'ready' })
  }

  async #load(key: string, around?: string): Promise<void> {
    try {
      const page = await loadMessages({ ...this.#query(key), ...(around !== undefined && { around }) })
      this.#setWindow(key, { ...page, state: 'ready' })
    } catch {
      const window = this.#current.windows.get(key)
      if (window?.state !== 'ready') this.#setWindow(key, { ...emptyWindow, state: 'failed' })
    }
  }

  #query(key: string): { user: string; chat: string; thread: string | undefined } {
    const [chat = '', thread] = key.split(' ')
    return { user: this.user, chat, thread }
  }

  #take(items: readonly FeedItem[]): void {
    for (const item of items) {
      if (item.kind === 'sync' || item.kind === 'people') void this.sync()
      else if (item.kind === 'message') this.#takeMessage(item.message)
      else if (item.kind === 'app') this.#set({ directory: this.#current.directory.withApp(item.app) })
      else if (item.kind === 'chat') {
        if (item.chat) this.#setChat(item.chat)
        else this.#set({ chats: new Map([...this.#current.chats].filter(([chatId]) => chatId !== item.chatId)) })
      } else if (item.kind === 'read') this.#takeRead(item.chatId, item.userId, item.seq)
    }
  }

  #takeMessage(message: PageMessage): void {
    const isThreadReply = message.threadId !== undefined && message.threadReplies === undefined
    if (message.threadId !== undefined) this.#putMessage(windowKey(message.chatId, message.threadId), message)
    if (isThreadReply) return
    this.#putMessage(message.chatId, message)
    const chat = this.#current.chats.get(message.chatId)
    if (!chat) return
    const last = chat.lastMessage?.seq ?? 0
    if (message.seq < last) return
    const isOwn = message.sender.type === 'user' && message.sender.id === this.user
    const isNew = message.seq > last && !isOwn && message.messageType !== 'system'
    this.#setChat({ ...chat, lastMessage: message, unread: chat.unread + (isNew ? 1 : 0) })
    if (isNew) this.#set({ news: message })
  }

  #putMessage(key: string, message: PageMessage): void {
    const window = this.#current.windows.get(key)
    if (window?.state !== 'ready') return
    const isNew = message.seq > (window.messages.at(-1)?.seq ?? 0)
    // Who says something from far up in the history is brought to the end.
    if (window.hasNewer && isNew && message.sender.id === this.user) void this.#load(key)
    else this.#setWindow(key, withMessage(window, message))
  }

  #takeRead(chatId: string, userId: string, seq: number): void {
    const chat = this.#current.chats.get(chatId)
    if (!chat) return
    const readSeqs = { ...chat.readSeqs, [userId]: seq }
    const all = userId === this.user && seq >= (chat.lastMessage?.seq ?? 0)
    this.#setChat({ ...chat, readSeqs, ...(all && { unread: 0 }) })
  }

  #setChat(chat: PageChat): void {
    this.#set({ chats: new Map(this.#current.chats).set(chat.chatId, chat) })
  }

  #setWindow(key: string, window: MessageWindow): void {
    this.#set({ windows: new Map(this.#current.windows).set(key, window) })
  }

  #set(change: Partial<SessionState>): void {
    this.#current = { ...this.#current, ...change }
    for (const listener of this.#listeners) listener()
  }
}
