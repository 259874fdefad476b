import type { SandboxMessage } from '../records.ts'
import type { Tenant } from '../tenant.ts'
import type { MessageRecord } from './message-store.ts'
import { plainText } from './user-message.ts'

/** A message as control verbs and the page tell it; cards as `viewer`, a user_id, sees them. */
export function sandboxMessage(tenant: Tenant, message: MessageRecord, viewer?: string): SandboxMessage {
  const { seq, messageId, chatId, sender, messageType, mentions, createTimeMs, updated, deleted } = message
  const { content, sentContent } = message.cardsByUser.get(viewer ?? '') ?? message
  return {
    seq,
    messageId,
    chatId,
    sender: { ...sender, name: tenant.nameOf(sender) },
    messageType,
    content,
    text: plainText(messageType, content, mentions),
    mentions: mentions.map(({ key, actor, name }) =>
      actor === 'all' ? { key, type: 'all', id: 'all', name } : { key, ...actor, name },
    ),
    ...(message.parentId !== undefined && { parentId: message.parentId }),
    ...(message.rootId !== undefined && { rootId: message.rootId }),
    ...(message.threadId !== undefined && { threadId: message.threadId }),
    createTimeMs,
    updated,
    deleted,
    reactions: message.reactions.map(({ emojiType, actor }) => ({ emojiType, ...actor })),
    ...(messageType === 'interactive' && { card: sentContent }),
  }
}
