import { parentPort, workerData } from 'node:worker_threads'
import type { PGlite } from '@electric-sql/pglite'

/** One piece of work for the database of a workspace. */
export interface SqlWork {
  id: number
  /** What `app.user` says while the work runs. */
  user: string
  /** Puts the seed in the place of all that is there. */
  reset?: true
  /** Statements of a caller in the simple protocol; their last result counts. */
  script?: string
  /** Own statements, all of them in one transaction; their rows come together. */
  statements?: readonly { sql: string; parameters: readonly unknown[] }[]
}

/** A record that changed, as the triggers of the seed wrote it down. */
export interface RecordChange {
  table_name: string
  type: 'INSERT' | 'UPDATE' | 'DELETE'
  operator: string
  before: string | null
  after: string | null
}

export type SqlResult =
  | { id: number; rows: Record<string, unknown>[]; hasRows: boolean; changes: RecordChange[] }
  | { id: number; error: string }
  /** The embedded database is not installed. */
  | { id: number; missing: true }

// PostgreSQL blocks the thread it runs in; here it blocks none that answers calls.
const started = start()
parentPort?.on('message', async (work: SqlWork) => parentPort?.postMessage(await answer(work)))

async function start(): Promise<PGlite | undefined> {
  const pglite = await import('@electric-sql/pglite').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return undefined
    throw error
  })
  if (!pglite) return undefined
  const asText = (text: string) => text
  // Numbers as JSON numbers and times as PostgreSQL writes them, so that every result can be written as JSON.
  const parsers = { 20: Number, 1700: Number, 1082: asText, 1083: asText, 1114: asText, 1184: asText }
  const database = await pglite.PGlite.create({ parsers })
  await database.exec(workerData as string)
  return database
}

const clean = `
  DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    LOOP EXECUTE format('DROP SCHEMA %I CASCADE', name); END LOOP;
  END $$;
  CREATE SCHEMA public;`

async function answer({ id, user, reset, script, statements = [] }: SqlWork): Promise<SqlResult> {
  const database = await started
  if (!database) return { id, missing: true }
  try {
    if (reset) {
      await database.exec(clean)
      await database.exec('DISCARD ALL')
      await database.exec(workerData as string)
    }
    await database.query("SELECT set_config('app.user', $1, false)", [user])
    const last = script === undefined ? await inTransaction(database, statements) : (await database.exec(script)).at(-1)
    // A script may leave a transaction open; the platform's connections are not the caller's to keep.
    await database.exec('ROLLBACK')
    const changes = await database.query<RecordChange>('DELETE FROM larkspur.changes RETURNING *')
    return { id, rows: last?.rows ?? [], hasRows: (last?.fields.length ?? 0) > 0, changes: changes.rows }
  } catch (error) {
    await database.exec('ROLLBACK')
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}

function inTransaction(database: PGlite, statements: NonNullable<SqlWork['statements']>) {
  return database.transaction(async (transaction) => {
    const rows: Record<string, unknown>[] = []
    for (const { sql, parameters } of statements) {
      const result = await transaction.query<Record<string, unknown>>(sql, [...parameters])
      rows.push(...result.rows)
    }
    return { rows, fields: [] }
  })
}
