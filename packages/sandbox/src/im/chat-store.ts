import { type RunIds, seededHex } from '../ids.ts'
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
}

/** The chats of the tenant. */
export class ChatStore {
  readonly #tenant: Tenant
  readonly #ids: RunIds
  readonly #seed: string
  readonly #chats = new Map<string, ChatRecord>()

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
    const chatId = `oc_${seededHex(32, this.#seed, 'direct', userId, appId)}`
    return (
      this.#chats.get(chatId) ??
      this.#add({ ...groupOf(chatId, '', [userId], [appId]), type: 'p2p', ownerUserId: undefined })
    )
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

  #add(chat: ChatRecord): ChatRecord {
    this.#chats.set(chat.chatId, chat)
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
  }
}
