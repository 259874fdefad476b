import { type RunIds, seededHex } from '../ids.ts'
import type { SavedStore } from '../saved-state/saved-store.ts'
import type { Tenant } from '../tenant.ts'

/** A chat: a group, or the direct chat of one user and one bot. */
export interface ChatRecord {
  chatId: string
  type: 'p2p' | 'group'
  name: string
  description: string
  ownerUserId: string | undefined
  userIds: Set<string>
  appIds: Set<string>
  /** Replies open threads by themselves (`group_message_type: thread`). */
  topicGroup: boolean
  /** The last message that each user has read, by its seq. */
  readSeqs: Map<string, number>
}

/** The chats of the tenant. */
export class ChatStore implements SavedStore {
  readonly #tenant: Tenant
  readonly #ids: RunIds
  readonly #seed: string
  readonly #chats = new Map<string, ChatRecord>()
  /** Told of each chat that came or changed. */
  changed: (chat: ChatRecord) => void = () => {}
  /** Told who read on. */
  read: (chat: ChatRecord, userId: string) => void = () => {}

  constructor(tenant: Tenant, ids: RunIds, seed: string) {
    this.#tenant = tenant
    this.#ids = ids
    this.#seed = seed
  }

  /** Makes the groups of the company, with the first app in each. */
  addSeedGroups(appId: string): void {
    for (const chat of this.#tenant.company.chats) {
      const chatId = `oc_${seededHex(32, this.#seed, 'chat', chat.name)}`
      this.#add({ ...groupOf(chatId, chat.name, chat.userIds, [appId]), description: chat.description })
    }
  }

  createGroup(name: string, userIds: readonly string[], appIds: readonly string[]): ChatRecord {
    return this.#add(groupOf(this.#ids.chat(), name, userIds, appIds))
  }

  /** The direct chat of a user and a bot, which exists from its first use. */
  direct(userId: string, appId: string): ChatRecord {
    const chatId = this.directId(userId, appId)
    return (
      this.#chats.get(chatId) ??
      this.#add({ ...groupOf(chatId, '', [userId], [appId]), type: 'p2p', ownerUserId: undefined })
    )
  }

  /** The chat id that the direct chat has, or will have. */
  directId(userId: string, appId: string): string {
    return `oc_${seededHex(32, this.#seed, 'direct', userId, appId)}`
  }

  readUntil(chat: ChatRecord, userId: string, seq: number): void {
    if (seq <= (chat.readSeqs.get(userId) ?? 0)) return
    chat.readSeqs.set(userId, seq)
    this.read(chat, userId)
  }

  find(chatId: string): ChatRecord | undefined {
    return this.#chats.get(chatId)
  }

  chat(chatId: string): ChatRecord {
    const chat = this.#chats.get(chatId)
    if (chat) return chat
    throw new Error(`There is no chat "${chatId}"; there are ${this.#chats.size} chats, listed by chats().`)
  }

  all(): ChatRecord[] {
    return [...this.#chats.values()]
  }

  saved(): Iterable<readonly [string, ChatRecord]> {
    return this.#chats
  }

  restore(values: ReadonlyMap<string, unknown>): void {
    for (const [chatId, chat] of values) this.#chats.set(chatId, chat as ChatRecord)
  }

  #add(chat: ChatRecord): ChatRecord {
    this.#chats.set(chat.chatId, chat)
    this.changed(chat)
    return chat
  }
}

function groupOf(chatId: string, name: string, userIds: readonly string[], appIds: readonly string[]): ChatRecord {
  return {
    chatId,
    type: 'group',
    name,
    description: '',
    ownerUserId: userIds[0],
    userIds: new Set(userIds),
    appIds: new Set(appIds),
    topicGroup: false,
    readSeqs: new Map(),
  }
}
