import { type ApiHandler, page } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { Table, View } from './bases.ts'
import { tableCall, viewById } from './bitable-call.ts'
import { filterTest, viewFilter } from './record-filter.ts'

interface ViewProperty {
  filter_info?: { conjunction: string; conditions: { field_id: string; operator: string; value?: string }[] } | null
  hidden_fields?: string[] | null
  hierarchy_config?: { field_id?: string } | null
}

/** bitable v1 views (docs: app-table-view create, list, get, patch, delete). */
export const viewHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/bitable/v1/apps/:app_token/tables/:table_id/views': (platform, call) => {
    const { table } = tableCall(platform, call)
    const { view_name, view_type = 'grid' } = call.body as { view_name: string; view_type?: string }
    const view = platform.bases.addView(table, checkedName(view_name), view_type)
    return { data: { view: viewAnswer(view) }, fields: { ...call.params, view_id: view.viewId } }
  },
  'GET /open-apis/bitable/v1/apps/:app_token/tables/:table_id/views': (platform, call) => {
    const { table } = tableCall(platform, call)
    const { items, ...rest } = page(call, table.views, 1254002)
    const answers = items.map((view) => ({ ...viewAnswer(view), view_public_level: 'Public' }))
    return { data: { ...rest, total: table.views.length, items: answers } }
  },
  'GET /open-apis/bitable/v1/apps/:app_token/tables/:table_id/views/:view_id': (platform, call) => {
    const { table } = tableCall(platform, call)
    const view = viewById(table, call.params.view_id ?? '')
    return { data: { view: { ...viewAnswer(view), property: view.property ?? null } } }
  },
  'PATCH /open-apis/bitable/v1/apps/:app_token/tables/:table_id/views/:view_id': (platform, call) => {
    const seen = tableCall(platform, call)
    const view = viewById(seen.table, call.params.view_id ?? '')
    const { view_name, property } = call.body as { view_name?: string; property?: ViewProperty }
    const changed: View = {
      ...view,
      ...(view_name && { name: checkedName(view_name) }),
      property: property ? { ...view.property, ...propertyAnswer(seen.table, property) } : view.property,
    }
    const isTaken = seen.table.views.some((other) => other !== view && other.name === changed.name)
    if (isTaken) throw new PlatformError(1254020)
    filterTest(seen, seen.table, viewFilter(seen.table, changed))
    Object.assign(view, changed)
    return { data: { view: { ...viewAnswer(view), property: view.property ?? null } }, fields: { ...call.params } }
  },
  'DELETE /open-apis/bitable/v1/apps/:app_token/tables/:table_id/views/:view_id': (platform, call) => {
    const { table } = tableCall(platform, call)
    const view = viewById(table, call.params.view_id ?? '')
    if (table.views.length === 1) throw new PlatformError(1254023)
    table.views = table.views.filter((other) => other !== view)
    return { fields: { ...call.params } }
  },
}

/** @throws PlatformError 1254019 for brackets, which names may not have */
function checkedName(name: string): string {
  const trimmed = name.trim()
  if (trimmed !== '' && !/[[\]]/.test(trimmed)) return trimmed
  throw new PlatformError(1254019, name)
}

function viewAnswer({ viewId, name, type }: View) {
  return { view_id: viewId, view_name: name, view_type: type }
}

function propertyAnswer(table: Table, { filter_info, ...rest }: ViewProperty) {
  if (filter_info === undefined) return rest
  if (filter_info === null) return { ...rest, filter_info }
  const conditions = filter_info.conditions.map((condition, index) => {
    const field = table.fields.find(({ fieldId }) => fieldId === condition.field_id)
    if (!field) throw new PlatformError(1254044, condition.field_id)
    return { ...condition, condition_id: `con${index + 1}`, field_type: field.type }
  })
  return { ...rest, filter_info: { conjunction: filter_info.conjunction, conditions, condition_omitted: false } }
}
