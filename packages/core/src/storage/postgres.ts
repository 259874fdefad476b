import { HandleEmptyInListsPlugin, Kysely, PostgresDialect, replaceWithNoncontingentExpression } from 'kysely'
import pg from 'pg'
import type { Log } from '../observe/log.ts'
import { databaseError } from './database-error.ts'
import { postgresAddress } from './postgres-address.ts'

/** A pool of connections to PostgreSQL. */
export type PostgresPool = pg.Pool

/** How a pool is made. */
export interface PostgresPoolOptions {
  /** `postgres://user:password@host:5432/database` */
  readonly url: string
  readonly maxConnections: number
  /** How long a statement waits for a connection, made or free. */
  readonly acquireTimeoutMs: number
  /** When the client gives a statement up; past it nobody knows whether it took effect. 0: never. */
  readonly queryTimeoutMs: number
  /** When the server ends a statement; 0: never. PgBouncer has to list it in `ignore_startup_parameters`. */
  readonly statementTimeoutMs: number
  /** Age at which a connection is replaced. */
  readonly connectionLifeMs: number
  /** PEM file of the authority that signed the server's certificate. */
  readonly caFile?: string | undefined
  /** SQL that each new connection runs first. */
  readonly greeting?: string | undefined
  readonly log: Log
}

const int8 = 20
const numeric = 1700

/**
 * Makes a pool. No connection is opened before the first statement; a lost one is logged and replaced.
 * @throws STORAGE_URL_INVALID, STORAGE_TLS_FILE_UNREADABLE
 */
export function openPostgresPool(options: PostgresPoolOptions): PostgresPool {
  const { greeting } = options
  const { url, tls } = postgresAddress(options.url, options.caFile)
  const pool = new pg.Pool({
    connectionString: url,
    ssl: tls,
    max: options.maxConnections,
    connectionTimeoutMillis: options.acquireTimeoutMs,
    query_timeout: options.queryTimeoutMs,
    ...(options.statementTimeoutMs > 0 ? { statement_timeout: options.statementTimeoutMs } : {}),
    maxLifetimeSeconds: Math.ceil(options.connectionLifeMs / 1000),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'larkspur',
    // A script ends when its work is done, not when the pool gets bored.
    allowExitOnIdle: true,
    ...(greeting === undefined ? {} : { onConnect: async (client) => void (await client.query(greeting)) }),
    types: {
      // Milliseconds and counters fit into a double; another library's own parsers stay as they are.
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === int8 || oid === numeric
          ? Number
          : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
    },
  })
  // Without a listener a lost connection ends the process: the pool listens for those that are idle, nobody for those
  // that are in use. A statement that runs is rejected besides.
  pool.on('error', (error) => options.log.warn('a database connection was lost', { error: error.message }))
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** How long a pool may take to say goodbye to a server that does not answer. */
const goodbyeMs = 2000

/** Ends a pool; does not wait for ever for a server that is frozen. */
export async function endPool(pool: PostgresPool): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, goodbyeMs)
  })
  await Promise.race([pool.end(), late])
  clearTimeout(timer)
}

/** Kysely over a pool. `destroy()` ends the pool. */
export function kyselyOnPostgres<Tables>(pool: PostgresPool): Kysely<Tables> {
  const connect = async () => {
    const client = await guarded(pool.connect(), 'connecting to PostgreSQL')
    const wrapped = {
      query: (...args: [string, readonly unknown[]]) => guarded(client.query(args[0], [...args[1]]), 'a statement'),
      release: () => client.release(),
    }
    return wrapped
  }
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: { connect, end: () => pool.end() } as never }),
    plugins: [new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression })],
  })
}

async function guarded<Result>(answer: Promise<Result>, during: string): Promise<Result> {
  try {
    return await answer
  } catch (cause) {
    throw databaseError(cause, during)
  }
}
