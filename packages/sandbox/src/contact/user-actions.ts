import type { Platform } from '../api-call.ts'
import type { UserChange } from '../control.ts'
import type { AppRecord, UserRecord } from '../tenant.ts'

/** Somebody joins the company; apps hear `contact.user.created_v3` (docs: contact-v3 user events). */
export function createUser(
  platform: Platform,
  options: UserChange & { userId: string; name: string },
): { eventIds: string[] } {
  if (!options.userId || !options.name) throw new Error('A person needs a userId such as "alice" and a name.')
  checkDepartment(platform, options.departmentId)
  const user = platform.tenant.addUser({ ...recordOf(platform, options), userId: options.userId, name: options.name })
  return push(platform, 'created', user, (app) => ({ object: eventUser(platform, app, user) }))
}

/** Something about a person changes; apps hear `contact.user.updated_v3` with the old values of what changed. */
export function updateUser(platform: Platform, options: UserChange & { user: string }): { eventIds: string[] } {
  checkDepartment(platform, options.departmentId)
  const user = platform.tenant.user(options.user)
  const before = { ...user }
  platform.tenant.changeUser(user, recordOf(platform, options))
  return push(platform, 'updated', user, (app) => {
    const object = eventUser(platform, app, user)
    const old = Object.entries(eventUser(platform, app, before)).filter(([field, value]) => {
      return JSON.stringify(value) !== JSON.stringify(object[field])
    })
    return { object, old_object: Object.fromEntries(old) }
  })
}

/** Somebody leaves the company and all groups; apps hear `contact.user.deleted_v3`. */
export function deleteUser(platform: Platform, options: { user: string }): { eventIds: string[] } {
  const user = platform.tenant.user(options.user)
  const pushed = push(platform, 'deleted', user, (app) => {
    const { open_id, union_id, user_id, name, department_ids } = eventUser(platform, app, user)
    return { object: { open_id, union_id, user_id, name }, old_object: { open_id, department_ids } }
  })
  for (const chat of platform.chats.all()) if (chat.type === 'group') chat.userIds.delete(user.userId)
  platform.tenant.removeUser(user)
  return pushed
}

function push(
  platform: Platform,
  change: 'created' | 'updated' | 'deleted',
  user: UserRecord,
  event: (app: AppRecord) => Record<string, unknown>,
): { eventIds: string[] } {
  const apps = [...platform.tenant.apps.values()].filter((app) => platform.tenant.isAvailable(app, user.userId))
  const type = `contact.user.${change}_v3`
  return { eventIds: apps.map((app) => platform.pushes.push(app.appId, type, event(app))) }
}

function recordOf(platform: Platform, change: UserChange): Partial<UserRecord> {
  const { name, enName, email, mobile, jobTitle, departmentId, leader } = change
  return {
    ...(name !== undefined && { name }),
    ...(enName !== undefined && { enName }),
    ...(email !== undefined && { email }),
    ...(mobile !== undefined && { mobile }),
    ...(jobTitle !== undefined && { jobTitle, enJobTitle: jobTitle }),
    ...(departmentId !== undefined && { departmentIds: [departmentId] }),
    ...(leader !== undefined && { leaderUserId: platform.tenant.user(leader).userId }),
  }
}

function checkDepartment({ tenant }: Platform, departmentId: string | undefined): void {
  const known = tenant.departments.map((department) => department.departmentId)
  if (departmentId === undefined || known.includes(departmentId)) return
  throw new Error(`There is no department "${departmentId}"; there are ${known.join(', ')}.`)
}

function eventUser({ tenant }: Platform, app: AppRecord, user: UserRecord): Record<string, unknown> {
  const openId = (userId: string) => tenant.openId(app.appId, { type: 'user', id: userId })
  return {
    open_id: openId(user.userId),
    union_id: user.unionId,
    user_id: user.userId,
    name: user.name,
    en_name: user.enName,
    email: user.email,
    mobile: user.mobile,
    job_title: user.jobTitle,
    gender: user.gender,
    status: { is_frozen: false, is_resigned: false, is_activated: true, is_exited: false, is_unjoin: false },
    department_ids: user.departmentIds.map((id) => tenant.openDepartmentId(id)),
    leader_user_id: user.leaderUserId === undefined ? '' : openId(user.leaderUserId),
    employee_type: 1,
  }
}
