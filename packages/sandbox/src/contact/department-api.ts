import { type ApiCall, type ApiHandler, callingApp, type Platform, page, queryText, userIdOf } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { AppRecord, Department, UserRecord } from '../tenant.ts'

/** contact v3 departments (docs: contact-v3 department get, children). */
export const departmentHandlers: Readonly<Record<string, ApiHandler>> = {
  'GET /open-apis/contact/v3/departments/:department_id': (platform, call) => {
    const department = departmentById(platform, call, call.params.department_id ?? '')
    return { data: { department: departmentAnswer(platform, callingApp(call), department, call) } }
  },
  'GET /open-apis/contact/v3/departments/:department_id/children': (platform, call) => {
    const parent = departmentById(platform, call, call.params.department_id ?? '')
    const recursive = queryText(call, 'fetch_child') === 'true'
    const { items, ...rest } = page(call, childrenOf(platform, parent.departmentId, recursive), 40012, 10)
    return {
      data: { ...rest, items: items.map((one) => departmentAnswer(platform, callingApp(call), one, call)) },
    }
  },
}

/** The department that an id of the call's `department_id_type` stands for; `0` is the company. */
export function departmentById(platform: Platform, call: ApiCall, id: string): Department {
  const { tenant } = platform
  const ownIds = queryText(call, 'department_id_type') === 'department_id'
  const found = tenant.departments.find(({ departmentId }) => {
    return id === (ownIds ? departmentId : tenant.openDepartmentId(departmentId))
  })
  if (found) return found
  throw new PlatformError(40008)
}

/** The people in a department and all below it, by department_id or open_department_id; the company itself does not count. */
export function membersBelow(platform: Platform, id: string): UserRecord[] | undefined {
  const { tenant } = platform
  const found = tenant.departments.find(({ departmentId }) => {
    return departmentId !== '0' && (id === departmentId || id === tenant.openDepartmentId(departmentId))
  })
  if (!found) return undefined
  const below = childrenOf(platform, found.departmentId, true)
  const within = new Set([found, ...below].map(({ departmentId }) => departmentId))
  return [...tenant.users.values()].filter(({ departmentIds }) => departmentIds.some((one) => within.has(one)))
}

function childrenOf(platform: Platform, parentId: string, recursive: boolean): Department[] {
  const direct = platform.tenant.departments.filter((department) => department.parentId === parentId)
  if (!recursive) return direct
  return direct.flatMap((department) => [department, ...childrenOf(platform, department.departmentId, true)])
}

function departmentAnswer(
  platform: Platform,
  app: AppRecord,
  { departmentId, parentId, name, enName, leaderUserId }: Department,
  call: ApiCall,
): Record<string, unknown> {
  const { tenant } = platform
  const ownIds = queryText(call, 'department_id_type') === 'department_id'
  const members = [...tenant.users.values()].filter(({ departmentIds }) => departmentIds.includes(departmentId))
  const leader = userIdOf(tenant, app, leaderUserId, queryText(call, 'user_id_type') ?? 'open_id')
  return {
    name,
    i18n_name: { zh_cn: name, en_us: enName, ja_jp: name },
    parent_department_id: ownIds ? parentId : tenant.openDepartmentId(parentId),
    department_id: departmentId,
    open_department_id: tenant.openDepartmentId(departmentId),
    leader_user_id: leader,
    order: '0',
    member_count: departmentId === '0' ? tenant.users.size : members.length,
    primary_member_count: members.length,
    status: { is_deleted: false },
    leaders: [{ leaderType: 1, leaderID: leader }],
  }
}
