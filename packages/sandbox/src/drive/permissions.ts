import type { Platform } from '../api-call.ts'
import type { Actor } from '../tenant.ts'
import type { DriveFile } from './drive-files.ts'

/** What somebody may do with a document; each level holds the ones before it. */
export const levels = ['none', 'view', 'edit', 'full_access'] as const
export type Level = (typeof levels)[number]

/** Whom a document is shared with: a person, a bot, the members of a chat, or a department. */
export interface Member {
  type: 'user' | 'bot' | 'chat' | 'department'
  /** user_id, app_id, chat_id or department_id. */
  id: string
  perm: Level
  permType: string
}

/** Settings of a document for all who are not members (docs: permission-public patch). */
export interface PublicSettings {
  external_access_entity: string
  security_entity: string
  comment_entity: string
  share_entity: string
  manage_collaborator_entity: string
  link_share_entity: string
  copy_entity: string
  lock_switch: boolean
}

export const defaultPublicSettings: PublicSettings = {
  external_access_entity: 'closed',
  security_entity: 'anyone_can_view',
  comment_entity: 'anyone_can_view',
  share_entity: 'anyone',
  manage_collaborator_entity: 'collaborator_can_view',
  link_share_entity: 'closed',
  copy_entity: 'anyone_can_view',
  lock_switch: false,
}

/** Whether somebody has a level on a document, by ownership, sharing, link, folder or wiki space. */
export function may(platform: Platform, actor: Actor, file: DriveFile, level: Level): boolean {
  return levels.indexOf(levelOf(platform, actor, file)) >= levels.indexOf(level)
}

/** The highest level that somebody has on a document. */
export function levelOf(platform: Platform, actor: Actor, file: DriveFile): Level {
  // Tables ask nobody for permissions, here as in their own APIs.
  if (file.type === 'sheet' || file.type === 'bitable' || isSame(file.owner, actor)) return 'full_access'
  const shared = file.members.filter((member) => covers(platform, member, actor)).map(({ perm }) => perm)
  const parent = file.parentToken === '' ? undefined : platform.drive.find(file.parentToken)
  return highest([
    ...shared,
    linkLevel(file),
    parent ? levelOf(platform, actor, parent) : 'none',
    file.spaceId === undefined ? 'none' : platform.wiki.levelOf(platform, actor, file.spaceId),
  ])
}

/** Whether a member stands for this person or bot. */
export function covers({ chats, tenant }: Platform, member: Pick<Member, 'type' | 'id'>, actor: Actor): boolean {
  if (member.type === 'chat') {
    const chat = chats.find(member.id)
    return (actor.type === 'user' ? chat?.userIds : chat?.appIds)?.has(actor.id) ?? false
  }
  if (member.type === 'department') {
    const person = actor.type === 'user' ? tenant.users.get(actor.id) : undefined
    return person !== undefined && (member.id === '0' || person.departmentIds.includes(member.id))
  }
  return isSame(member as Actor, actor)
}

export function isSame(one: Actor, other: Actor): boolean {
  return one.type === other.type && one.id === other.id
}

function highest(found: readonly Level[]): Level {
  return found.reduce((high, level) => (levels.indexOf(level) > levels.indexOf(high) ? level : high), 'none')
}

function linkLevel({ publicSettings }: DriveFile): Level {
  const share = publicSettings.link_share_entity
  return share.endsWith('_editable') ? 'edit' : share.endsWith('_readable') ? 'view' : 'none'
}
