import { type ApiHandler, page } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { CellValue, Field, Row, Table } from './bases.ts'
import { baseUrl, type TableCall, tableCall, viewById } from './bitable-call.ts'
import { fieldsAnswer, personAnswer } from './cell.ts'
import { contentOf, filterTest, viewFilter } from './record-filter.ts'

/** bitable v1 records: what reads them (docs: app-table-record search, batch_get). */
export const recordSearchHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/bitable/v1/apps/:app_token/tables/:table_id/records/search': (platform, call) => {
    const view = tableCall(platform, call)
    const { view_id, field_names, sort, filter, automatic_fields } = call.body as {
      view_id?: string
      field_names?: string[]
      sort?: { field_name?: string; desc?: boolean }[]
      filter?: { conditions?: unknown[]; children?: unknown[] }
      automatic_fields?: boolean
    }
    const fields = field_names ? field_names.map((name) => fieldNamed(view.table, name, 1254024)) : view.table.fields
    const asked = filter && (filter.conditions?.length || filter.children?.length) ? filter : undefined
    // A view counts only for callers that bring neither filter nor sort of their own.
    const seen = view_id && !asked && !sort?.length ? viewById(view.table, view_id) : undefined
    const holds = filterTest(view, view.table, seen ? viewFilter(view.table, seen) : asked)
    const rows = [...view.table.rows.values()].filter(holds)
    if (sort?.length) rows.sort(sorting(view, sort))
    const { items, ...rest } = page(call, rows, 1254002)
    return {
      data: {
        ...rest,
        total: rows.length,
        items: items.map((row) => recordAnswer(view, fields, row, automatic_fields === true)),
      },
    }
  },
  'POST /open-apis/bitable/v1/apps/:app_token/tables/:table_id/records/batch_get': (platform, call) => {
    const view = tableCall(platform, call)
    const { record_ids, with_shared_url, automatic_fields } = call.body as {
      record_ids: string[]
      with_shared_url?: boolean
      automatic_fields?: boolean
    }
    const { table, base } = view
    const rows = record_ids.flatMap((id) => table.rows.get(id) ?? [])
    return {
      data: {
        records: rows.map((row) => ({
          ...recordAnswer(view, table.fields, row, automatic_fields === true),
          record_url: `${baseUrl(base.appToken)}?table=${table.tableId}&record=${row.recordId}`,
          ...(with_shared_url && { shared_url: `https://larkspur.example/record/${row.recordId}` }),
        })),
        absent_record_ids: record_ids.filter((id) => !table.rows.has(id)),
        forbidden_record_ids: [],
      },
    }
  },
}

function recordAnswer(view: TableCall, fields: readonly Field[], row: Row, automatic: boolean) {
  return {
    record_id: row.recordId,
    fields: fieldsAnswer(view, fields, row),
    ...(automatic && {
      created_by: personAnswer(view, row.createdBy),
      created_time: row.createdAtMs,
      last_modified_by: personAnswer(view, row.modifiedBy),
      last_modified_time: row.modifiedAtMs,
    }),
  }
}

function fieldNamed(table: Table, name: string | undefined, code: number): Field {
  const field = table.fields.find((known) => known.name === name)
  if (field) return field
  throw new PlatformError(code, String(name))
}

/** @throws PlatformError 1254016 for an unknown field */
function sorting(view: TableCall, sort: readonly { field_name?: string; desc?: boolean }[]) {
  const keys = sort.map(({ field_name, desc }) => {
    const content = contentOf(view, fieldNamed(view.table, field_name, 1254016))
    return { content, sign: desc ? -1 : 1 }
  })
  return (a: Row, b: Row): number => {
    for (const { content, sign } of keys) {
      const order = compared(content(a), content(b), sign)
      if (order !== 0) return order
    }
    return 0
  }
}

/** Empty cells come last, whatever the direction. */
function compared(a: CellValue | undefined, b: CellValue | undefined, sign: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  if (typeof a === 'number' && typeof b === 'number') return (a - b) * sign
  return String(a).localeCompare(String(b), 'zh-Hans-CN') * sign
}
