import { type ApiCall, type ApiHandler, callingApp, type Platform, page, queryText, userById } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { AppRecord, UserRecord } from '../tenant.ts'
import type { ChatRecord } from './chat-store.ts'
import { checkContent } from './message-content.ts'
import type { Mention, MessageRecord } from './message-store.ts'

/** im v1 messages (docs: im-v1 message create, reply, get-message, list). */
export const messageHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/im/v1/messages': (platform, call) => {
    const app = callingApp(call)
    const receiveId = String(call.body.receive_id)
    const chat = receivingChat(platform, app, receiveId, queryText(call, 'receive_id_type') ?? '')
    const message = send(platform, app, call, chat, undefined)
    return answer(platform, app, message)
  },
  'POST /open-apis/im/v1/messages/:message_id/reply': (platform, call) => {
    const app = callingApp(call)
    const { chat, message: parent } = visibleMessage(platform, app, call.params.message_id ?? '', 230011)
    const message = send(platform, app, call, chat, parent)
    return answer(platform, app, message, { parent_id: parent.messageId })
  },
  'GET /open-apis/im/v1/messages/:message_id': (platform, call) => {
    const app = callingApp(call)
    const { message } = visibleMessage(platform, app, call.params.message_id ?? '')
    return { data: { items: [messageAnswer(platform, app, message, call)] } }
  },
  'GET /open-apis/im/v1/messages': (platform, call) => {
    const app = callingApp(call)
    const messages = inContainer(platform, app, call)
    if (queryText(call, 'sort_type') === 'ByCreateTimeDesc') messages.reverse()
    const { items, ...rest } = page(call, messages, 230001)
    return { data: { ...rest, items: items.map((message) => messageAnswer(platform, app, message, call)) } }
  },
}

/** The chat that a receive_id leads to. */
export function receivingChat(platform: Platform, app: AppRecord, receiveId: string, idType: string): ChatRecord {
  if (idType === 'chat_id') {
    const chat = platform.chats.find(receiveId)
    if (!chat) throw new PlatformError(230034)
    if (!chat.appIds.has(app.appId)) throw new PlatformError(230002)
    checkAvailable(platform, app, chat)
    return chat
  }
  const user = idType === 'email' ? userByEmail(platform, receiveId) : userById(platform.tenant, app, receiveId, idType)
  if (!platform.tenant.isAvailable(app, user.userId)) throw new PlatformError(230013)
  return platform.chats.direct(user.userId, app.appId)
}

function userByEmail(platform: Platform, email: string): UserRecord {
  for (const user of platform.tenant.users.values()) if (user.email === email) return user
  throw new PlatformError(230034)
}

function checkAvailable(platform: Platform, app: AppRecord, chat: ChatRecord): void {
  if (chat.type !== 'p2p') return
  for (const userId of chat.userIds) if (!platform.tenant.isAvailable(app, userId)) throw new PlatformError(230013)
}

/** A message in a chat of the bot; `deletedCode` refuses recalled ones. */
export function visibleMessage(
  platform: Platform,
  app: AppRecord,
  messageId: string,
  deletedCode?: number,
): { chat: ChatRecord; message: MessageRecord } {
  const message = platform.messages.find(messageId)
  const chat = message && platform.chats.find(message.chatId)
  if (!message || !chat) throw new PlatformError(99992354, `Invalid ids: [${messageId}]`)
  if (!chat.appIds.has(app.appId)) throw new PlatformError(230002)
  checkAvailable(platform, app, chat)
  if (message.deleted && deletedCode !== undefined) throw new PlatformError(deletedCode)
  return { chat, message }
}

function send(
  platform: Platform,
  app: AppRecord,
  call: ApiCall,
  chat: ChatRecord,
  parent: MessageRecord | undefined,
): MessageRecord {
  const messageType = String(call.body.msg_type)
  const given = String(call.body.content)
  const { content, mentions, entity } = checkContent(platform, app, messageType, given)
  platform.rateLimits.countMessage(chat.chatId)
  const inThread = call.body.reply_in_thread === true || (chat.topicGroup && parent !== undefined)
  const sender = { type: 'bot', id: app.appId } as const
  const message = platform.messages.add({
    chatId: chat.chatId,
    sender,
    messageType,
    content,
    sentContent: entity ? JSON.stringify(entity.card) : given,
    mentions,
    parent,
    inThread,
  })
  if (entity) platform.cardEntities.sent(entity, message.messageId)
  return message
}

function inContainer(platform: Platform, app: AppRecord, call: ApiCall): MessageRecord[] {
  const id = queryText(call, 'container_id') ?? ''
  if (queryText(call, 'container_id_type') === 'thread') {
    const messages = platform.messages.inThread(id)
    const chat = messages[0] && platform.chats.find(messages[0].chatId)
    if (!chat) throw new PlatformError(230001, 'container_id is invalid')
    if (!chat.appIds.has(app.appId)) throw new PlatformError(230002)
    return messages
  }
  const chat = platform.chats.find(id)
  if (!chat) throw new PlatformError(230001, 'container_id is invalid')
  if (!chat.appIds.has(app.appId)) throw new PlatformError(230002)
  const from = seconds(call, 'start_time') ?? 0
  const until = seconds(call, 'end_time') ?? Number.POSITIVE_INFINITY
  return platform.messages.inChat(id).filter((message) => {
    const second = Math.floor(message.createTimeMs / 1000)
    return second >= from && second <= until
  })
}

function seconds(call: ApiCall, name: string): number | undefined {
  const text = queryText(call, name)
  if (text === undefined) return undefined
  if (!/^\d{1,12}$/.test(text)) throw new PlatformError(230001, `${name} must be in seconds`)
  return Number(text)
}

function answer(platform: Platform, app: AppRecord, message: MessageRecord, fields: Record<string, string> = {}) {
  return {
    data: messageAnswer(platform, app, message, undefined),
    fields: { ...fields, message_id: message.messageId, chat_id: message.chatId },
  }
}

/** A message as im v1 answers it; mentions are flat there, unlike in events. */
export function messageAnswer(
  platform: Platform,
  app: AppRecord,
  message: MessageRecord,
  call: ApiCall | undefined,
): Record<string, unknown> {
  const { tenant } = platform
  const asSent = call && queryText(call, 'card_msg_content_type') !== undefined
  const sender =
    message.sender.type === 'bot'
      ? { id: message.sender.id, id_type: 'app_id', sender_type: 'app' }
      : { id: tenant.openId(app.appId, message.sender), id_type: 'open_id', sender_type: 'user' }
  return {
    message_id: message.messageId,
    ...(message.rootId && { root_id: message.rootId }),
    ...(message.parentId && { parent_id: message.parentId }),
    ...(message.threadId && { thread_id: message.threadId }),
    msg_type: message.messageType,
    create_time: String(message.createTimeMs),
    update_time: String(message.updateTimeMs),
    deleted: message.deleted,
    updated: message.updated,
    chat_id: message.chatId,
    sender: { ...sender, tenant_key: tenant.tenantKey },
    body: { content: readContent(message, asSent === true) },
    ...(message.mentions.length > 0 && {
      mentions: message.mentions.map((mention) => mentionAnswer(platform, app, mention)),
    }),
  }
}

function readContent(message: MessageRecord, asSent: boolean): string {
  if (message.deleted) return 'This message was recalled'
  return asSent ? message.sentContent : message.content
}

function mentionAnswer(platform: Platform, app: AppRecord, mention: Mention): Record<string, string> {
  return {
    key: mention.key,
    id: mention.actor === 'all' ? '' : platform.tenant.openId(app.appId, mention.actor),
    id_type: 'open_id',
    name: mention.name,
    tenant_key: platform.tenant.tenantKey,
  }
}
