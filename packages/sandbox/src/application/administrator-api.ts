import { type ApiCall, type ApiHandler, callingApp, type Platform, queryText, userIdOf } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { UserRecord } from '../tenant.ts'
import { isAdministrator } from './application-call.ts'

/** Administrators of the company's apps (docs: application-v6 app-administrator). */
export const administratorHandlers: Readonly<Record<string, ApiHandler>> = {
  'GET /open-apis/application/v3/is_user_admin': (platform, call) => {
    return { data: { is_app_admin: isAdministrator(platform, askedUser(platform, call)) } }
  },
  'GET /open-apis/user/v4/app_admin_user/list': (platform, call) => {
    const { tenant } = platform
    const app = callingApp(call)
    const administrators = [...tenant.users.values()].filter((user) => isAdministrator(platform, user))
    const user_list = administrators.map(({ userId, unionId }) => ({
      open_id: userIdOf(tenant, app, userId, 'open_id'),
      union_id: unionId,
      user_id: userId,
    }))
    return { data: { user_list } }
  },
  'GET /open-apis/contact/v1/user/admin_scope/get': (platform, call) => {
    const all = isAdministrator(platform, askedUser(platform, call))
    return { data: all ? { is_all: true } : { is_all: false, department_list: [] } }
  },
}

/** open_id wins over employee_id, which is the user_id of newer APIs. */
function askedUser(platform: Platform, call: ApiCall): UserRecord {
  const openId = queryText(call, 'open_id')
  const employeeId = queryText(call, 'employee_id')
  const actor = openId === undefined ? undefined : platform.tenant.actorByOpenId(openId)?.actor
  const userId = openId === undefined ? employeeId : actor?.type === 'user' ? actor.id : undefined
  const user = userId === undefined ? undefined : platform.tenant.users.get(userId)
  if (user) return user
  throw new PlatformError(9499, 'open_id or employee_id')
}
