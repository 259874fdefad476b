import {
  type ApiCall,
  type ApiHandler,
  callingApp,
  memberChat,
  type Platform,
  page,
  queryText,
  userById,
  userIdOf,
} from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { AppRecord } from '../tenant.ts'
import type { ChatRecord } from './chat-store.ts'

/** im v1 chats and members (docs: group chat create, get-chat, list; group chat-member get, create, is_in_chat). */
export const chatHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/im/v1/chats': (platform, call) => {
    const app = callingApp(call)
    const chat = createChat(platform, app, call)
    return {
      data: { chat_id: chat.chatId, ...chatAnswer(platform, app, chat, call) },
      fields: { chat_id: chat.chatId },
    }
  },
  'GET /open-apis/im/v1/chats/:chat_id': (platform, call) => {
    const app = callingApp(call)
    const chat = memberChat(platform, app, call.params.chat_id ?? '')
    return {
      data: {
        ...chatAnswer(platform, app, chat, call),
        user_manager_id_list: [],
        bot_manager_id_list: [],
        user_count: String(chat.userIds.size),
        bot_count: String(chat.appIds.size),
        chat_status: 'normal',
      },
    }
  },
  'GET /open-apis/im/v1/chats': (platform, call) => {
    const app = callingApp(call)
    const groups = platform.chats.all().filter((chat) => chat.type === 'group' && chat.appIds.has(app.appId))
    const { items, ...rest } = page(call, groups, 232001)
    return { data: { ...rest, items: items.map((chat) => chatItem(platform, app, chat, call)) } }
  },
  'GET /open-apis/im/v1/chats/:chat_id/members': (platform, call) => {
    const app = callingApp(call)
    const chat = memberChat(platform, app, call.params.chat_id ?? '')
    const idType = queryText(call, 'member_id_type') ?? 'open_id'
    const { items, ...rest } = page(call, [...chat.userIds], 232001)
    const members = items.map((userId) => ({
      member_id_type: idType,
      member_id: userIdOf(platform.tenant, app, userId, idType),
      name: platform.tenant.users.get(userId)?.name ?? '',
      tenant_key: platform.tenant.tenantKey,
    }))
    return { data: { items: members, ...rest, member_total: chat.userIds.size } }
  },
  'POST /open-apis/im/v1/chats/:chat_id/members': (platform, call) => {
    const app = callingApp(call)
    const chat = memberChat(platform, app, call.params.chat_id ?? '')
    if (chat.type === 'p2p') throw new PlatformError(232006, 'direct chats take no members')
    return { data: addMembers(platform, app, chat, call), fields: { chat_id: chat.chatId } }
  },
  'GET /open-apis/im/v1/chats/:chat_id/members/is_in_chat': (platform, call) => {
    const app = callingApp(call)
    const chat = platform.chats.find(call.params.chat_id ?? '')
    if (!chat) throw new PlatformError(232006)
    return { data: { is_in_chat: chat.appIds.has(app.appId) } }
  },
}

function createChat(platform: Platform, app: AppRecord, call: ApiCall): ChatRecord {
  const { tenant } = platform
  const idType = queryText(call, 'user_id_type') ?? 'open_id'
  const userIds = listOf(call.body.user_id_list).map((id) => userById(tenant, app, id, idType).userId)
  const ownerId = call.body.owner_id
  const owner =
    typeof ownerId === 'string' && ownerId !== '' ? userById(tenant, app, ownerId, idType).userId : undefined
  const appIds = listOf(call.body.bot_id_list)
  for (const appId of appIds) if (!tenant.apps.has(appId)) throw new PlatformError(232021, appId)
  const members = [...new Set(owner ? [owner, ...userIds] : userIds)]
  const chat = platform.chats.createGroup(String(call.body.name ?? ''), members, [app.appId, ...appIds])
  chat.ownerUserId = owner
  chat.description = String(call.body.description ?? '')
  chat.topicGroup = call.body.group_message_type === 'thread'
  platform.chats.changed(chat)
  return chat
}

function addMembers(platform: Platform, app: AppRecord, chat: ChatRecord, call: ApiCall): Record<string, unknown> {
  const idType = queryText(call, 'member_id_type') ?? 'open_id'
  const ids = listOf(call.body.id_list)
  if (ids.length === 0) throw new PlatformError(232001, 'id_list is empty')
  if (ids.length > (idType === 'app_id' ? 5 : 50)) throw new PlatformError(232001, 'id_list is too long')
  const missing: string[] = []
  const adds: (() => void)[] = []
  for (const id of ids) {
    if (idType === 'app_id') {
      if (platform.tenant.apps.has(id)) adds.push(() => chat.appIds.add(id))
      else missing.push(id)
      continue
    }
    try {
      const { userId } = userById(platform.tenant, app, id, idType)
      adds.push(() => chat.userIds.add(userId))
    } catch (error) {
      if (!(error instanceof PlatformError) || queryText(call, 'succeed_type') !== '1') throw error
      missing.push(id)
    }
  }
  if (missing.length > 0 && queryText(call, 'succeed_type') !== '1') throw new PlatformError(232043, missing.join(', '))
  if (adds.length === 0) throw new PlatformError(232027)
  for (const add of adds) add()
  platform.chats.changed(chat)
  return { invalid_id_list: [], not_existed_id_list: missing, pending_approval_id_list: [] }
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value : []
}

function chatAnswer(platform: Platform, app: AppRecord, chat: ChatRecord, call: ApiCall): Record<string, unknown> {
  const { chat_id: _chatId, chat_status: _status, ...common } = chatItem(platform, app, chat, call)
  return {
    ...common,
    i18n_names: {},
    add_member_permission: 'all_members',
    share_card_permission: 'allowed',
    at_all_permission: 'all_members',
    edit_permission: 'all_members',
    group_message_type: chat.topicGroup ? 'thread' : 'chat',
    chat_mode: chat.type,
    chat_type: 'private',
    chat_tag: 'inner',
    join_message_visibility: 'all_members',
    leave_message_visibility: 'all_members',
    membership_approval: 'no_approval_required',
    moderation_permission: 'all_members',
  }
}

function chatItem(platform: Platform, app: AppRecord, chat: ChatRecord, call: ApiCall): Record<string, unknown> {
  const idType = queryText(call, 'user_id_type') ?? 'open_id'
  // A group that the bot owns names no owner (docs: get-chat).
  const owner = chat.ownerUserId && {
    owner_id: userIdOf(platform.tenant, app, chat.ownerUserId, idType),
    owner_id_type: idType,
  }
  return {
    chat_id: chat.chatId,
    avatar: '',
    name: chat.name,
    description: chat.description,
    ...owner,
    external: false,
    tenant_key: platform.tenant.tenantKey,
    chat_status: 'normal',
  }
}
