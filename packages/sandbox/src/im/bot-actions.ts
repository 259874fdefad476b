import type { Platform } from '../api-call.ts'
import type { AppRecord, UserRecord } from '../tenant.ts'
import type { ChatRecord } from './chat-store.ts'
import { eventUserId } from './receive-event.ts'

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
  return pushMembership(platform, 'added', { user, chat, app })
}

/** A user removes a bot from a group; the bot hears `im.chat.member.bot.deleted_v1`. */
export function removeBot(platform: Platform, options: BotMembership): { eventIds: string[] } {
  const { user, chat, app } = inGroup(platform, options)
  if (!chat.appIds.delete(app.appId)) throw new Error(`App ${app.appId} is not in chat ${chat.chatId}.`)
  platform.chats.changed(chat)
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
  const { tenant, chats } = platform
  const change = { user: tenant.user(options.user), chat: chats.chat(options.chatId), app: tenant.app(options.appId) }
  if (change.chat.type !== 'group') throw new Error(`Chat ${options.chatId} is a direct chat, whose bot stays.`)
  if (change.chat.userIds.has(change.user.userId)) return change
  throw new Error(`${change.user.userId} is not a member of chat ${options.chatId}.`)
}

function pushMembership(
  platform: Platform,
  change: 'added' | 'deleted',
  { user, chat, app }: Change,
): { eventIds: string[] } {
  const event = {
    chat_id: chat.chatId,
    operator_id: eventUserId(platform.tenant, app, user),
    external: false,
    operator_tenant_key: platform.tenant.tenantKey,
    name: chat.name,
    i18n_names: { zh_cn: chat.name, en_us: chat.name, ja_jp: chat.name },
  }
  return { eventIds: [platform.pushes.push(app.appId, `im.chat.member.bot.${change}_v1`, event)] }
}
