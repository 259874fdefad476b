import { type Kysely, sql } from 'kysely'
import { coreError } from '../errors/catalogue.ts'
import type { AnyDatabase, UntypedTables } from '../storage/migrator.ts'

/** Looks whether every reference has its row, and has them looked at as before. @throws BACKUP_BROKEN, STORAGE_QUERY_FAILED */
export type CheckReferences = () => Promise<void>

/** Has SQLite not look at references from here on: inside a transaction that cannot be changed. */
export async function ignoreReferences(database: AnyDatabase): Promise<void> {
  if (database.flavour === 'sqlite') await sql`pragma foreign_keys = off`.execute(on(database))
}

/** Drops tables, also those that refer to each other. On SQLite after {@link ignoreReferences}. */
export async function dropTables(database: AnyDatabase, names: readonly string[]): Promise<void> {
  if (database.flavour === 'sqlite') for (const name of names) await on(database).schema.dropTable(name).execute()
  // One statement takes them in any order.
  else if (names.length > 0) await sql`drop table ${listOf(database, names)}`.execute(on(database))
}

/**
 * Takes the rows out of these tables, which may then be filled in any order.
 * @returns what is to be called when they are full
 */
export async function emptyTables(database: AnyDatabase, names: readonly string[]): Promise<CheckReferences> {
  const query = on(database)
  const run = async (statement: string): Promise<void> => void (await sql.raw(statement).execute(query))
  if (database.flavour === 'sqlite') {
    for (const name of names) await query.deleteFrom(name).execute()
    return async () => {
      const { rows } = await sql<{ table: string; parent: string }>`pragma foreign_key_check`.execute(query)
      const [row] = rows
      if (row)
        throw coreError('BACKUP_BROKEN', { message: `${row.table} refers to rows of ${row.parent} that are not in it` })
    }
  }
  if (names.length === 0) return async () => {}
  // PostgreSQL changes no table with a look outstanding.
  await run('set constraints all immediate')
  await sql`truncate table ${listOf(database, names)}`.execute(query)
  const { rows: fixed } = await sql<{ table: string; name: string }>`
    select conrelid::regclass::text as "table", quote_ident(conname) as name from pg_constraint
    where contype = 'f' and not condeferrable and conparentid = 0
    and conrelid in (${sql.join(names.map((name) => sql`to_regclass(${sql.lit(database.tableName(name))})`))})`.execute(
    query,
  )
  for (const { table, name } of fixed) await run(`alter table ${table} alter constraint ${name} deferrable`)
  await run('set constraints all deferred')
  return async () => {
    await run('set constraints all immediate')
    for (const { table, name } of fixed) await run(`alter table ${table} alter constraint ${name} not deferrable`)
  }
}

function listOf(database: AnyDatabase, names: readonly string[]) {
  return sql.join(names.map((name) => sql.raw(database.tableName(name))))
}

function on(database: AnyDatabase): Kysely<UntypedTables> {
  return database.query as Kysely<UntypedTables>
}
