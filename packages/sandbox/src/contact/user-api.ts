import {
  type ApiCall,
  type ApiHandler,
  callingApp,
  type Platform,
  page,
  queryText,
  userById,
  userIdOf,
} from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { AppRecord, UserRecord } from '../tenant.ts'
import { departmentById } from './department-api.ts'

/** contact v3 users (docs: contact-v3 user get, batch, find_by_department, batch_get_id). */
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
  'GET /open-apis/contact/v3/users/find_by_department': (platform, call) => {
    const app = callingApp(call)
    const { departmentId } = departmentById(platform, call, queryText(call, 'department_id') ?? '')
    const members = [...platform.tenant.users.values()].filter(({ userId, departmentIds }) => {
      return departmentIds.includes(departmentId) && platform.tenant.isAvailable(app, userId)
    })
    const { items, ...rest } = page(call, members, 40012, 10)
    return { data: { ...rest, items: items.map((user) => userAnswer(platform, app, user, call)) } }
  },
  'POST /open-apis/contact/v3/users/batch_get_id': (platform, call) => {
    const { emails = [], mobiles = [] } = call.body as { emails?: string[]; mobiles?: string[] }
    const find = (fits: (user: UserRecord) => boolean) => {
      const app = callingApp(call)
      const user = [...platform.tenant.users.values()].find(fits)
      if (!user || !platform.tenant.isAvailable(app, user.userId)) return {}
      const id = userIdOf(platform.tenant, app, user.userId, queryText(call, 'user_id_type') ?? 'open_id')
      return { user_id: id, status: workingStatus }
    }
    // Numbers of the tenant's own country may be given without its prefix.
    const byMobile = (mobile: string) =>
      find((user) => user.mobile !== '' && [mobile, `+86${mobile}`].includes(user.mobile))
    return {
      data: {
        user_list: [
          ...emails.map((email) => ({ email, ...find((user) => user.email === email) })),
          ...mobiles.map((mobile) => ({ mobile, ...byMobile(mobile) })),
        ],
      },
    }
  },
}

const workingStatus = {
  is_frozen: false,
  is_resigned: false,
  is_activated: true,
  is_exited: false,
  is_unjoin: false,
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
    status: workingStatus,
    department_ids: departmentIds,
    leader_user_id: user.leaderUserId ? userIdOf(tenant, app, user.leaderUserId, idType) : '',
    is_tenant_manager: user.leaderUserId === undefined,
    employee_type: 1,
    job_title: user.jobTitle,
  }
}
