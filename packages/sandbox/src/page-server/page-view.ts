import { randomUUID } from 'node:crypto'
import type { Platform } from '../api-call.ts'
import type { ChatRecord } from '../im/chat-store.ts'
import type { MessageRecord } from '../im/message-store.ts'
import { sandboxMessage } from '../im/sandbox-message.ts'
import type { LongConnection } from '../long-connection.ts'
import type { Actor, AppRecord, UserRecord } from '../tenant.ts'
import type { PageApp, PageChat, PageMessage, PageMessages, PagePerson, PageStart } from './page-records.ts'

/** What of a chat's messages is wanted: a thread or the conversation without its threads, and which part of it. */
export interface MessageRange {
  threadId?: string | undefined
  /** Those before this seq; without any of these the newest. */
  before?: number | undefined
  after?: number | undefined
  /** Those around this message. */
  around?: number | undefined
  limit: number
}

/** The sandbox as the page shows it to a person. */
export class PageView {
  readonly run = randomUUID()
  readonly #platform: Platform
  readonly #links: LongConnection

  constructor(platform: Platform, links: LongConnection) {
    this.#platform = platform
    this.#links = links
  }

  start(): PageStart {
    const { tenant } = this.#platform
    return {
      run: this.run,
      company: tenant.company.name,
      people: [...tenant.users.values()].map((user) => this.#person(user)),
      apps: [...tenant.apps.values()].map((app) => this.app(app)),
    }
  }

  app(app: AppRecord): PageApp {
    const { appId, name, events, menu } = app
    const ids = this.#openIds({ type: 'bot', id: appId })
    const links = this.#links.of(appId).filter((link) => !link.stalled).length
    const { commands } = this.#platform.applications.of(app)
    return {
      appId,
      ids: [appId, ...ids],
      name,
      delivery: events.type,
      links,
      menu,
      commands: commands.map(({ command, description: { default_value: description, i18n } }) => {
        return { command, description, i18n }
      }),
    }
  }

  /** The chats of a person, direct chats with every bot included that the person may use. */
  chats(user: UserRecord): PageChat[] {
    const { tenant, chats } = this.#platform
    const direct = [...tenant.apps.values()]
      .filter((app) => tenant.isAvailable(app, user.userId))
      .filter((app) => !chats.find(chats.directId(user.userId, app.appId)))
      .map((app) => emptyDirectChat(chats.directId(user.userId, app.appId), user.userId, app.appId))
    const own = chats.all().filter((chat) => chat.userIds.has(user.userId))
    return [...own.map((chat) => this.chat(user, chat)), ...direct]
  }

  chat(user: UserRecord, chat: ChatRecord): PageChat {
    const { chatId, type, name, description, topicGroup, ownerUserId } = chat
    const shown = this.#platform.messages.inChat(chatId).filter((message) => !this.#isThreadReply(message))
    const last = shown.at(-1)
    const readSeq = chat.readSeqs.get(user.userId) ?? 0
    const unread = shown.filter((message) => message.seq > readSeq && isNews(message, user.userId)).length
    return {
      chatId,
      type,
      name,
      description,
      userIds: [...chat.userIds],
      appIds: [...chat.appIds],
      ...(ownerUserId !== undefined && { ownerUserId }),
      topicGroup,
      ...(last && { lastMessage: this.message(user, last) }),
      unread,
      readSeqs: Object.fromEntries(chat.readSeqs),
    }
  }

  message(user: UserRecord, message: MessageRecord): PageMessage {
    const { tenant, messages } = this.#platform
    const seen = sandboxMessage(tenant, message, user.userId)
    const parent = message.parentId === undefined ? undefined : messages.find(message.parentId)
    const answer = { ...seen, ...(parent && { parent: sandboxMessage(tenant, parent, user.userId) }) }
    if (message.threadId === undefined || this.#isThreadReply(message)) return answer
    const inThread = messages.inChat(message.chatId).filter(({ threadId }) => threadId === message.threadId)
    return { ...answer, threadReplies: inThread.length - 1 }
  }

  messages(user: UserRecord, chatId: string, range: MessageRange): PageMessages {
    const { threadId, before, after, around, limit } = range
    const all = this.#platform.messages
      .inChat(chatId)
      .filter((message) => (threadId === undefined ? !this.#isThreadReply(message) : message.threadId === threadId))
    let from = Math.max(0, all.length - limit)
    if (before !== undefined) from = Math.max(0, firstFrom(all, before) - limit)
    else if (after !== undefined) from = firstFrom(all, after + 1)
    else if (around !== undefined) from = Math.max(0, firstFrom(all, around) - Math.floor(limit / 2))
    const end = before === undefined ? Math.min(all.length, from + limit) : firstFrom(all, before)
    const messages = all.slice(from, end).map((message) => this.message(user, message))
    return { messages, hasOlder: from > 0, hasNewer: end < all.length }
  }

  // Replies in a thread stand in the thread alone.
  #isThreadReply(message: MessageRecord): boolean {
    return this.#platform.messages.threadOpener(message) !== message
  }

  #person(user: UserRecord): PagePerson {
    const { userId, unionId, name, enName, email, jobTitle, enJobTitle } = user
    const ids = [userId, unionId, email, ...this.#openIds({ type: 'user', id: userId })]
    const department = this.#platform.tenant.departments.find((known) => known.departmentId === user.departmentIds[0])
    const { name: departmentName = '', enName: departmentEnName = '' } = department ?? {}
    const inDepartment = { name: departmentName, enName: departmentEnName }
    return { userId, ids, name, enName, jobTitle, enJobTitle, department: inDepartment }
  }

  #openIds(actor: Actor): string[] {
    const { tenant } = this.#platform
    return [...tenant.apps.keys()].map((appId) => tenant.openId(appId, actor))
  }
}

function isNews({ sender, deleted, messageType }: MessageRecord, userId: string): boolean {
  return !deleted && messageType !== 'system' && !(sender.type === 'user' && sender.id === userId)
}

/** Where the messages from this seq on begin. */
function firstFrom(messages: readonly MessageRecord[], seq: number): number {
  let low = 0
  let high = messages.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((messages[middle]?.seq ?? 0) < seq) low = middle + 1
    else high = middle
  }
  return low
}

function emptyDirectChat(chatId: string, userId: string, appId: string): PageChat {
  const shown = { name: '', description: '', topicGroup: false, unread: 0, readSeqs: {} }
  return { chatId, type: 'p2p', userIds: [userId], appIds: [appId], ...shown }
}
