import { type ApiCall, callingApp, type Platform } from '../api-call.ts'
import { MissingPart, PlatformError } from '../platform-error.ts'
import type { Actor } from '../tenant.ts'
import { actorIdOf } from './file-answer.ts'
import type { Member } from './permissions.ts'

/**
 * Whom a member_id stands for.
 *
 * @throws PlatformError 1063001 for nobody, 1063003 for a chat that the calling bot is not in, and for departments with
 *   a tenant token
 */
export function memberById(
  platform: Platform,
  call: ApiCall,
  memberType: string,
  memberId: string,
): Pick<Member, 'type' | 'id'> {
  const { tenant, chats } = platform
  const app = callingApp(call)
  if (memberType === 'openchat') {
    const chat = chats.find(memberId)
    if (!chat) throw new PlatformError(1063001, memberId)
    const isIn = call.user ? chat.userIds.has(call.user.userId) : chat.appIds.has(app.appId)
    if (!isIn) throw new PlatformError(1063003, `not a member of ${memberId}`)
    return { type: 'chat', id: memberId }
  }
  if (memberType === 'opendepartmentid') {
    const known = tenant.departments.find(({ departmentId }) => tenant.openDepartmentId(departmentId) === memberId)
    if (!known) throw new PlatformError(1063001, memberId)
    if (!call.user) throw new PlatformError(1063003, 'departments need a user token')
    return { type: 'department', id: known.departmentId }
  }
  if (memberType === 'groupid' || memberType === 'wikispaceid') {
    throw new MissingPart(
      `Members of type ${memberType} are an option of the platform that this sandbox does not model.`,
    )
  }
  const actor = actorById(platform, call, memberType, memberId)
  if (!actor) throw new PlatformError(1063001, memberId)
  return actor
}

function actorById({ tenant }: Platform, call: ApiCall, memberType: string, id: string): Actor | undefined {
  if (memberType === 'openid') {
    const known = tenant.actorByOpenId(id)
    return known?.viewerAppId === callingApp(call).appId ? known.actor : undefined
  }
  const name = { email: 'email', userid: 'userId', unionid: 'unionId' }[memberType] as 'email' | 'userId' | 'unionId'
  const user = [...tenant.users.values()].find((person) => person[name] === id)
  return user && { type: 'user', id: user.userId }
}

/** A member as the API shows it; people by open_id. */
export function memberAnswer(platform: Platform, call: ApiCall, { type, id, perm, permType }: Member) {
  const { tenant } = platform
  const rest = { perm, perm_type: permType }
  if (type === 'chat') return { member_type: 'openchat', member_id: id, ...rest, type: 'chat' }
  if (type === 'department') {
    return { member_type: 'opendepartmentid', member_id: tenant.openDepartmentId(id), ...rest, type: 'department' }
  }
  const member_id = actorIdOf(tenant, callingApp(call), { type, id }, 'open_id')
  return { member_type: 'openid', member_id, ...rest, type: 'user' }
}

/** What a member is called. */
export function memberName({ tenant, chats }: Platform, { type, id }: Member): string {
  if (type === 'chat') return chats.find(id)?.name ?? ''
  if (type === 'department') return tenant.departments.find(({ departmentId }) => departmentId === id)?.name ?? ''
  return tenant.nameOf({ type, id })
}
