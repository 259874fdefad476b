import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import { type Kysely, sql } from 'kysely'
import { coreError } from '../errors/catalogue.ts'
import type { Log } from '../observe/log.ts'
import type { Flavour } from '../storage/database.ts'
import { databaseError } from '../storage/database-error.ts'
import { KyselyDatabase } from '../storage/kysely-database.ts'
import type { AnyDatabase } from '../storage/migrator.ts'
import { openUnmigrated } from '../storage/open-database.ts'
import { type StorageSettings, storagePlace } from '../storage/settings.ts'
import { kyselyOnSqlite } from '../storage/sqlite.ts'
import type { AppliedStep, BackupValue } from './backup-format.ts'
import { appliedMigrations, type StoredTable, storedTables } from './stored-tables.ts'

/** A database as it was at one moment, while bots write on. */
export interface Snapshot {
  readonly flavour: Flavour
  readonly migrations: readonly AppliedStep[]
  readonly tables: readonly SnapshotTable[]
}

/** A table of a {@link Snapshot}. */
export interface SnapshotTable {
  readonly name: string
  readonly columns: readonly string[]
  /** The rows in portions. */
  rows(): AsyncIterable<readonly (readonly BackupValue[])[]>
}

/** Rows that are in memory at once; the body of an event may have a megabyte. */
const portion = 50

/**
 * Gives `use` a database as it is at this moment, its inbox included. On SQLite these are two files, whose moments are
 * less than a millisecond apart; nothing writes both in one transaction.
 * @throws BACKUP_NOTHING_THERE, STORAGE_… errors
 */
export async function withSnapshot<Result>(
  settings: StorageSettings,
  log: Log,
  use: (snapshot: Snapshot) => Promise<Result>,
): Promise<Result> {
  const place = storagePlace(settings)
  return place.flavour === 'sqlite' ? onSqlite(resolve(place.folder), use) : onPostgres(settings, log, use)
}

async function onSqlite<Result>(folder: string, use: (snapshot: Snapshot) => Promise<Result>): Promise<Result> {
  using stack = new DisposableStack()
  const paths = ['bot.db', 'inbox.db'].map((name) => join(folder, name)).filter((path) => existsSync(path))
  const files = paths.map((path) => {
    try {
      const file = new Sqlite(path, { readonly: true, timeout: 5000 })
      stack.defer(() => void file.close())
      return file
    } catch (cause) {
      throw databaseError(cause, `opening ${path}`)
    }
  })
  // The first read begins the snapshot: one after the other, with nothing in between.
  for (const file of files)
    try {
      file.exec('begin; select count(*) from sqlite_schema')
    } catch (cause) {
      throw databaseError(cause, `reading ${file.name}`)
    }
  const parts = files.map(async (file) => {
    const database = new KyselyDatabase({ flavour: 'sqlite', kysely: kyselyOnSqlite(file), clockOffsetMs: 0 })
    const { migrations, tables } = await partOf(database)
    return {
      migrations,
      tables: tables.map(({ name, columns }) => ({
        ...shape({ name, columns }),
        async *rows() {
          const list = columns.map((column) => `"${column.name}"`).join(', ')
          try {
            const statement = file.prepare(`select ${list} from "${name}"`).raw().safeIntegers()
            yield* portions(statement.iterate() as Iterable<readonly BackupValue[]>)
          } catch (cause) {
            throw databaseError(cause, `reading ${name} of ${file.name}`)
          }
        },
      })),
    }
  })
  return await use(together('sqlite', await Promise.all(parts), folder))
}

async function onPostgres<Result>(
  settings: StorageSettings,
  log: Log,
  use: (snapshot: Snapshot) => Promise<Result>,
): Promise<Result> {
  await using open = await openUnmigrated(settings, log)
  const transaction = (open.query as Kysely<unknown>).transaction()
  return await transaction
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (query) => {
      const { flavour, now, schema } = open
      const tableName = (name: string) => open.tableName(name)
      const database: AnyDatabase = { flavour, now, schema, tableName, write: (fn) => fn(), query }
      const { migrations, tables } = await partOf(database)
      const part = {
        migrations,
        tables: tables.map((table) => ({ ...shape(table), rows: () => cursor(query, table, tableName(table.name)) })),
      }
      return use(together('postgres', [part], 'the database'))
    })
}

async function partOf(database: AnyDatabase) {
  const migrations = await appliedMigrations(database)
  const owners = migrations.map(({ owner }) => owner)
  return { migrations, tables: await storedTables(database, owners) }
}

function shape({ name, columns }: StoredTable) {
  return { name, columns: columns.map((column) => column.name) }
}

function together(flavour: Flavour, parts: readonly Omit<Snapshot, 'flavour'>[], place: string): Snapshot {
  const migrations = parts.flatMap((part) => part.migrations)
  if (migrations.length === 0)
    throw coreError('BACKUP_NOTHING_THERE', { message: `there is nothing of a bot in ${place}` })
  return { flavour, migrations, tables: parts.flatMap((part) => part.tables) }
}

function* portions(rows: Iterable<readonly BackupValue[]>): Generator<readonly (readonly BackupValue[])[]> {
  let some: (readonly BackupValue[])[] = []
  for (const row of rows) {
    some.push(row)
    if (some.length < portion) continue
    yield some
    some = []
  }
  if (some.length > 0) yield some
}

async function* cursor(
  query: Kysely<unknown>,
  { columns }: StoredTable,
  from: string,
): AsyncGenerator<readonly (readonly BackupValue[])[]> {
  // The driver gives bigint as a double; as text nothing is lost.
  const list = columns.map(({ name, bigint }) => (bigint ? `"${name}"::text as "${name}"` : `"${name}"`)).join(', ')
  await sql`declare larkspur_backup no scroll cursor for select ${sql.raw(list)} from ${sql.raw(from)}`.execute(query)
  for (;;) {
    const { rows } = await sql<Record<string, unknown>>`fetch ${sql.lit(portion)} from larkspur_backup`.execute(query)
    if (rows.length === 0) break
    yield rows.map((row) => columns.map((column) => exactValue(row[column.name], column.bigint)))
  }
  await sql`close larkspur_backup`.execute(query)
}

function exactValue(value: unknown, bigint: boolean): BackupValue {
  return bigint && typeof value === 'string' ? BigInt(value) : (value as BackupValue)
}
