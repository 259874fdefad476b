import type { SandboxClock } from '../clock.ts'
import type { RunIds } from '../ids.ts'
import { BoundedMap } from '../retention.ts'
import type { SavedStore } from '../saved-state/saved-store.ts'
import type { Actor } from '../tenant.ts'
import { Watch } from '../watch.ts'

/** Somebody named in a message; `@_all` stands for everybody. */
export interface Mention {
  /** Placeholder in the text: `@_user_1`, or `@_all`. */
  key: string
  actor: Actor | 'all'
  name: string
}

/** An emoji on a message. */
export interface Reaction {
  reactionId: string
  /** Such as `THUMBSUP`. */
  emojiType: string
  actor: Actor
  timeMs: number
}

/** A message without the eyes of an app: ids of people are resolved when an app reads it. */
export interface MessageRecord {
  seq: number
  messageId: string
  chatId: string
  sender: Actor
  messageType: string
  /** JSON text as read back, mentions as placeholders. */
  content: string
  /** JSON text as sent; differs from `content` for cards. */
  sentContent: string
  mentions: readonly Mention[]
  parentId: string | undefined
  rootId: string | undefined
  threadId: string | undefined
  createTimeMs: number
  updateTimeMs: number
  /** Edited, or its card replaced. */
  updated: boolean
  /** Recalled. */
  deleted: boolean
  edits: number
  reactions: readonly Reaction[]
  /** When each user read it, in platform milliseconds. */
  readers: ReadonlyMap<string, number>
  pin: { appId: string; timeMs: number } | undefined
  /** What single users see instead, for cards that are not shared. */
  cardsByUser: ReadonlyMap<string, Pick<MessageRecord, 'content' | 'sentContent'>>
}

export type NewMessage = Pick<MessageRecord, 'chatId' | 'sender' | 'messageType' | 'content' | 'mentions'> & {
  sentContent?: string | undefined
  parent?: MessageRecord | undefined
  inThread?: boolean | undefined
}

const nothing = Object.freeze([])
const nobody = new Map<string, never>()

/** What a message is before anybody did something with it; the empty collections are shared, because messages are many. */
export function untouched(createTimeMs: number) {
  return {
    createTimeMs,
    updateTimeMs: createTimeMs,
    updated: false,
    deleted: false,
    edits: 0,
    reactions: nothing,
    readers: nobody,
    pin: undefined,
    cardsByUser: nobody,
  }
}

/** The messages of all chats; the oldest are forgotten past the retention. */
export class MessageStore implements SavedStore {
  readonly #clock: SandboxClock
  readonly #ids: RunIds
  readonly #messages: BoundedMap<string, MessageRecord>
  readonly #byChat = new Map<string, Map<string, MessageRecord>>()
  readonly #added = new Watch<MessageRecord>()
  /** Told of each message that came or changed. */
  changed: (message: MessageRecord) => void = () => {}
  #seq = 0

  constructor(clock: SandboxClock, ids: RunIds, limit: number) {
    this.#clock = clock
    this.#ids = ids
    this.#messages = new BoundedMap(limit, {
      forgotten: (message) => this.#byChat.get(message.chatId)?.delete(message.messageId),
    })
  }

  add(message: NewMessage): MessageRecord {
    this.#seq += 1
    const { parent } = message
    if (message.inThread && parent && !parent.threadId) parent.threadId = this.#ids.thread()
    const createTimeMs = this.#clock.now()
    const record: MessageRecord = {
      seq: this.#seq,
      messageId: this.#ids.message(),
      chatId: message.chatId,
      sender: message.sender,
      messageType: message.messageType,
      content: message.content,
      sentContent: message.sentContent ?? message.content,
      mentions: message.mentions,
      parentId: parent?.messageId,
      rootId: parent ? (parent.rootId ?? parent.messageId) : undefined,
      threadId: parent?.threadId,
      ...untouched(createTimeMs),
    }
    this.#keep(record)
    this.#added.notify(record)
    this.changed(record)
    // What opens a thread tells how many replies it has.
    const opener = this.threadOpener(record)
    if (opener !== record) this.changed(opener)
    return record
  }

  addReaction(message: MessageRecord, actor: Actor, emojiType: string): Reaction {
    const reaction = { reactionId: this.#ids.reaction(), emojiType, actor, timeMs: this.#clock.now() }
    message.reactions = [...message.reactions, reaction]
    this.changed(message)
    return reaction
  }

  /** Whether any message has this reaction. */
  hasReaction(reactionId: string): boolean {
    for (const { reactions } of this.#messages.values()) {
      if (reactions.some((reaction) => reaction.reactionId === reactionId)) return true
    }
    return false
  }

  /** The message whose replies make up the thread; the message itself when it is in none, or opens one. */
  threadOpener(message: MessageRecord): MessageRecord {
    let opener = message
    while (opener.threadId !== undefined) {
      const parent = this.#messages.get(opener.parentId ?? '')
      if (parent?.threadId !== opener.threadId) break
      opener = parent
    }
    return opener
  }

  find(messageId: string): MessageRecord | undefined {
    return this.#messages.get(messageId)
  }

  /** Messages of a chat, oldest first. */
  inChat(chatId: string): MessageRecord[] {
    return [...(this.#byChat.get(chatId)?.values() ?? [])]
  }

  inThread(threadId: string): MessageRecord[] {
    return [...this.#messages.values()].filter((message) => message.threadId === threadId)
  }

  /** The oldest message that fits, now or later. */
  waitFor(fits: (message: MessageRecord) => boolean, timeoutMs: number): Promise<MessageRecord | undefined> {
    for (const message of this.#messages.values()) if (fits(message)) return Promise.resolve(message)
    return this.#added.next(fits, timeoutMs)
  }

  *saved(): Iterable<readonly [string, MessageRecord]> {
    for (const message of this.#messages.values()) yield [message.messageId, message]
  }

  restore(values: ReadonlyMap<string, unknown>): void {
    const messages = [...values.values()] as MessageRecord[]
    for (const message of messages.sort((a, b) => a.seq - b.seq)) {
      // Of what is empty there is one for all.
      if (message.reactions.length === 0) message.reactions = nothing
      if (message.readers.size === 0) message.readers = nobody
      if (message.cardsByUser.size === 0) message.cardsByUser = nobody
      this.#keep(message)
      this.#seq = message.seq
    }
  }

  /** Ends all waiting. */
  close(): void {
    this.#added.close()
  }

  reset(): void {
    this.#messages.clear()
    this.#byChat.clear()
  }

  #keep(record: MessageRecord): void {
    this.#messages.set(record.messageId, record)
    let inChat = this.#byChat.get(record.chatId)
    if (!inChat) {
      inChat = new Map()
      this.#byChat.set(record.chatId, inChat)
    }
    inChat.set(record.messageId, record)
  }
}
