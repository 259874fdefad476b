import type { AppRecord, Tenant, UserRecord } from '../tenant.ts'
import type { ChatRecord } from './chat-store.ts'
import type { Mention, MessageRecord } from './message-store.ts'

/** A user in an event: all three kinds of id. */
export function eventUserId(tenant: Tenant, app: AppRecord, user: UserRecord): Record<string, string> {
  return {
    union_id: user.unionId,
    user_id: user.userId,
    open_id: tenant.openId(app.appId, { type: 'user', id: user.userId }),
  }
}

/** Whether the app may see this user message (scopes im:message.group_at_msg and im:message.group_msg). */
export function mayReceive(app: AppRecord, chat: ChatRecord, message: MessageRecord): boolean {
  if (!chat.appIds.has(app.appId)) return false
  if (chat.type === 'p2p' || app.receivesAllGroupMessages) return true
  return message.mentions.some(
    (mention) => mention.actor !== 'all' && mention.actor.type === 'bot' && mention.actor.id === app.appId,
  )
}

/** The `event` of `im.message.receive_v1` in the eyes of one app (docs: im-v1 message events receive). */
export function receiveEvent(
  tenant: Tenant,
  app: AppRecord,
  chat: ChatRecord,
  message: MessageRecord,
): Record<string, unknown> {
  const sender = tenant.users.get(message.sender.id) as UserRecord
  const time = String(message.createTimeMs)
  return {
    sender: {
      sender_id: eventUserId(tenant, app, sender),
      sender_type: 'user',
      tenant_key: tenant.tenantKey,
    },
    message: {
      message_id: message.messageId,
      ...(message.rootId && { root_id: message.rootId }),
      ...(message.parentId && { parent_id: message.parentId }),
      create_time: time,
      update_time: time,
      chat_id: chat.chatId,
      ...(message.threadId && { thread_id: message.threadId }),
      chat_type: chat.type,
      message_type: message.messageType,
      content: message.content,
      ...(message.mentions.length > 0 && {
        mentions: message.mentions.map((mention) => eventMention(tenant, app, mention)),
      }),
    },
  }
}

function eventMention(tenant: Tenant, app: AppRecord, mention: Mention): Record<string, unknown> {
  const { actor, key, name } = mention
  if (actor === 'all') {
    return { key, id: { union_id: '', user_id: '', open_id: '' }, name, tenant_key: tenant.tenantKey }
  }
  const user = actor.type === 'user' ? tenant.users.get(actor.id) : undefined
  const id = user
    ? eventUserId(tenant, app, user)
    : { union_id: tenant.botUnionId(actor.id), user_id: '', open_id: tenant.openId(app.appId, actor) }
  return { key, id, mentioned_type: actor.type, name, tenant_key: tenant.tenantKey }
}
