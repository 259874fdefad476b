import {
  type ApiCall,
  type ApiHandler,
  callingApp,
  memberChat,
  type Platform,
  queryText,
  userById,
} from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { AppRecord, UserRecord } from '../tenant.ts'
import type { ChatRecord } from './chat-store.ts'

/** im v1 changes of groups (docs: group chat update-chat, delete; group chat-member delete). */
export const chatChangeHandlers: Readonly<Record<string, ApiHandler>> = {
  'PUT /open-apis/im/v1/chats/:chat_id': (platform, call) => {
    const { app, chat } = groupOf(platform, call)
    const { name, description, owner_id: ownerId, group_message_type: messageType } = call.body
    const owner = ownerId === undefined ? undefined : newOwner(platform, app, chat, String(ownerId), call)
    if (name !== undefined) chat.name = String(name)
    if (description !== undefined) chat.description = String(description)
    if (messageType !== undefined) chat.topicGroup = messageType === 'thread'
    if (owner) chat.ownerUserId = owner.userId
    platform.chats.changed(chat)
    return { data: {}, fields: { chat_id: chat.chatId } }
  },
  'DELETE /open-apis/im/v1/chats/:chat_id': (platform, call) => {
    const { chat } = groupOf(platform, call)
    // Who made a group through the API owns it; the seeded groups belong to people.
    if (chat.ownerUserId !== undefined) throw new PlatformError(232017)
    chat.userIds.clear()
    chat.appIds.clear()
    platform.chats.changed(chat)
    return { data: {}, fields: { chat_id: chat.chatId } }
  },
  'DELETE /open-apis/im/v1/chats/:chat_id/members': (platform, call) => {
    const { app, chat } = groupOf(platform, call)
    const idType = queryText(call, 'member_id_type') ?? 'open_id'
    const ids = Array.isArray(call.body.id_list) ? (call.body.id_list as string[]) : []
    if (ids.length === 0) throw new PlatformError(232001, 'id_list is empty')
    if (ids.length > (idType === 'app_id' ? 5 : 50)) throw new PlatformError(232001, 'id_list is too long')
    const members = idType === 'app_id' ? chat.appIds : chat.userIds
    const keys = ids.map((id) => (idType === 'app_id' ? id : findUserId(platform, app, id, idType)))
    if (idType !== 'app_id' && keys.includes(chat.ownerUserId)) throw new PlatformError(232076)
    const invalid = ids.filter((_id, index) => !members.has(keys[index] ?? ''))
    if (invalid.length === ids.length) throw new PlatformError(232027)
    for (const key of keys) members.delete(key ?? '')
    platform.chats.changed(chat)
    return { data: { invalid_id_list: invalid }, fields: { chat_id: chat.chatId } }
  },
}

function groupOf(platform: Platform, call: ApiCall): { app: AppRecord; chat: ChatRecord } {
  const app = callingApp(call)
  const chat = memberChat(platform, app, call.params.chat_id ?? '')
  if (chat.type === 'p2p') throw new PlatformError(232008)
  return { app, chat }
}

function newOwner(platform: Platform, app: AppRecord, chat: ChatRecord, id: string, call: ApiCall): UserRecord {
  const user = userById(platform.tenant, app, id, queryText(call, 'user_id_type') ?? 'open_id')
  if (!chat.userIds.has(user.userId)) throw new PlatformError(232012)
  return user
}

function findUserId(platform: Platform, app: AppRecord, id: string, idType: string): string | undefined {
  try {
    return userById(platform.tenant, app, id, idType).userId
  } catch (error) {
    if (error instanceof PlatformError) return undefined
    throw error
  }
}
