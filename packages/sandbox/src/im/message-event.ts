import type { Platform } from '../api-call.ts'
import type { AppRecord, Tenant } from '../tenant.ts'
import type { ChatRecord } from './chat-store.ts'
import type { MessageRecord, Reaction } from './message-store.ts'
import { eventUserId } from './receive-event.ts'

/** Pushes an event to the apps in a chat; answers the event ids. */
export function pushToApps(
  platform: Platform,
  chat: ChatRecord,
  eventType: string,
  event: (app: AppRecord) => Record<string, unknown>,
): string[] {
  return [...chat.appIds].map((appId) => platform.pushes.push(appId, eventType, event(platform.tenant.app(appId))))
}

/** `im.message.recalled_v1` (docs: im-v1 message events recalled). */
export function pushRecalled(platform: Platform, message: MessageRecord): string[] {
  return pushToApps(platform, platform.chats.chat(message.chatId), 'im.message.recalled_v1', () => ({
    message_id: message.messageId,
    chat_id: message.chatId,
    recall_time: String(platform.clock.now()),
    recall_type: 'message_owner',
  }))
}

/** `im.message.reaction.created_v1` and `deleted_v1` (docs: im-v1 message-reaction events). */
export function pushReaction(
  platform: Platform,
  message: MessageRecord,
  reaction: Reaction,
  change: 'created' | 'deleted',
): string[] {
  const actionTime = String(change === 'created' ? reaction.timeMs : platform.clock.now())
  return pushToApps(platform, platform.chats.chat(message.chatId), `im.message.reaction.${change}_v1`, (app) => ({
    message_id: message.messageId,
    reaction_type: { emoji_type: reaction.emojiType },
    ...eventOperator(platform.tenant, app, reaction),
    action_time: actionTime,
  }))
}

function eventOperator(tenant: Tenant, app: AppRecord, { actor }: Reaction): Record<string, unknown> {
  if (actor.type === 'bot') return { operator_type: 'app', app_id: actor.id }
  return { operator_type: 'user', user_id: eventUserId(tenant, app, tenant.user(actor.id)) }
}
