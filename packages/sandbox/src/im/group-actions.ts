import type { Platform } from '../api-call.ts'
import type { AppRecord, UserRecord } from '../tenant.ts'
import type { ChatRecord } from './chat-store.ts'
import { pushToApps } from './message-event.ts'
import { eventUserId } from './receive-event.ts'
import { addSystemMessage } from './system-message.ts'

/** A member of a group changes who is in it. */
export interface MembersChange {
  /** Who does it, a member of the group. */
  user: string
  chatId: string
  users: readonly string[]
}

/** A member brings people in; bots of the group hear `im.chat.member.user.added_v1` (docs: chat-member-user events added). */
export function addMembers(platform: Platform, options: MembersChange): { eventIds: string[] } {
  const { chat, user } = memberOf(platform, options)
  const users = options.users.map((key) => platform.tenant.user(key))
  for (const { userId } of users) {
    if (chat.userIds.has(userId)) throw new Error(`${userId} is in chat ${chat.chatId} already.`)
  }
  for (const { userId } of users) chat.userIds.add(userId)
  platform.chats.changed(chat)
  addSystemMessage(platform, chat, user, 'invited', users)
  return pushMembers(platform, 'added', chat, user, users)
}

/**
 * The owner takes people out, or a member leaves; bots of the group hear `im.chat.member.user.deleted_v1` (docs:
 * chat-member-user events deleted). A group whose owner leaves belongs to the member who was in it for the longest.
 */
export function removeMembers(platform: Platform, options: MembersChange): { eventIds: string[] } {
  const { chat, user } = memberOf(platform, options)
  const users = presentUsers(platform, chat, options.users)
  const leaves = users.length === 1 && users[0] === user
  if (!leaves) checkOwner(chat, user, 'take people out; others can only leave')
  addSystemMessage(platform, chat, user, leaves ? 'left' : 'removed', users)
  takeOut(platform, chat, users)
  return pushMembers(platform, 'deleted', chat, user, users)
}

/** A member undoes that people were brought in; bots hear `im.chat.member.user.withdrawn_v1` (docs: events withdrawn). */
export function withdrawMembers(platform: Platform, options: MembersChange): { eventIds: string[] } {
  const { chat, user } = memberOf(platform, options)
  const users = presentUsers(platform, chat, options.users)
  if (users.includes(user))
    throw new Error(`${user.userId} cannot undo the own coming; removeMembers lets people leave.`)
  addSystemMessage(platform, chat, user, 'withdrew', users)
  takeOut(platform, chat, users)
  return pushMembers(platform, 'withdrawn', chat, user, users)
}

/** A member gives a group another name; its bots hear `im.chat.updated_v1` (docs: im-v1 chat events updated). */
export function renameChat(
  platform: Platform,
  options: { user: string; chatId: string; name: string },
): { eventIds: string[] } {
  const { chat, user } = memberOf(platform, options)
  const before = chat.name
  const name = options.name.trim()
  if (name === '' || name === before)
    throw new Error(`A group needs another name than "${before}", received "${name}".`)
  chat.name = name
  platform.chats.changed(chat)
  addSystemMessage(platform, chat, user, 'renamed', [], name)
  return pushToGroup(platform, chat, 'im.chat.updated_v1', (app) => ({
    ...operatorOf(platform, app, chat, user),
    after_change: { name },
    before_change: { name: before },
  }))
}

/**
 * The owner ends a group; its bots hear `im.chat.disbanded_v1` (docs: im-v1 chat events disbanded). It stays known, with nobody
 * in it.
 */
export function disbandChat(platform: Platform, options: { user: string; chatId: string }): { eventIds: string[] } {
  const { chat, user } = memberOf(platform, options)
  checkOwner(chat, user, 'disband it')
  const pushed = pushToGroup(platform, chat, 'im.chat.disbanded_v1', (app) => ({
    ...operatorOf(platform, app, chat, user),
    ...namesOf(chat),
  }))
  chat.userIds.clear()
  chat.appIds.clear()
  chat.ownerUserId = undefined
  platform.chats.changed(chat)
  return pushed
}

/** The group and the member who acts in it. */
export function memberOf(
  { tenant, chats }: Platform,
  options: { user: string; chatId: string },
): { chat: ChatRecord; user: UserRecord } {
  const user = tenant.user(options.user)
  const chat = chats.chat(options.chatId)
  if (chat.type !== 'group') throw new Error(`Chat ${chat.chatId} is a direct chat, whose members stay.`)
  if (chat.userIds.has(user.userId)) return { chat, user }
  throw new Error(`${user.userId} is not a member of chat ${chat.chatId}.`)
}

/** Who changed which group, as all events of groups say it. */
export function operatorOf(
  { tenant }: Platform,
  app: AppRecord,
  { chatId }: ChatRecord,
  user: UserRecord,
): Record<string, unknown> {
  const operator_id = eventUserId(tenant, app, user)
  return { chat_id: chatId, operator_id, external: false, operator_tenant_key: tenant.tenantKey }
}

/** What a group is called, as events of groups say it. */
export function namesOf({ name }: ChatRecord): Record<string, unknown> {
  return { name, i18n_names: { zh_cn: name, en_us: name, ja_jp: name } }
}

function presentUsers({ tenant }: Platform, chat: ChatRecord, keys: readonly string[]): UserRecord[] {
  return keys.map((key) => {
    const user = tenant.user(key)
    if (chat.userIds.has(user.userId)) return user
    throw new Error(`${user.userId} is not in chat ${chat.chatId}.`)
  })
}

function checkOwner({ chatId, ownerUserId }: ChatRecord, { userId }: UserRecord, what: string): void {
  if (ownerUserId === userId) return
  throw new Error(`${userId} does not own chat ${chatId}; only its owner, ${ownerUserId ?? 'a bot'}, can ${what}.`)
}

function takeOut({ chats }: Platform, chat: ChatRecord, users: readonly UserRecord[]): void {
  for (const { userId } of users) chat.userIds.delete(userId)
  if (chat.ownerUserId !== undefined && !chat.userIds.has(chat.ownerUserId)) [chat.ownerUserId] = chat.userIds
  chats.changed(chat)
}

function pushMembers(
  platform: Platform,
  change: 'added' | 'deleted' | 'withdrawn',
  chat: ChatRecord,
  user: UserRecord,
  users: readonly UserRecord[],
): { eventIds: string[] } {
  const { tenant } = platform
  return pushToGroup(platform, chat, `im.chat.member.user.${change}_v1`, (app) => ({
    ...operatorOf(platform, app, chat, user),
    ...namesOf(chat),
    users: users.map((person) => {
      return { name: person.name, tenant_key: tenant.tenantKey, user_id: eventUserId(tenant, app, person) }
    }),
  }))
}

function pushToGroup(
  platform: Platform,
  chat: ChatRecord,
  eventType: string,
  event: (app: AppRecord) => Record<string, unknown>,
): { eventIds: string[] } {
  return { eventIds: pushToApps(platform, chat, eventType, event) }
}
