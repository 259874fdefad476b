import { type ApiCall, type ApiHandler, callingApp, type Platform, page, queryText } from '../api-call.ts'
import { actorIdOf } from '../drive/file-answer.ts'
import type { ChatRecord } from '../im/chat-store.ts'
import type { MessageRecord } from '../im/message-store.ts'
import { plainText } from '../im/user-message.ts'
import { PlatformError } from '../platform-error.ts'
import type { UserRecord } from '../tenant.ts'

interface MessageSearch {
  query: string
  from_ids?: string[]
  chat_ids?: string[]
  message_type?: string
  at_chatter_ids?: string[]
  from_type?: 'bot' | 'user'
  chat_type?: 'group_chat' | 'p2p_chat'
  start_time?: string
  end_time?: string
}

/** Searching people, messages and apps as a person (docs: search-v1 user, search-v2 suite-search). */
export const suiteSearchHandlers: Readonly<Record<string, ApiHandler>> = {
  'GET /open-apis/search/v1/user': (platform, call) => {
    const words = (queryText(call, 'query') ?? '').toLowerCase()
    const { tenant } = platform
    const app = callingApp(call)
    const people = [...tenant.users.values()].filter(({ userId, name, enName, email }) => {
      const fits = [name, enName, email].some((text) => text.toLowerCase().includes(words))
      return fits && tenant.isAvailable(app, userId)
    })
    const { items, ...rest } = page(call, people, 99992402)
    const users = items.map(({ userId, name, departmentIds }) => ({
      avatar: { avatar_72: '', avatar_240: '', avatar_640: '', avatar_origin: '' },
      department_ids: departmentIds.map((id) => tenant.openDepartmentId(id)),
      name,
      open_id: tenant.openId(app.appId, { type: 'user', id: userId }),
      user_id: userId,
    }))
    return { data: { ...rest, users } }
  },
  'POST /open-apis/search/v2/message': (platform, call) => {
    const user = searcher(call)
    const search = call.body as unknown as MessageSearch
    const chats = platform.chats.all().filter((chat) => chat.userIds.has(user.userId) && isWanted(chat, search))
    const messages = chats.flatMap(({ chatId }) => platform.messages.inChat(chatId))
    const found = messages.filter((message) => fits(platform, call, message, search))
    const newest = found.toSorted((one, other) => other.seq - one.seq).map(({ messageId }) => messageId)
    return { data: page(call, newest, 1278001) }
  },
  'POST /open-apis/search/v2/app': (platform, call) => {
    const user = searcher(call)
    const words = String(call.body.query).toLowerCase()
    const apps = [...platform.tenant.apps.values()].filter((app) => {
      return app.name.toLowerCase().includes(words) && platform.tenant.isAvailable(app, user.userId)
    })
    const ids = apps.map(({ appId }) => appId)
    return { data: page(call, ids, 1278001) }
  },
}

function searcher({ user }: ApiCall): UserRecord {
  if (!user) throw new PlatformError(99991668)
  return user
}

function isWanted({ chatId, type }: ChatRecord, { chat_ids = [], chat_type }: MessageSearch): boolean {
  if (chat_type && (chat_type === 'group_chat') !== (type === 'group')) return false
  return chat_ids.length === 0 || chat_ids.includes(chatId)
}

function fits(platform: Platform, call: ApiCall, message: MessageRecord, search: MessageSearch): boolean {
  const { from_ids = [], at_chatter_ids = [], message_type, from_type, start_time, end_time } = search
  const { messageType, content, mentions, sender, createTimeMs, deleted } = message
  if (deleted || (message_type && message_type !== messageType)) return false
  if (from_type && from_type !== sender.type) return false
  const idType = queryText(call, 'user_id_type') ?? 'open_id'
  const idOf = (actor: MessageRecord['sender']) => actorIdOf(platform.tenant, callingApp(call), actor, idType)
  const named = mentions.flatMap(({ actor }) => (actor === 'all' ? [] : [idOf(actor)]))
  const at = createTimeMs / 1000
  return (
    plainText(messageType, content, mentions).toLowerCase().includes(search.query.toLowerCase()) &&
    (from_ids.length === 0 || from_ids.includes(idOf(sender))) &&
    (at_chatter_ids.length === 0 || at_chatter_ids.some((id) => named.includes(id))) &&
    at >= Number(start_time ?? 0) &&
    at <= Number(end_time ?? Number.POSITIVE_INFINITY)
  )
}
