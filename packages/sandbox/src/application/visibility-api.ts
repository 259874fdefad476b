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
import { type Json, objectOf, textsOf } from '../im/card-json.ts'
import { PlatformError } from '../platform-error.ts'
import type { AppRecord } from '../tenant.ts'
import { namedApp } from './application-call.ts'

/** Who may use an app (docs: application-v6 visibility, patch-application-visibility, check_white_black_list, contacts_range_configuration). */
export const visibilityHandlers: Readonly<Record<string, ApiHandler>> = {
  'GET /open-apis/application/v2/app/visibility': (platform, call) => {
    const app = namedApp(platform, call, 50003, 50003)
    const caller = callingApp(call)
    const users = app.availableTo === 'everyone' ? [] : [...app.availableTo]
    return {
      data: {
        departments: [],
        invisible_departments: [],
        users: users.map((userId) => ({
          user_id: userId,
          open_id: userIdOf(platform.tenant, caller, userId, 'open_id'),
        })),
        invisible_users: [],
        groups: [],
        invisible_groups: [],
        is_visible_to_all: app.availableTo === 'everyone' ? 1 : 0,
        has_more_users: 0,
        user_page_token: '',
      },
    }
  },
  'PATCH /open-apis/application/v6/applications/:app_id/visibility': (platform, call) => {
    const app = namedApp(platform, call, 210002, 210002)
    const { is_visible_to_all: toAll, ...lists } = call.body as Record<string, Json | boolean | undefined>
    const people = (name: string) => peopleIn(platform, call, objectOf(lists[name]))
    const [added, removed] = [people('add_visible_list'), people('del_visible_list')]
    const [barred, unbarred] = [people('add_invisible_list'), people('del_invisible_list')]
    if (intersect(added, removed) || intersect(barred, unbarred)) throw new PlatformError(210003)
    if (toAll === undefined && added.size + removed.size + barred.size + unbarred.size === 0) {
      throw new PlatformError(210003)
    }
    const everybody = [...platform.tenant.users.keys()]
    const wasAll = app.availableTo === 'everyone'
    const now = new Set(toAll === true || (wasAll && toAll !== false) ? everybody : wasAll ? [] : app.availableTo)
    for (const userId of [...added, ...unbarred]) now.add(userId)
    for (const userId of [...removed, ...barred]) now.delete(userId)
    app.availableTo = now.size === everybody.length ? 'everyone' : now
    platform.applications.changed()
    return { fields: { app_id: app.appId } }
  },
  'POST /open-apis/application/v6/applications/:app_id/visibility/check_white_black_list': (platform, call) => {
    const app = namedApp(platform, call, 210001, 210001)
    const idType = queryText(call, 'user_id_type') ?? 'open_id'
    const isListed = (userId: string) => app.availableTo !== 'everyone' && app.availableTo.has(userId)
    const user_visibility_list = textsOf(call.body.user_ids).map((id) => {
      const { userId } = userById(platform.tenant, callingApp(call), id, idType)
      return { user_id: id, in_white_list: isListed(userId), in_black_list: false, in_paid_list: false }
    })
    const department_visibility_list = textsOf(call.body.department_ids).map((department_id) => {
      return { department_id, in_white_list: false, in_black_list: false }
    })
    const group_visibility_list = textsOf(call.body.group_ids).map((group_id) => {
      return { group_id, in_white_list: false, in_black_list: false }
    })
    return { data: { user_visibility_list, department_visibility_list, group_visibility_list } }
  },
  'GET /open-apis/application/v6/applications/:app_id/contacts_range_configuration': (platform, call) => {
    const app = namedApp(platform, call, 210503, 210504)
    const { items, ...rest } = page(call, [...listed(app)], 210501)
    const idType = queryText(call, 'user_id_type') ?? 'open_id'
    // An app sees the people who see it.
    const open_ids = items.map((userId) => userIdOf(platform.tenant, callingApp(call), userId, idType))
    const visible_list = { open_ids, department_ids: [], group_ids: [] }
    return { data: { ...rest, contacts_range: { contacts_scope_type: 'equal_to_availability', visible_list } } }
  },
}

function listed(app: AppRecord): ReadonlySet<string> {
  return app.availableTo === 'everyone' ? new Set() : app.availableTo
}

/** user_ids of the people, and of those in the departments, that a list names. */
function peopleIn(platform: Platform, call: ApiCall, list: Json): ReadonlySet<string> {
  const { tenant } = platform
  const idType = queryText(call, 'user_id_type') ?? 'open_id'
  const named = textsOf(list.user_ids).map((id) => userById(tenant, callingApp(call), id, idType).userId)
  const departments = textsOf(list.department_ids)
  const members = [...tenant.users.values()].filter(({ departmentIds }) => {
    return departmentIds.some((id) => departments.includes(id) || departments.includes(tenant.openDepartmentId(id)))
  })
  return new Set([...named, ...members.map(({ userId }) => userId)])
}

function intersect(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].some((id) => other.has(id))
}
