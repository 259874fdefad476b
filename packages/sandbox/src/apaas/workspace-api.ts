import { type ApiCall, type ApiHandler, type Platform, page } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { tableShape, tableShapes } from './table-shape.ts'
import { runWork, workspaceOf } from './workspace-call.ts'

interface EnumRow {
  name: string
  description: string
  options: string[]
}

const enums = `
  SELECT t.typname AS name, coalesce(obj_description(t.oid), '') AS description,
    json_agg(e.enumlabel ORDER BY e.enumsortorder) AS options
  FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
  WHERE t.typnamespace = 'public'::regnamespace GROUP BY t.oid, t.typname ORDER BY t.oid`

/** apaas v1 workspaces: what their tables and enums look like, and SQL (docs: apaas-v1 workspace). */
export const workspaceHandlers: Readonly<Record<string, ApiHandler>> = {
  'GET /open-apis/apaas/v1/workspaces/:workspace_id/tables': async (platform, call) => {
    const tables = await tableShapes(workspaceOf(platform, call).database)
    return { data: listAnswer(call, tables.map(shapeAnswer)) }
  },
  'GET /open-apis/apaas/v1/workspaces/:workspace_id/tables/:table_name': async (platform, call) => {
    const table = await tableShape(workspaceOf(platform, call).database, call.params.table_name ?? '')
    return { data: shapeAnswer(table) }
  },
  'GET /open-apis/apaas/v1/workspaces/:workspace_id/enums': async (platform, call) => {
    return { data: listAnswer(call, await readEnums(platform, call)) }
  },
  'GET /open-apis/apaas/v1/workspaces/:workspace_id/enums/:enum_name': async (platform, call) => {
    const found = (await readEnums(platform, call)).find(({ name }) => name === call.params.enum_name)
    if (!found) throw new PlatformError(2320001, `there is no enum ${call.params.enum_name}`)
    return { data: { ...found, created_at: String(found.created_at) } }
  },
  'POST /open-apis/apaas/v1/workspaces/:workspace_id/sql_commands': async (platform, call) => {
    const { rows, hasRows } = await runWork(platform, call, { script: call.body.sql as string })
    return { data: { result: hasRows ? JSON.stringify(rows) : '' }, fields: { ...call.params } }
  },
}

function shapeAnswer({ columns, ...table }: Awaited<ReturnType<typeof tableShape>>) {
  return { ...table, columns: columns.map(({ type: _, ...column }) => column) }
}

async function readEnums(platform: Platform, call: ApiCall) {
  const { rows } = await runWork(platform, call, { statements: [{ sql: enums, parameters: [] }] })
  const id = platform.workspaces.userId('zhangwei')
  const created_by = { id, name: platform.tenant.users.get('zhangwei')?.name ?? '', avatar: '' }
  const created_at = Date.UTC(2026, 0, 5, 1)
  return (rows as unknown as EnumRow[]).map((row) => ({ ...row, created_at, created_by }))
}

function listAnswer<T>(call: ApiCall, list: readonly T[]) {
  const { items, has_more, page_token } = page(call, list, 2320001, 10)
  return { items, has_more, ...(has_more && { page_token }) }
}
