import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Kysely, type Selectable, sql } from 'kysely'
import { coreError } from '../errors/catalogue.ts'
import { isLarkspurError } from '../errors/larkspur-error.ts'
import type { Log } from '../observe/log.ts'
import type { Database } from '../storage/database.ts'
import { isPassing } from '../storage/database-error.ts'
import type { KeyRing } from './key-ring.ts'
import type { FetchedToken } from './platform-tokens.ts'
import { seal, unseal } from './seal.ts'
import {
  isRow,
  keyColumns,
  sealedRowOf,
  type TokenKey,
  type TokenRow,
  type TokenTables,
  tokenTable,
} from './token-row.ts'

/** A token of the store. */
export interface StoredToken {
  readonly value: string
  /** Milliseconds that it lived when it was fetched. */
  readonly lifeMs: number
  /** Milliseconds that are left, counted from the call of {@link TokenStore.obtain}. At least. */
  readonly leftMs: number
  /** Counts the values of the row, from 1. */
  readonly generation: number
  /** Whether this very call fetched it. */
  readonly refreshed: boolean
}

/** What a {@link TokenStore} needs. */
export interface TokenStoreParts {
  readonly database: Database
  readonly ring: KeyRing
  readonly log: Log
  /** How long a process that shows no life keeps others from refreshing; more than a refresh may take. Milliseconds. */
  readonly leaseMs: number
  /** Makes a text safe to store. */
  readonly maskText: (text: string) => string
}

type Lease = Pick<Selectable<TokenRow>, 'value' | 'generation' | 'fence' | 'failures'> & { readonly endsAt: number }

/** A token with less left is not handed out: the call that carries it takes time too. */
const marginMs = 5_000
const firstPollMs = 10
const maxPollMs = 50
/** After a failed refresh the others try again one by one, with such waits. */
const firstRetryMs = 250
const maxRetryMs = 2_000
const maxErrorLength = 300

/**
 * Tokens in the database, encrypted, each refreshed by one process at a time: the one that holds the lease in the row.
 * No transaction and no connection is held while the platform is asked. Statements never join a plugin's transaction.
 */
export class TokenStore {
  readonly #parts: TokenStoreParts
  readonly #query: Kysely<TokenTables>
  readonly #owner = randomUUID()

  /** To be made outside of any `database.write`. */
  constructor(parts: TokenStoreParts) {
    this.#parts = parts
    // Inside a write the database's `query` is the plugin's transaction; this one stays the pool.
    this.#query = parts.database.query as Kysely<TokenTables>
  }

  /**
   * A token that is good now and newer than `stale`: from the row, or by `refresh` in one process while the others wait.
   * `stale` is the generation that is not wanted any more, 0 for none. `refresh` gets the old token.
   * @throws what `refresh` throws; CREDENTIAL_TOKEN_FAILED when others did not finish in time; CREDENTIAL_KEY_UNKNOWN;
   *   STORAGE_UNAVAILABLE and other STORAGE_… errors
   */
  async obtain(
    key: TokenKey,
    stale: number,
    refresh: (old: string | undefined) => Promise<FetchedToken>,
  ): Promise<StoredToken> {
    const giveUpAt = performance.now() + 2 * this.#parts.leaseMs
    let unwanted = stale
    for (let waitMs = firstPollMs; ; waitMs = Math.min(waitMs * 1.5, maxPollMs)) {
      const row = await this.#read(key)
      if (row.value && row.leftMs > marginMs && row.generation > unwanted) {
        const value = this.#opened(key, row.value, row.generation)
        const { leftMs, generation } = row
        if (value !== undefined)
          return { value, lifeMs: row.expires_at - row.refreshed_at, leftMs, generation, refreshed: false }
        // A broken record is worth nothing to anybody: replaced like one that was refused.
        unwanted = generation
      }
      if (row.leaseMs <= 0 && row.retryMs <= 0) {
        const lease = await this.#take(key, unwanted)
        if (lease) {
          const token = await this.#refresh(key, lease, refresh)
          if (token) return token
          // However long this process was frozen, the one that overtook it has left a token.
          continue
        }
      }
      if (performance.now() > giveUpAt)
        throw coreError('CREDENTIAL_TOKEN_FAILED', {
          message: `no process refreshed the ${key.kind} token of ${key.appId} in time; the last error: ${row.last_error ?? 'none'}`,
        })
      await sleep(waitMs * (0.75 + Math.random() / 2))
    }
  }

  async #read(key: TokenKey) {
    const { now } = this.#parts.database
    const select = this.#query
      .selectFrom(tokenTable)
      .select(['value', 'generation', 'expires_at', 'refreshed_at', 'last_error'])
      .select([
        sql<number>`expires_at - ${now}`.as('leftMs'),
        sql<number>`lease_until - ${now}`.as('leaseMs'),
        sql<number>`retry_at - ${now}`.as('retryMs'),
      ])
      .where(isRow(key))
    const row = await select.executeTakeFirst()
    if (row) return row
    await this.#query
      .insertInto(tokenTable)
      .values(keyColumns(key))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return select.executeTakeFirstOrThrow()
  }

  // What made the refresh needful is looked at again in the very statement that takes the lease.
  async #take(key: TokenKey, unwanted: number): Promise<Lease | undefined> {
    const { now } = this.#parts.database
    const { leaseMs } = this.#parts
    // By this process's clock from before the statement: it never believes in a lease longer than the others do.
    const endsAt = performance.now() + leaseMs
    const row = await this.#query
      .updateTable(tokenTable)
      .set({ lease_owner: this.#owner, lease_until: sql`${now} + ${sql.lit(leaseMs)}`, fence: sql`fence + 1` })
      .where(isRow(key))
      .where('lease_until', '<=', now)
      .where('retry_at', '<=', now)
      .where((row) =>
        row.or([
          row('expires_at', '<=', sql<number>`${now} + ${sql.lit(marginMs)}`),
          row('generation', '<=', unwanted),
        ]),
      )
      .returning(['value', 'generation', 'fence', 'failures'])
      .executeTakeFirst()
    return row && { ...row, endsAt }
  }

  /** Undefined when the lease was lost meanwhile: somebody newer has written. */
  async #refresh(
    key: TokenKey,
    lease: Lease,
    refresh: (old: string | undefined) => Promise<FetchedToken>,
  ): Promise<StoredToken | undefined> {
    const { ring, database } = this.#parts
    const { now } = database
    const begun = performance.now()
    let fetched: FetchedToken
    try {
      fetched = await refresh(lease.value ? this.#opened(key, lease.value, lease.generation) : undefined)
    } catch (error) {
      await this.#failed(key, lease, error)
      throw error
    }
    const { value, lifeMs } = fetched
    const generation = lease.generation + 1
    const record = seal(ring, value, sealedRowOf(key, generation))
    const write = () => {
      // The token's life began no later than the answer, maybe as early as the question.
      const agoMs = sql.lit(Math.ceil(performance.now() - begun))
      return this.#query
        .updateTable(tokenTable)
        .set({
          ...{ value: record, key_id: ring.current.id, generation },
          refreshed_at: sql`${now} - ${agoMs}`,
          expires_at: sql`${now} - ${agoMs} + ${sql.lit(lifeMs)}`,
          ...{ lease_owner: null, lease_until: 0, failures: 0, retry_at: 0, last_error: null },
        })
        .where(isRow(key))
        .where('fence', '=', lease.fence)
        .where('generation', '=', lease.generation)
        .executeTakeFirst()
    }
    const { numUpdatedRows } = await untilLeaseEnds(write, lease)
    return numUpdatedRows === 1n ? { value, lifeMs, leftMs: lifeMs, generation, refreshed: true } : undefined
  }

  /** Gives the lease back and leaves what others need to know. The old token stays. */
  async #failed(key: TokenKey, lease: Lease, error: unknown): Promise<void> {
    const { database, log, maskText } = this.#parts
    const waitMs = Math.min(firstRetryMs * 2 ** lease.failures, maxRetryMs) * (0.5 + Math.random() / 2)
    const text = maskText(isLarkspurError(error) ? `${error.code}: ${error.message}` : String(error))
    try {
      await this.#query
        .updateTable(tokenTable)
        .set({
          ...{ lease_owner: null, lease_until: 0, failures: lease.failures + 1 },
          retry_at: sql`${database.now} + ${sql.lit(Math.round(waitMs))}`,
          last_error: text.slice(0, maxErrorLength),
        })
        .where(isRow(key))
        .where('fence', '=', lease.fence)
        .execute()
    } catch (cause) {
      // The lease ends by itself; the error that counts is the platform's.
      log.warn('a failed refresh could not be noted', { appId: key.appId, kind: key.kind, error: cause })
    }
  }

  #opened(key: TokenKey, record: Uint8Array, generation: number): string | undefined {
    try {
      return unseal(this.#parts.ring, record, sealedRowOf(key, generation))
    } catch (error) {
      if (!isLarkspurError(error) || error.code !== 'CREDENTIAL_RECORD_BROKEN') throw error
      this.#parts.log.error('a stored token is broken; it is fetched anew', { ...key, error })
      return undefined
    }
  }
}

// The token is in hand and the platform may not give it again: worth trying as long as nobody else may refresh.
async function untilLeaseEnds<Result>(write: () => Promise<Result>, lease: Lease): Promise<Result> {
  for (let waitMs = firstPollMs; ; waitMs = Math.min(waitMs * 2, 500))
    try {
      return await write()
    } catch (error) {
      if (!isPassing(error) || performance.now() + waitMs > lease.endsAt) throw error
      await sleep(waitMs)
    }
}
