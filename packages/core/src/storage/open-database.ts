import { sql } from 'kysely'
import type { Log } from '../observe/log.ts'
import type { Database } from './database.ts'
import { databaseError } from './database-error.ts'
import { KyselyDatabase } from './kysely-database.ts'
import { checkMigrations, type MigrationSet, migrateUp } from './migrator.ts'
import { postgresAddress } from './postgres-address.ts'
import { type StorageSettings, storagePlace } from './settings.ts'
import { kyselyOnSqlite, openSqliteFile } from './sqlite.ts'

/** The bot's database, open. */
export interface OpenDatabase<Tables = unknown> extends Database<Tables>, AsyncDisposable {
  /** Resolves when the database answers. @throws STORAGE_UNAVAILABLE */
  ping(): Promise<void>
}

/** What is done when a database is opened. */
export interface OpenDatabaseOptions {
  /** Steps of the kernel and of the plugins. */
  readonly migrations: readonly MigrationSet[]
  /** `auto` runs missing steps, `check` refuses. Default: `auto` on SQLite, `check` on PostgreSQL. */
  readonly migrate?: 'auto' | 'check' | undefined
  /** Looks at the database before any step runs; what it throws refuses a database that is left as it is. */
  readonly inspect?: ((database: Database) => Promise<void>) | undefined
  readonly log: Log
}

/** How long another process may hold the SQLite file; a statement blocks this process meanwhile. */
const busyMs = 5000

/**
 * Opens the bot's database: `bot.db` in the SQLite folder, or a pool on PostgreSQL.
 * @throws STORAGE_URL_INVALID, STORAGE_UNAVAILABLE, STORAGE_READ_ONLY, STORAGE_CORRUPT, STORAGE_BEHIND, STORAGE_NEWER
 */
export async function openDatabase<Tables = unknown>(
  settings: StorageSettings,
  options: OpenDatabaseOptions,
): Promise<OpenDatabase<Tables>> {
  const database = await openUnmigrated<Tables>(settings, options.log)
  try {
    await options.inspect?.(database as Database)
    const migrate = options.migrate ?? (database.flavour === 'sqlite' ? 'auto' : 'check')
    if (migrate === 'auto') await migrateUp(database, options.migrations, options.log)
    else await checkMigrations(database, options.migrations, options.log)
    return database
  } catch (cause) {
    await database[Symbol.asyncDispose]()
    throw databaseError(cause, 'opening the database')
  }
}

/**
 * Opens the bot's database as it is: its tables may be missing, old or newer.
 * @throws STORAGE_URL_INVALID, STORAGE_UNAVAILABLE, STORAGE_READ_ONLY, STORAGE_CORRUPT
 */
export async function openUnmigrated<Tables = unknown>(
  settings: StorageSettings,
  log: Log,
): Promise<OpenDatabase<Tables>> {
  const { clockOffsetMs } = settings
  const place = storagePlace(settings)
  if (place.flavour === 'sqlite') {
    // Tokens and plugins' rows are worth an fsync: a used refresh token cannot be fetched again.
    const file = openSqliteFile(place.folder, 'bot.db', { synchronous: 'full', busyMs })
    const kysely = kyselyOnSqlite<Tables>(file)
    return opened({ flavour: 'sqlite', kysely, clockOffsetMs }, () => kysely.destroy())
  }
  // Loaded by those who use it: most bots start without PostgreSQL.
  const { endPool, kyselyOnPostgres, openPostgresPool } = await import('./postgres.ts')
  const { warning } = postgresAddress(place.url, settings.caFile)
  if (warning) log.warn(warning)
  const pool = openPostgresPool({
    url: place.url,
    maxConnections: settings.maxConnections,
    acquireTimeoutMs: settings.acquireTimeoutMs,
    // The server ends the statement first, and says so.
    queryTimeoutMs: settings.statementTimeoutMs === 0 ? 0 : settings.statementTimeoutMs + 2000,
    statementTimeoutMs: settings.statementTimeoutMs,
    connectionLifeMs: settings.connectionLifeMs,
    caFile: settings.caFile,
    log,
  })
  const kysely = kyselyOnPostgres<Tables>(pool)
  return opened({ flavour: 'postgres', kysely, schema: place.schema, clockOffsetMs }, () => endPool(pool))
}

function opened<Tables>(
  parts: ConstructorParameters<typeof KyselyDatabase<Tables>>[0],
  close: () => Promise<void>,
): OpenDatabase<Tables> {
  const database = new KyselyDatabase<Tables>(parts)
  return Object.assign(database, {
    ping: async () => {
      await sql`select 1`.execute(parts.kysely)
    },
    [Symbol.asyncDispose]: close,
  })
}
