import { type ApiCall, type ApiHandler, callingApp, type Platform, page, queryText, userIdOf } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { Actor, AppRecord } from '../tenant.ts'
import { visibleMessage } from './message-api.ts'
import { pushReaction } from './message-event.ts'
import type { MessageRecord, Reaction } from './message-store.ts'

/** im v1 reactions (docs: im-v1 message-reaction create, delete, list). */
export const reactionHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/im/v1/messages/:message_id/reactions': (platform, call) => {
    const app = callingApp(call)
    const message = reactedMessage(platform, app, call)
    const { emoji_type } = call.body.reaction_type as { emoji_type: string }
    if (!isEmojiType(emoji_type)) throw new PlatformError(231001)
    const { reaction } = addReaction(platform, message, { type: 'bot', id: app.appId }, emoji_type)
    return { data: reactionAnswer(platform, app, reaction, 'open_id'), fields: idsOf(message, reaction) }
  },
  'DELETE /open-apis/im/v1/messages/:message_id/reactions/:reaction_id': (platform, call) => {
    const app = callingApp(call)
    const message = reactedMessage(platform, app, call)
    const reactionId = call.params.reaction_id ?? ''
    const reaction = message.reactions.find((known) => known.reactionId === reactionId)
    if (!reaction) throw new PlatformError(platform.messages.hasReaction(reactionId) ? 231010 : 231011)
    if (reaction.actor.type !== 'bot' || reaction.actor.id !== app.appId) throw new PlatformError(231007)
    removeReaction(platform, message, reaction)
    return { data: reactionAnswer(platform, app, reaction, 'open_id'), fields: idsOf(message, reaction) }
  },
  'GET /open-apis/im/v1/messages/:message_id/reactions': (platform, call) => {
    const app = callingApp(call)
    const message = reactedMessage(platform, app, call)
    const emojiType = queryText(call, 'reaction_type')
    const fitting = message.reactions.filter((known) => emojiType === undefined || known.emojiType === emojiType)
    const { items, ...rest } = page(call, fitting, 231012)
    const idType = queryText(call, 'user_id_type') ?? 'open_id'
    return { data: { items: items.map((reaction) => reactionAnswer(platform, app, reaction, idType)), ...rest } }
  },
}

/** Names as `THUMBSUP` or `OnIt`; the platform's list of them is not carried. */
export function isEmojiType(emojiType: string): boolean {
  return /^\w{1,64}$/.test(emojiType)
}

/** Adds a reaction and pushes its event; the same of the same actor stays one. */
export function addReaction(
  platform: Platform,
  message: MessageRecord,
  actor: Actor,
  emojiType: string,
): { reaction: Reaction; eventIds: string[] } {
  const present = message.reactions.find(
    (known) => known.emojiType === emojiType && known.actor.type === actor.type && known.actor.id === actor.id,
  )
  if (present) return { reaction: present, eventIds: [] }
  const reaction = platform.messages.addReaction(message, actor, emojiType)
  return { reaction, eventIds: pushReaction(platform, message, reaction, 'created') }
}

/** Takes a reaction away and pushes its event. */
export function removeReaction(platform: Platform, message: MessageRecord, reaction: Reaction): string[] {
  message.reactions = message.reactions.filter((known) => known !== reaction)
  platform.messages.changed(message)
  return pushReaction(platform, message, reaction, 'deleted')
}

function reactedMessage(platform: Platform, app: AppRecord, call: ApiCall): MessageRecord {
  const messageId = call.params.message_id ?? ''
  const chat = platform.chats.find(platform.messages.find(messageId)?.chatId ?? '')
  if (chat && !chat.appIds.has(app.appId)) throw new PlatformError(231002)
  return visibleMessage(platform, app, messageId, 231003).message
}

function reactionAnswer(
  platform: Platform,
  app: AppRecord,
  { reactionId, emojiType, actor, timeMs }: Reaction,
  idType: string,
): Record<string, unknown> {
  const isUser = actor.type === 'user'
  const operatorId = isUser ? userIdOf(platform.tenant, app, actor.id, idType) : actor.id
  return {
    reaction_id: reactionId,
    operator: { operator_id: operatorId, operator_type: isUser ? 'user' : 'app' },
    action_time: String(timeMs),
    reaction_type: { emoji_type: emojiType },
  }
}

function idsOf(message: MessageRecord, reaction: Reaction): Record<string, string> {
  return { message_id: message.messageId, chat_id: message.chatId, reaction_id: reaction.reactionId }
}
