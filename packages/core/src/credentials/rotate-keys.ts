import { setImmediate as turnEnd } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { isLarkspurError } from '../errors/larkspur-error.ts'
import type { Database } from '../storage/database.ts'
import { hasTable, type UntypedTables } from '../storage/migrator.ts'
import type { KeyRing } from './key-ring.ts'
import { type SealedRow, seal, unseal } from './seal.ts'
import { countSealed, type SealedTable, type StoredRow, sealedTables } from './sealed-tables.ts'

/** How far a rotation is. */
export interface RotationProgress {
  /** Rows that were sealed anew. */
  readonly done: number
  /** Rows that had another key when it began. */
  readonly total: number
}

/** What a rotation did. */
export interface RotationResult {
  /** Rows that were sealed anew by this run. */
  readonly done: number
  /** Rows that do not open with any key: changed or moved in the database. They are left as they are. */
  readonly broken: readonly BrokenRow[]
  /** Rows that still have another key and are not broken: written meanwhile by a bot that encrypts with it. */
  readonly left: number
}

/** A row that does not open. */
export interface BrokenRow {
  /** `tokens`, `apps` */
  readonly title: string
  /** `cli_…` */
  readonly appId: string
  /** Of a token `tenant`, `app`, `user`. */
  readonly kind: string
}

/** How a rotation runs. */
export interface RotationOptions {
  /** Told after every step. */
  readonly onProgress?: ((progress: RotationProgress) => void) | undefined
  /** Ends it between two steps; what is done stays done. */
  readonly signal?: AbortSignal | undefined
}

/** Rows of one step: a transaction of a few milliseconds. */
const stepRows = 100
/** A row that somebody holds is passed over and looked at again, so many times. */
const maxPasses = 5

/**
 * Seals every row with the ring's first key. Each step is a short transaction that takes only rows that nobody holds and
 * puts nothing but another seal around the same value, so that readers never wait and no newer value is lost. Whoever
 * kills it finds every row whole, under the one key or the other; the next run goes on.
 * @throws CREDENTIAL_KEY_UNKNOWN when a row needs a key that the ring lacks; STORAGE_… errors
 */
export async function rotateSealedRows(
  database: Database,
  ring: KeyRing,
  { onProgress, signal }: RotationOptions = {},
): Promise<RotationResult> {
  const total = await othersOf(database, ring)
  let done = 0
  let broken: BrokenRow[] = []
  let left = total
  for (let pass = 0; left > 0 && pass < maxPasses; pass += 1) {
    broken = []
    for (const table of sealedTables) {
      if (!(await hasTable(database, table.name))) continue
      let after: StoredRow | undefined
      do {
        signal?.throwIfAborted()
        const step = await database.write(() => sealStep(database, ring, table, after))
        after = step.last
        done += step.done
        broken.push(...step.broken)
        onProgress?.({ done, total: Math.max(total, done) })
        // SQLite answers at once: without a break nothing else in this process would run.
        await turnEnd()
      } while (after)
    }
    left = (await othersOf(database, ring)) - broken.length
  }
  return { done, broken, left: Math.max(0, left) }
}

async function othersOf(database: Database, ring: KeyRing): Promise<number> {
  const counts = await countSealed(database)
  return counts.filter(({ keyId }) => keyId !== ring.current.id).reduce((sum, { rows }) => sum + rows, 0)
}

/** The next rows after one, in the order of the primary key. */
async function sealStep(database: Database, ring: KeyRing, table: SealedTable, after: StoredRow | undefined) {
  const query = database.query as Kysely<UntypedTables>
  const rows = await query
    .selectFrom(table.name)
    .selectAll()
    .where('key_id', '<>', ring.current.id)
    .where(table.column, 'is not', null)
    .$if(after !== undefined, (select) => select.where(beyond(table, after ?? {})))
    .orderBy(sql.join(table.key.map((column) => sql.ref(column))))
    .limit(stepRows)
    // In SQLite the transaction holds every row; here only those that are free, so that nobody waits for anybody.
    .$if(database.flavour === 'postgres', (select) => select.forUpdate().skipLocked())
    .execute()
  const broken: BrokenRow[] = []
  let done = 0
  for (const row of rows) {
    const sealed = sealedAnew(ring, table, row)
    if (!sealed) {
      const { appId, kind } = table.boundTo(row)
      broken.push({ title: table.title, appId, kind })
      continue
    }
    const { numUpdatedRows } = await query
      .updateTable(table.name)
      .set({ ...sealed, key_id: ring.current.id })
      .where((eb) => eb.and(Object.fromEntries(table.key.map((column) => [column, row[column]]))))
      .where('key_id', '=', row.key_id)
      .where('generation', '=', row.generation)
      .executeTakeFirst()
    done += Number(numUpdatedRows)
  }
  return { last: rows.length < stepRows ? undefined : rows.at(-1), done, broken }
}

function beyond({ key }: SealedTable, after: StoredRow) {
  const columns = sql.join(key.map((column) => sql.ref(column)))
  return sql<boolean>`(${columns}) > (${sql.join(key.map((column) => sql.val(after[column])))})`
}

/** Undefined when the record is broken. */
function sealedAnew(ring: KeyRing, table: SealedTable, row: StoredRow): Record<string, Uint8Array> | undefined {
  const bound: SealedRow = table.boundTo(row)
  try {
    return { [table.column]: seal(ring, unseal(ring, row[table.column] as Uint8Array, bound), bound) }
  } catch (error) {
    if (!isLarkspurError(error)) throw error
    // The column names a key that is there, the record another one: a bit of its head was changed.
    const headChanged = error.code === 'CREDENTIAL_KEY_UNKNOWN' && ring.find(String(row.key_id)) !== undefined
    if (headChanged || error.code === 'CREDENTIAL_RECORD_BROKEN') return undefined
    throw error
  }
}
