import { type ApiCall, type ApiHandler, type Platform, pageStart, pageToken, queryText } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { type Column, columnNamed, filterSql, orderSql, quoted, selectSql } from './postgrest.ts'
import { tableShape, viewShape } from './table-shape.ts'
import { runWork, workspaceOf } from './workspace-call.ts'
import type { SqlAnswer } from './workspace-database.ts'

type RecordInput = Readonly<Record<string, unknown>>

/** Records that one call may bring (docs: workspace-table records_post, records_batch_update). */
const maxRecords = 500

/** apaas v1 records of tables and views (docs: apaas-v1 workspace-table, workspace-view). */
export const workspaceRecordHandlers: Readonly<Record<string, ApiHandler>> = {
  'GET /open-apis/apaas/v1/workspaces/:workspace_id/tables/:table_name/records': async (platform, call) => {
    return readRecords(platform, call, await shapeOf(platform, call))
  },
  'GET /open-apis/apaas/v1/workspaces/:workspace_id/views/:view_name/records': async (platform, call) => {
    return readRecords(
      platform,
      call,
      await viewShape(workspaceOf(platform, call).database, call.params.view_name ?? ''),
    )
  },
  'POST /open-apis/apaas/v1/workspaces/:workspace_id/tables/:table_name/records': async (platform, call) => {
    const { name, columns } = await shapeOf(platform, call)
    const records = recordsOf(call)
    const prefer = (call.prefer ?? '').split(',').map((one) => one.trim())
    const only = queryText(call, 'columns')?.split(',')
    const all = only ?? [...new Set(records.flatMap((record) => Object.keys(record)))]
    const statements = records.map((record) => {
      // A field that a record leaves out is null, or its default when the caller asks for that.
      const given = prefer.includes('missing=default') ? all.filter((key) => key in record) : all
      return insertSql(name, columns, given, conflictSql(call, given, prefer), record)
    })
    return written(call, await runWork(platform, call, { statements }))
  },
  'PATCH /open-apis/apaas/v1/workspaces/:workspace_id/tables/:table_name/records': async (platform, call) => {
    const { name, columns } = await shapeOf(platform, call)
    const record = parsed(call.body.record)
    const statement = updateSql(name, columns, record, (parameters) => {
      return filterSql(queryText(call, 'filter'), columns, parameters)
    })
    return written(call, await runWork(platform, call, { statements: [statement] }))
  },
  'PATCH /open-apis/apaas/v1/workspaces/:workspace_id/tables/:table_name/records_batch_update': async (
    platform,
    call,
  ) => {
    const { name, columns } = await shapeOf(platform, call)
    const records = recordsOf(call)
    const [first = {}] = records
    const statements = records.map(({ _id, ...record }) => {
      if (typeof _id !== 'string') throw new PlatformError(2320001, 'every record has an _id')
      const sameKeys = Object.keys(record).every((key) => key in first)
      if (!sameKeys || Object.keys(record).length + 1 !== Object.keys(first).length) {
        throw new PlatformError(2320001, 'all records have the same fields')
      }
      return updateSql(name, columns, record, (parameters) => {
        parameters.push(_id)
        return `_id = $${parameters.length}::text::uuid`
      })
    })
    return written(call, await runWork(platform, call, { statements }))
  },
  'DELETE /open-apis/apaas/v1/workspaces/:workspace_id/tables/:table_name/records': async (platform, call) => {
    const { name, columns } = await shapeOf(platform, call)
    const parameters: unknown[] = []
    const sql = `DELETE FROM ${quoted(name)} WHERE ${filterSql(queryText(call, 'filter'), columns, parameters)}`
    await runWork(platform, call, { statements: [{ sql, parameters }] })
    return { fields: { ...call.params } }
  },
}

function shapeOf(platform: Platform, call: ApiCall) {
  return tableShape(workspaceOf(platform, call).database, call.params.table_name ?? '')
}

async function readRecords(platform: Platform, call: ApiCall, { name, columns }: { name: string; columns: Column[] }) {
  const parameters: unknown[] = []
  const condition = filterSql(queryText(call, 'filter'), columns, parameters)
  const selected = selectSql(queryText(call, 'select'), columns)
  const order = orderSql(queryText(call, 'order'), columns)
  const size = Number(queryText(call, 'page_size') ?? 10)
  const start = pageStart(call, 2320001)
  const from = `FROM ${quoted(name)} WHERE ${condition}`
  const sql = `
    SELECT (SELECT count(*) ${from})::int AS total, coalesce(json_agg(row_to_json(r)), '[]')::text AS items
    FROM (SELECT ${selected} ${from}${order} LIMIT ${size} OFFSET ${start}) r`
  const { rows } = await runWork(platform, call, { statements: [{ sql, parameters }] })
  const { total, items } = rows[0] as { total: number; items: string }
  const has_more = start + size < total
  return { data: { has_more, ...(has_more && { page_token: pageToken(start + size) }), total, items } }
}

/** @throws PlatformError 2320001 */
function recordsOf(call: ApiCall): RecordInput[] {
  const records = json(call.body.records)
  const isList = Array.isArray(records) && records.length > 0 && records.length <= maxRecords
  if (isList && records.every((record) => typeof record === 'object' && record !== null))
    return records as RecordInput[]
  throw new PlatformError(2320001, `records is a JSON list of 1 to ${maxRecords} objects`)
}

function parsed(value: unknown): RecordInput {
  const record = json(value)
  const isRecord = typeof record === 'object' && record !== null && !Array.isArray(record)
  if (isRecord && Object.keys(record).length > 0) return record as RecordInput
  throw new PlatformError(2320001, 'record is a JSON object with fields')
}

function json(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    return undefined
  }
}

function insertSql(
  table: string,
  columns: readonly Column[],
  keys: readonly string[],
  conflict: string,
  record: RecordInput,
) {
  const returning = `${conflict} RETURNING _id`
  if (keys.length === 0) return { sql: `INSERT INTO ${quoted(table)} DEFAULT VALUES ${returning}`, parameters: [] }
  const list = keys.map((key) => quoted(columnNamed(columns, key).name)).join(', ')
  const values = `SELECT ${list} FROM json_populate_record(null::${quoted(table)}, $1::text::json)`
  return { sql: `INSERT INTO ${quoted(table)} (${list}) ${values} ${returning}`, parameters: [JSON.stringify(record)] }
}

function conflictSql(call: ApiCall, keys: readonly string[], prefer: readonly string[]): string {
  const target = (queryText(call, 'on_conflict') ?? '_id').split(',').map(quoted).join(', ')
  if (prefer.includes('resolution=ignore-conflicts')) return `ON CONFLICT (${target}) DO NOTHING`
  if (!prefer.includes('resolution=merge-duplicates')) return ''
  const changes = keys.map((key) => `${quoted(key)} = EXCLUDED.${quoted(key)}`)
  return `ON CONFLICT (${target}) DO UPDATE SET ${changes.join(', ')}`
}

function updateSql(
  table: string,
  columns: readonly Column[],
  record: RecordInput,
  condition: (parameters: unknown[]) => string,
) {
  const names = Object.keys(record).map((key) => quoted(columnNamed(columns, key).name))
  const parameters: unknown[] = [JSON.stringify(record)]
  const list = names.join(', ')
  const values = `SELECT ${list} FROM json_populate_record(null::${quoted(table)}, $1::text::json)`
  const sql = `UPDATE ${quoted(table)} SET (${list}) = (${values}) WHERE ${condition(parameters)} RETURNING _id`
  return { sql, parameters }
}

function written(call: ApiCall, { rows }: SqlAnswer) {
  return { data: { record_ids: rows.map(({ _id }) => _id) }, fields: { ...call.params } }
}
