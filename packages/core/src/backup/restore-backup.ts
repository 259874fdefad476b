import { type Kysely, sql } from 'kysely'
import { coreError } from '../errors/catalogue.ts'
import { lockInbox } from '../inbox/inbox-lock.ts'
import { inboxMigrations } from '../inbox/inbox-migrations.ts'
import type { Log } from '../observe/log.ts'
import { KyselyDatabase } from '../storage/kysely-database.ts'
import {
  type AnyDatabase,
  hasTable,
  locked,
  type MigrationSet,
  migrateUp,
  type UntypedTables,
} from '../storage/migrator.ts'
import { openUnmigrated } from '../storage/open-database.ts'
import { type StorageSettings, storagePlace } from '../storage/settings.ts'
import { kyselyOnSqlite, openSqliteFile } from '../storage/sqlite.ts'
import type { AppliedStep, BackupProgress, BackupSummary, BackupValue } from './backup-format.ts'
import { readBackup } from './read-backup.ts'
import { type CheckReferences, dropTables, emptyTables, ignoreReferences } from './references.ts'
import { appliedMigrations, instanceTable, type StoredTable, storedTables } from './stored-tables.ts'

/** How a backup is restored. */
export interface RestoreOptions {
  /** Deletes what is in the database before. Default: a database with rows is refused. */
  readonly replace?: boolean | undefined
  /**
   * Whether events, tasks and jobs that had not been handled when the backup was made are restored; they are then
   * handled, also those that were handled since. Default: true.
   */
  readonly pending?: boolean | undefined
  readonly onProgress?: ((progress: BackupProgress) => void) | undefined
}

/** One database: all of a bot on PostgreSQL, one of its two files on SQLite. */
interface Place {
  readonly database: AnyDatabase
  readonly sets: readonly MigrationSet[]
}

/** Filled by the first start or by migrations: no rows that anybody would miss. */
const ownRows: readonly string[] = ['larkspur_app_set', 'larkspur_key', instanceTable]
/** An instance shows every 10 s that it lives. */
const aliveMs = 30_000
/** SQLite takes so many values in a statement, PostgreSQL twice as many. */
const mostValues = 30_000

/**
 * Restores a backup: all of it, or nothing. The file is read to its end before anything is written.
 * @param botSets migrations of the bot's database, kernel first
 * @throws BACKUP_…, INBOX_IN_USE, STORAGE_… errors
 */
export async function restoreBackup(
  file: string,
  settings: StorageSettings,
  botSets: readonly MigrationSet[],
  options: RestoreOptions & { readonly log: Log },
): Promise<BackupSummary> {
  let rows = 0
  const told = (step: BackupProgress['step'], table: string, more: number): void => {
    rows += more
    options.onProgress?.({ step, table, rows })
  }
  const { head, ...summary } = await readBackup(file, async ({ table }, some) => told('checking', table, some.length))
  const sets = [...botSets, inboxMigrations]
  refuseUnknown(head.migrations, sets)
  await using stack = new AsyncDisposableStack()
  const places = await open(settings, botSets, options.log, stack)
  for (const { database } of places) await ignoreReferences(database)
  rows = 0
  await inAll(places, async () => {
    for (const place of places) await locked(place.database, () => refuseUse(place, options.replace ?? false))
    const loaders: Loader[] = []
    for (const place of places) loaders.push(await emptied(place, head.migrations, options.log))
    await readBackup(file, async ({ table, columns }, some) => {
      const loader = loaders.find((each) => each.tables.has(table))
      if (!loader) throw coreError('BACKUP_BROKEN', { message: `no migration of the backup makes its table ${table}` })
      await insert(loader.database, table, columns, some)
      told('restoring', table, some.length)
    })
    for (const [index, { database, tables, checkReferences }] of loaders.entries()) {
      await checkReferences()
      await settle(database, tables, options.pending ?? true)
      await migrateUp(database, places[index]?.sets ?? [], options.log)
    }
  })
  return summary
}

async function open(
  settings: StorageSettings,
  botSets: readonly MigrationSet[],
  log: Log,
  stack: AsyncDisposableStack,
): Promise<readonly Place[]> {
  const place = storagePlace(settings)
  if (place.flavour === 'postgres')
    return [{ database: stack.use(await openUnmigrated(settings, log)), sets: [...botSets, inboxMigrations] }]
  const lock = lockInbox(place.folder)
  stack.defer(() => lock.release())
  const database = stack.use(await openUnmigrated(settings, log))
  const file = openSqliteFile(place.folder, 'inbox.db', { synchronous: 'full', busyMs: 5000 })
  stack.defer(() => void file.close())
  const inbox = new KyselyDatabase({ flavour: 'sqlite', kysely: kyselyOnSqlite(file), clockOffsetMs: 0 })
  return [
    { database, sets: botSets },
    { database: inbox, sets: [inboxMigrations] },
  ]
}

function refuseUnknown(applied: readonly AppliedStep[], sets: readonly MigrationSet[]): void {
  const known = new Set(sets.flatMap(({ owner, steps }) => steps.map(({ name }) => `${owner}/${name}`)))
  const unknown = applied.map(({ owner, name }) => `${owner}/${name}`).filter((name) => !known.has(name))
  if (unknown.length > 0)
    throw coreError('BACKUP_NEWER', {
      message: `the backup has migrations that this program and its plugins do not know: ${unknown.join(', ')}`,
    })
}

/** Inside the transaction that empties the tables: who starts meanwhile waits for its end, and finds the new ones. */
async function refuseUse({ database }: Place, replace: boolean): Promise<void> {
  const query = database.query as Kysely<UntypedTables>
  // On SQLite the lock of the inbox has shown that nobody runs; rows of a bot that was killed say otherwise for a while.
  if (database.flavour === 'postgres' && (await hasTable(database, instanceTable))) {
    await sql`lock table ${sql.raw(database.tableName(instanceTable))} in access exclusive mode`.execute(query)
    const alive = sql<boolean>`seen_at > ${database.now} - ${sql.lit(aliveMs)}`
    const running = await query.selectFrom(instanceTable).select(['host', 'pid']).where(alive).execute()
    if (running.length > 0) {
      const names = running.map(({ host, pid }) => `${host}:${pid}`).join(', ')
      throw coreError('BACKUP_BOT_RUNS', { message: `bots run on the database: ${names}` })
    }
  }
  if (replace) return
  for (const { name } of await present(database)) {
    if (ownRows.includes(name)) continue
    const row = await query.selectFrom(name).select(sql`1`.as('one')).limit(1).executeTakeFirst()
    if (row) throw coreError('BACKUP_NOT_EMPTY', { message: `the database holds rows, in ${name} first` })
  }
}

async function present(database: AnyDatabase): Promise<readonly StoredTable[]> {
  const owners = (await appliedMigrations(database)).map(({ owner }) => owner)
  return storedTables(database, owners)
}

// The first place commits last: a process that dies in between leaves its rows out, and is told of the others'.
async function inAll(places: readonly Place[], fn: () => Promise<void>): Promise<void> {
  const [first, ...others] = places
  if (!first) return fn()
  await first.database.write(() => inAll(others, fn))
}

interface Loader {
  readonly database: AnyDatabase
  readonly tables: ReadonlyMap<string, StoredTable>
  readonly checkReferences: CheckReferences
}

/** The place with the tables as they were when the backup was made, without rows. */
async function emptied({ database, sets }: Place, applied: readonly AppliedStep[], log: Log): Promise<Loader> {
  const query = database.query as Kysely<UntypedTables>
  await dropTables(database, namesOf(await present(database)))
  await query.schema.dropTable('larkspur_migrations').ifExists().execute()
  const then = sets.map((set) => ({
    ...set,
    steps: set.steps.filter(({ name }) => applied.some((step) => step.owner === set.owner && step.name === name)),
  }))
  await migrateUp(database, then, log)
  for (const { owner, name, appliedAtMs } of applied)
    await query
      .updateTable('larkspur_migrations')
      .set({ applied_at: appliedAtMs })
      .where('owner', '=', owner)
      .where('name', '=', name)
      .execute()
  const tables = await present(database)
  const checkReferences = await emptyTables(database, namesOf(tables))
  return { database, tables: new Map(tables.map((table) => [table.name, table])), checkReferences }
}

function namesOf(tables: readonly StoredTable[]): string[] {
  return tables.map(({ name }) => name)
}

async function insert(
  database: AnyDatabase,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly BackupValue[])[],
): Promise<void> {
  const query = database.query as Kysely<UntypedTables>
  const most = Math.max(1, Math.floor(mostValues / Math.max(1, columns.length)))
  for (let from = 0; from < rows.length; from += most) {
    const some = rows.slice(from, from + most)
    const values = some.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])))
    await query.insertInto(table).values(values).execute()
  }
}

/** Takes out what belonged to the processes of that day. */
async function settle(
  database: AnyDatabase,
  tables: ReadonlyMap<string, StoredTable>,
  pending: boolean,
): Promise<void> {
  const query = database.query as Kysely<UntypedTables>
  if (tables.has('larkspur_token'))
    await query.updateTable('larkspur_token').set({ lease_owner: null, lease_until: 0, retry_at: 0 }).execute()
  if (tables.has('larkspur_event')) {
    // Freed, not left to run out: another owner's lane would charge the event with a crash.
    await query.updateTable('larkspur_lane').set({ owner: null, due_at: 0 }).where('owner', 'is not', null).execute()
    if (!pending) {
      await query.deleteFrom('larkspur_event').where('state', 'not in', ['done', 'dead']).execute()
      await query.deleteFrom('larkspur_lane').execute()
      await query.deleteFrom('larkspur_answer').execute()
    }
  }
  if (database.flavour !== 'postgres') return
  for (const { name, columns } of tables.values())
    for (const column of columns.filter(({ identity }) => identity)) {
      const [table, id] = [database.tableName(name), sql.ref(column.name)]
      await sql`select setval(pg_get_serial_sequence(${table}, ${column.name}), coalesce(max(${id}), 0) + 1, false)
        from ${sql.raw(table)}`.execute(query)
    }
}
