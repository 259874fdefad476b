import { PlatformError } from '../platform-error.ts'
import type { Column } from './postgrest.ts'
import type { WorkspaceDatabase } from './workspace-database.ts'

/** A column as the API describes it (docs: workspace-table table_get). */
interface ColumnShape extends Column {
  description: string
  data_type: string
  is_primary_key: boolean
  is_unique: boolean
  is_auto_increment: boolean
  is_array: boolean
  is_allow_null: boolean
  default_value: string
}

interface TableShape {
  name: string
  description: string
  columns: ColumnShape[]
}

const shapes = `
  SELECT c.relname AS name, coalesce(obj_description(c.oid), '') AS description,
    json_agg(json_build_object(
      'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
      'description', coalesce(col_description(c.oid, a.attnum), ''),
      'data_type', coalesce(e.typname, t.typname),
      'is_primary_key', coalesce(i.is_primary, false), 'is_unique', coalesce(i.is_unique, false),
      'is_auto_increment', a.attidentity <> '' OR coalesce(pg_get_expr(d.adbin, d.adrelid), '') LIKE 'nextval(%',
      'is_array', e.oid IS NOT NULL, 'is_allow_null', NOT a.attnotnull,
      'default_value', coalesce(pg_get_expr(d.adbin, d.adrelid), '')) ORDER BY a.attnum) AS columns
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  LEFT JOIN LATERAL (
    SELECT bool_or(indisprimary) AS is_primary, bool_or(indisunique) AS is_unique
    FROM pg_index WHERE indrelid = c.oid AND indnatts = 1 AND indkey[0] = a.attnum) i ON true
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = ANY ($1::text[]::"char"[])
    AND ($2::text IS NULL OR c.relname = $2::text)
  GROUP BY c.oid, c.relname ORDER BY c.oid`

/** The tables of a workspace, without its views. */
export async function tableShapes(database: WorkspaceDatabase): Promise<TableShape[]> {
  return read(database, '{r,p}', null)
}

/** @throws PlatformError 2320001 for an unknown table */
export async function tableShape(database: WorkspaceDatabase, name: string): Promise<TableShape> {
  const [shape] = await read(database, '{r,p}', name)
  if (shape) return shape
  throw new PlatformError(2320001, `there is no table ${name}`)
}

/** @throws PlatformError 2320001 for an unknown view */
export async function viewShape(database: WorkspaceDatabase, name: string): Promise<TableShape> {
  const [shape] = await read(database, '{v,m}', name)
  if (shape) return shape
  throw new PlatformError(2320001, `there is no view ${name}`)
}

async function read(database: WorkspaceDatabase, kinds: string, name: string | null): Promise<TableShape[]> {
  const { rows } = await database.run({ user: '', statements: [{ sql: shapes, parameters: [kinds, name] }] })
  return rows as unknown as TableShape[]
}
