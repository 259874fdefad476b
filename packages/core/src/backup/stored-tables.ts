import { type Kysely, sql } from 'kysely'
import { type AnyDatabase, hasTable } from '../storage/migrator.ts'
import type { AppliedStep } from './backup-format.ts'

/** A table as the database has it. */
export interface StoredTable {
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly bigint: boolean; readonly identity: boolean }[]
}

/** Rows that say which bots run; they mean nothing elsewhere, or later. */
export const instanceTable = 'larkspur_instance'
const migrationTable = 'larkspur_migrations'

/** The steps that were applied to a database, oldest first. */
export async function appliedMigrations(database: AnyDatabase): Promise<readonly AppliedStep[]> {
  if (!(await hasTable(database, migrationTable))) return []
  const table = sql.raw(database.tableName(migrationTable))
  const { rows } = await sql<AppliedStep>`
    select owner, name, applied_at as "appliedAtMs" from ${table} order by applied_at, owner, name`.execute(
    on(database),
  )
  return rows
}

/** The tables that migrations of these owners have made, in the order of their names. */
export async function storedTables(database: AnyDatabase, owners: readonly string[]): Promise<readonly StoredTable[]> {
  const prefixes = [...new Set(owners)].map((owner) =>
    owner.startsWith('plugin:') ? `p_${owner.slice('plugin:'.length).replaceAll('-', '_')}_` : 'larkspur_',
  )
  const tables = new Map<string, { name: string; bigint: boolean; identity: boolean }[]>()
  for (const { table, name, type, identity } of await columnsOf(database)) {
    if (table === migrationTable || !prefixes.some((prefix) => table.startsWith(prefix))) continue
    const columns = tables.get(table) ?? []
    columns.push({ name, bigint: type.toLowerCase() === 'bigint', identity: identity === 'YES' })
    tables.set(table, columns)
  }
  return [...tables].map(([name, columns]) => ({ name, columns })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

interface Column {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly identity: string
}

async function columnsOf(database: AnyDatabase): Promise<readonly Column[]> {
  const query =
    database.flavour === 'sqlite'
      ? sql<Column>`
        select t.name as "table", c.name as name, c.type as type, 'NO' as identity
        from sqlite_schema t join pragma_table_info(t.name) c where t.type = 'table' order by t.name, c.cid`
      : sql<Column>`
        select c.table_name as "table", c.column_name as name, c.data_type as type, c.is_identity as identity
        from information_schema.columns c
        join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
        where c.table_schema = ${database.schema ?? sql`current_schema()`} and t.table_type = 'BASE TABLE'
        order by c.table_name, c.ordinal_position`
  return (await query.execute(on(database))).rows
}

function on(database: AnyDatabase): Kysely<unknown> {
  return database.query as Kysely<unknown>
}
