import { type ApiCall, type ApiHandler, callingApp, type Platform, queryText, userById, userIdOf } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { AppRecord, UserRecord } from '../tenant.ts'

/** contact v3 users (docs: contact-v3 user get and batch). */
export const userHandlers: Readonly<Record<string, ApiHandler>> = {
  'GET /open-apis/contact/v3/users/:user_id': (platform, call) => {
    const app = callingApp(call)
    const user = userById(platform.tenant, app, call.params.user_id ?? '', queryText(call, 'user_id_type') ?? 'open_id')
    if (!platform.tenant.isAvailable(app, user.userId)) throw new PlatformError(41050)
    return { data: { user: userAnswer(platform, app, user, call) } }
  },
  'GET /open-apis/contact/v3/users/batch': (platform, call) => {
    const app = callingApp(call)
    const idType = queryText(call, 'user_id_type') ?? 'open_id'
    const ids = [call.query.user_ids ?? []].flat()
    const users = ids.map((id) => userById(platform.tenant, app, id, idType))
    const visible = users.filter((user) => platform.tenant.isAvailable(app, user.userId))
    return { data: { items: visible.map((user) => userAnswer(platform, app, user, call)) } }
  },
}

function userAnswer(platform: Platform, app: AppRecord, user: UserRecord, call: ApiCall): Record<string, unknown> {
  const { tenant } = platform
  const idType = queryText(call, 'user_id_type') ?? 'open_id'
  const ownIds = queryText(call, 'department_id_type') === 'department_id'
  const departmentIds = user.departmentIds.map((id) => (ownIds ? id : tenant.openDepartmentId(id)))
  return {
    union_id: user.unionId,
    user_id: user.userId,
    open_id: tenant.openId(app.appId, { type: 'user', id: user.userId }),
    name: user.name,
    en_name: user.enName,
    nickname: '',
    email: user.email,
    mobile: user.mobile,
    mobile_visible: true,
    gender: user.gender,
    avatar: {},
    status: { is_frozen: false, is_resigned: false, is_activated: true, is_exited: false, is_unjoin: false },
    department_ids: departmentIds,
    leader_user_id: user.leaderUserId ? userIdOf(tenant, app, user.leaderUserId, idType) : '',
    is_tenant_manager: user.leaderUserId === undefined,
    employee_type: 1,
    job_title: user.jobTitle,
  }
}
