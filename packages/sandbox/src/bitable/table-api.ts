import { type ApiCall, type ApiHandler, type Platform, page } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { Base, Table } from './bases.ts'
import { baseOf, tableCall } from './bitable-call.ts'
import { checkedField, type FieldInput, fieldOf } from './field-api.ts'
import { primaryTypes } from './field-type.ts'

/** bitable v1 tables (docs: app-table create, batch_create, list, patch, delete, batch_delete). */
export const tableHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/bitable/v1/apps/:app_token/tables': (platform, call) => {
    const base = baseOf(platform, call)
    const { name, default_view_name, fields } = (call.body.table ?? {}) as {
      name?: string
      default_view_name?: string
      fields?: FieldInput[]
    }
    const table = addTable(platform, base, name, fields)
    const view = platform.bases.addView(table, default_view_name ?? '表格')
    return {
      data: {
        table_id: table.tableId,
        ...(fields && { default_view_id: view.viewId, field_id_list: table.fields.map(({ fieldId }) => fieldId) }),
      },
      fields: { ...call.params, table_id: table.tableId },
    }
  },
  'POST /open-apis/bitable/v1/apps/:app_token/tables/batch_create': (platform, call) => {
    const base = baseOf(platform, call)
    const inputs = (call.body.tables ?? []) as { name?: string }[]
    const names = inputs.map(({ name }) => name)
    if (new Set(names).size < names.length || names.some((name) => tableNamed(base, name))) {
      throw new PlatformError(1254013)
    }
    const tables = names.map((name) => {
      const table = addTable(platform, base, name, undefined)
      platform.bases.addView(table, '表格')
      return table.tableId
    })
    return { data: { table_ids: tables }, fields: { ...call.params } }
  },
  'GET /open-apis/bitable/v1/apps/:app_token/tables': (platform, call) => {
    const tables = [...baseOf(platform, call).tables.values()]
    const { items, ...rest } = page(call, tables, 1254002)
    const answers = items.map(({ tableId, revision, name }) => ({ table_id: tableId, revision, name }))
    return { data: { ...rest, total: tables.length, items: answers } }
  },
  'PATCH /open-apis/bitable/v1/apps/:app_token/tables/:table_id': (platform, call) => {
    const { base, table } = tableCall(platform, call)
    const name = checkedName(call.body.name as string | undefined)
    const other = tableNamed(base, name)
    if (other && other !== table) throw new PlatformError(1254013)
    table.name = name
    table.revision += 1
    return { data: { name }, fields: { ...call.params } }
  },
  'DELETE /open-apis/bitable/v1/apps/:app_token/tables/:table_id': (platform, call) => {
    return removeTables(platform, call, [call.params.table_id ?? ''])
  },
  'POST /open-apis/bitable/v1/apps/:app_token/tables/batch_delete': (platform, call) => {
    return removeTables(platform, call, (call.body.table_ids ?? []) as string[])
  },
}

function addTable(
  platform: Platform,
  base: Base,
  name: string | undefined,
  inputs: readonly FieldInput[] | undefined,
): Table {
  const fields = inputs?.length ? inputs.map((input) => checkedField(base, input)) : [fieldOf('文本', 1)]
  const [primary] = fields
  if (!primary || !primaryTypes.includes(primary.type))
    throw new PlatformError(1254012, 'the first field is the primary one')
  if (new Set(fields.map((field) => field.name)).size < fields.length) throw new PlatformError(1254014)
  base.revision += 1
  return platform.bases.addTable(base, { name: checkedName(name), fields })
}

function removeTables(platform: Platform, call: ApiCall, tableIds: readonly string[]) {
  const base = baseOf(platform, call)
  for (const tableId of tableIds) platform.bases.table(base.appToken, tableId)
  if (new Set(tableIds).size === base.tables.size) throw new PlatformError(1254034)
  for (const tableId of tableIds) base.tables.delete(tableId)
  base.revision += 1
  return { fields: { ...call.params } }
}

function tableNamed(base: Base, name: string | undefined): Table | undefined {
  return [...base.tables.values()].find((table) => table.name === name?.trim())
}

/** @throws PlatformError 1254001 for no name or one with characters that names may not have */
function checkedName(name: string | undefined): string {
  const trimmed = name?.trim() ?? ''
  if (trimmed !== '' && !/[/\\?*:[\]]/.test(trimmed)) return trimmed
  throw new PlatformError(1254001, `name ${JSON.stringify(name)}`)
}
