import { type Kysely, sql } from 'kysely'
import { coreError } from '../errors/catalogue.ts'
import type { Log } from '../observe/log.ts'
import type { Database, Flavour } from './database.ts'

/** Tables whose columns nobody has typed. A migration is about the tables of its own day, not of today. */
export type UntypedTables = Record<string, Record<string, unknown>>

/**
 * One step of a schema. Names are unique for their owner, for ever: `0001-lists`. Steps run in the order of the list,
 * all new ones of an owner in one transaction.
 *
 * ```ts
 * const lists: Migration = {
 *   name: '0001-lists',
 *   async up({ db, table }) {
 *     await db.schema.createTable(table('list')).addColumn('id', 'text', (c) => c.primaryKey()).execute()
 *   },
 *   async down({ db, table }) {
 *     await db.schema.dropTable(table('list')).execute()
 *   },
 * }
 * ```
 */
export interface Migration {
  readonly name: string
  /**
   * True when programs without this step cannot work on the database any more (a column dropped or renamed): they
   * refuse to start. Without it they warn and run on, so that upgrades can roll and be rolled back.
   */
  readonly breaking?: boolean | undefined
  up(context: MigrationContext): Promise<void>
  /** What `down` loses besides tables and columns, which `larkspur migrate down` finds and names by itself. */
  readonly loses?: readonly string[] | undefined
  /** Undoes `up`; what it loses is lost. */
  down(context: MigrationContext): Promise<void>
}

/** What a step works with. Columns are text, integer, bigint and bytea only: one text serves both databases. */
export interface MigrationContext {
  readonly flavour: Flavour
  /** The running transaction. */
  readonly db: Kysely<UntypedTables>
  /** The full name of an own table or index: `table('list')` of the plugin `todo` is `p_todo_list`. */
  table(name: string): string
}

/** The steps of one owner. */
export interface MigrationSet {
  /** `core`, `inbox` for the kernel; the plugin's name otherwise. */
  readonly owner: string
  /** What its tables begin with: `larkspur_`, `p_<plugin>_`. */
  readonly prefix: string
  readonly steps: readonly Migration[]
}

/** The steps of a plugin; hyphens of its name become underscores in its tables. */
export function pluginMigrations(plugin: string, steps: readonly Migration[]): MigrationSet {
  return { owner: `plugin:${plugin}`, prefix: `p_${plugin.replaceAll('-', '_')}_`, steps }
}

/** Where one step stands. */
export interface MigrationState {
  readonly owner: string
  readonly name: string
  /** Milliseconds since 1970; undefined: still to be run. */
  readonly appliedAtMs: number | undefined
  /** False: a step of another version of the program. */
  readonly known: boolean
  readonly breaking: boolean
}

/** A database of whatever tables. */
export type AnyDatabase = Omit<Database, 'query'> & { readonly query: unknown }

interface MigrationTable {
  larkspur_migrations: { owner: string; name: string; breaking: number; applied_at: number }
}

const lockName = 'larkspur:migrations'

/**
 * Runs the steps that are missing; those of an owner commit together. Processes that do it at the same time wait for
 * each other. Returns what was run, `owner/name`.
 * @throws STORAGE_NEWER
 */
export async function migrateUp(database: AnyDatabase, sets: readonly MigrationSet[], log: Log): Promise<string[]> {
  const ran: string[] = []
  for (const set of sets) {
    const done = await locked(database, async (db) => {
      const applied = await appliedSteps(db, set.owner)
      refuseNewer(set, applied, log)
      const missing = set.steps.filter(({ name }) => !applied.some((row) => row.name === name))
      for (const step of missing) {
        await step.up(contextOf(database, set))
        const row = { owner: set.owner, name: step.name, breaking: step.breaking ? 1 : 0, applied_at: database.now }
        await db.insertInto('larkspur_migrations').values(row).execute()
      }
      return missing
    })
    ran.push(...done.map(({ name }) => `${set.owner}/${name}`))
  }
  return ran
}

/** Undoes one step inside {@link locked}. */
export async function undoStep(database: AnyDatabase, set: MigrationSet, step: Migration): Promise<void> {
  await step.down(contextOf(database, set))
  const db = database.query as Kysely<MigrationTable>
  await db.deleteFrom('larkspur_migrations').where('owner', '=', set.owner).where('name', '=', step.name).execute()
}

/**
 * Refuses a database that lacks steps, or that has breaking ones of a newer program. Changes nothing.
 * @throws STORAGE_BEHIND, STORAGE_NEWER
 */
export async function checkMigrations(database: AnyDatabase, sets: readonly MigrationSet[], log: Log): Promise<void> {
  const states = await migrationStates(database, sets)
  const missing = states.filter(({ appliedAtMs }) => appliedAtMs === undefined)
  if (missing.length > 0) {
    const names = missing.map(({ owner, name }) => `${owner}/${name}`).join(', ')
    throw coreError('STORAGE_BEHIND', { message: `the database lacks ${missing.length} migrations: ${names}` })
  }
  refuseNewerSteps(states, sets, log)
}

/**
 * Refuses a database that has breaking steps of a newer program, and warns of additive ones. What it lacks is not minded.
 * @throws STORAGE_NEWER
 */
export async function checkNotNewer(database: AnyDatabase, sets: readonly MigrationSet[], log: Log): Promise<void> {
  refuseNewerSteps(await migrationStates(database, sets), sets, log)
}

/**
 * Every step of every owner, applied or not: known ones in their order, then those of other versions, then those of
 * owners that are not in the list (a plugin that was taken out).
 */
export async function migrationStates(database: AnyDatabase, sets: readonly MigrationSet[]): Promise<MigrationState[]> {
  const db = database.query as Kysely<MigrationTable>
  const rows = (await hasTable(database, 'larkspur_migrations'))
    ? await db.selectFrom('larkspur_migrations').selectAll().orderBy('applied_at').execute()
    : []
  const state = ({ owner, name, breaking, applied_at }: (typeof rows)[number]): MigrationState => ({
    owner,
    name,
    appliedAtMs: applied_at,
    known: false,
    breaking: breaking === 1,
  })
  const strangers = rows.filter((row) => !sets.some(({ owner }) => owner === row.owner)).map(state)
  const own = sets.flatMap(({ owner, steps }) => {
    const applied = rows.filter((row) => row.owner === owner)
    const known = steps.map(({ name, breaking = false }) => {
      const appliedAtMs = applied.find((row) => row.name === name)?.applied_at
      return { owner, name, appliedAtMs, known: true, breaking: breaking ?? false }
    })
    const others = applied.filter(({ name }) => !steps.some((step) => step.name === name)).map(state)
    return [...known, ...others]
  })
  return [...own, ...strangers]
}

/**
 * One transaction that no other process's migration runs beside. The lock is the transaction's, so a pooler in between
 * does no harm; SQLite's `begin immediate` is such a lock itself.
 */
export function locked<Result>(
  database: AnyDatabase,
  fn: (db: Kysely<MigrationTable>) => Promise<Result>,
): Promise<Result> {
  return database.write(async () => {
    const db = database.query as Kysely<MigrationTable>
    if (database.flavour === 'postgres') {
      await sql`select pg_advisory_xact_lock(hashtext(${lockName}))`.execute(db)
      // A change that waits for a table makes everybody behind it wait: better to fail, and to be run again.
      await sql`set local lock_timeout = '10s'`.execute(db)
    }
    if (database.schema !== undefined) await db.schema.createSchema(database.schema).ifNotExists().execute()
    if (!(await hasTable(database, 'larkspur_migrations')))
      await db.schema
        .createTable('larkspur_migrations')
        .addColumn('owner', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('breaking', 'integer', (column) => column.notNull())
        .addColumn('applied_at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('larkspur_migrations_key', ['owner', 'name'])
        .execute()
    return fn(db)
  })
}

/** Whether a table exists, in the configured schema. */
export async function hasTable(database: AnyDatabase, name: string): Promise<boolean> {
  const query =
    database.flavour === 'sqlite'
      ? sql`select 1 from sqlite_schema where name = ${sql.lit(name)}`
      : sql`select 1 where to_regclass(${sql.lit(database.tableName(name))}) is not null`
  return (await query.execute(database.query as Kysely<MigrationTable>)).rows.length > 0
}

function appliedSteps(db: Kysely<MigrationTable>, owner: string) {
  return db.selectFrom('larkspur_migrations').select(['name', 'breaking']).where('owner', '=', owner).execute()
}

function refuseNewerSteps(states: readonly MigrationState[], sets: readonly MigrationSet[], log: Log): void {
  for (const set of sets) {
    const own = states.filter(({ owner }) => owner === set.owner)
    const rows = own.map(({ name, breaking }) => ({ name, breaking: breaking ? 1 : 0 }))
    refuseNewer(set, rows, log)
  }
}

function refuseNewer(set: MigrationSet, applied: readonly { name: string; breaking: number }[], log: Log): void {
  const newer = applied.filter(({ name }) => !set.steps.some((step) => step.name === name))
  if (newer.length === 0) return
  const names = newer.map(({ name }) => `${set.owner}/${name}`).join(', ')
  if (newer.some(({ breaking }) => breaking === 1))
    throw coreError('STORAGE_NEWER', {
      message: `the database has migrations that this program does not know: ${names}`,
    })
  log.warn('the database has additive migrations of a newer program; running on', { migrations: names })
}

function contextOf(database: AnyDatabase, { prefix }: MigrationSet): MigrationContext {
  return {
    flavour: database.flavour,
    db: database.query as Kysely<UntypedTables>,
    table: (name) => `${prefix}${name}`,
  }
}
