import type { Platform } from '../api-call.ts'
import type { AppRecord, UserRecord } from '../tenant.ts'
import type { ChatRecord } from './chat-store.ts'
import { memberOf, namesOf, operatorOf } from './group-actions.ts'
import { eventUserId } from './receive-event.ts'
import { addSystemMessage } from './system-message.ts'

/** A member puts a bot into a group, or takes it out. */
export interface BotMembership {
  /** Who does it, a member of the group. */
  user: string
  chatId: string
  appId: string
}

/** A user adds a bot to a group; the bot hears `im.chat.member.bot.added_v1` (docs: group chat-member events). */
export function addBot(platform: Platform, options: BotMembership): { eventIds: string[] } {
  const { user, chat, app } = inGroup(platform, options)
  if (chat.appIds.has(app.appId)) throw new Error(`App ${app.appId} is in chat ${chat.chatId} already.`)
  chat.appIds.add(app.appId)
  platform.chats.changed(chat)
  addSystemMessage(platform, chat, user, 'invited', [app])
  return pushMembership(platform, 'added', { user, chat, app })
}

/** A user removes a bot from a group; the bot hears `im.chat.member.bot.deleted_v1`. */
export function removeBot(platform: Platform, options: BotMembership): { eventIds: string[] } {
  const { user, chat, app } = inGroup(platform, options)
  if (!chat.appIds.delete(app.appId)) throw new Error(`App ${app.appId} is not in chat ${chat.chatId}.`)
  platform.chats.changed(chat)
  addSystemMessage(platform, chat, user, 'removed', [app])
  return pushMembership(platform, 'deleted', { user, chat, app })
}

/** A user opens an entry of the bot's menu: `application.bot.menu_v6` (docs: bot-v3 events menu). */
export function openMenu(
  platform: Platform,
  options: { user: string; appId: string; eventKey: string },
): { eventIds: string[] } {
  const app = platform.tenant.app(options.appId)
  const user = platform.tenant.user(options.user)
  const operator = { operator_name: user.name, operator_id: eventUserId(platform.tenant, app, user) }
  // Unlike the times of all other events, this one is a number of seconds.
  const timestamp = Math.floor(platform.clock.now() / 1000)
  const event = { operator, event_key: options.eventKey, timestamp }
  return { eventIds: [platform.pushes.push(app.appId, 'application.bot.menu_v6', event)] }
}

interface Change {
  user: UserRecord
  chat: ChatRecord
  app: AppRecord
}

function inGroup(platform: Platform, options: BotMembership): Change {
  return { ...memberOf(platform, options), app: platform.tenant.app(options.appId) }
}

function pushMembership(
  platform: Platform,
  change: 'added' | 'deleted',
  { user, chat, app }: Change,
): { eventIds: string[] } {
  const event = { ...operatorOf(platform, app, chat, user), ...namesOf(chat) }
  return { eventIds: [platform.pushes.push(app.appId, `im.chat.member.bot.${change}_v1`, event)] }
}
