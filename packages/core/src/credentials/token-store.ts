import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Kysely, type Selectable, sql } from 'kysely'
import { coreError } from '../errors/catalogue.ts'
import { isLarkspurError } from '../errors/larkspur-error.ts'
import type { Alarm } from '../observe/alarm.ts'
import type { Log } from '../observe/log.ts'
import type { Database } from '../storage/database.ts'
import { isPassing } from '../storage/database-error.ts'
import type { KeyRing } from './key-ring.ts'
import type { FetchedToken } from './platform-tokens.ts'
import { seal, unseal } from './seal.ts'
import {
  brokenTokenAlarm,
  endAfter,
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
  /** Counts the values of the row. */
  readonly generation: number
  /** Whether this very call fetched it. */
  readonly refreshed: boolean
}

/** A new value of a row. */
export interface NewToken extends FetchedToken {
  /** Of a grant: milliseconds in which it can be refreshed; undefined: it cannot. */
  readonly refreshLifeMs?: number | undefined
}

/** Asks the platform for a new value; gets the old one. */
export type Refresh = (old: string | undefined) => Promise<NewToken>

/** What a {@link TokenStore} needs. */
export interface TokenStoreParts {
  readonly database: Database
  readonly ring: KeyRing
  readonly log: Log
  readonly raise: (alarm: Alarm) => void
  /** How long a process that shows no life keeps others from refreshing; more than a refresh may take. Milliseconds. */
  readonly leaseMs: number
  /** Makes a text safe to store. */
  readonly maskText: (text: string) => string
}

type Lease = Pick<Selectable<TokenRow>, 'value' | 'key_id' | 'generation' | 'expires_at' | 'fence' | 'failures'> & {
  readonly endsAt: number
}

/** A token with less left is not handed out: the call that carries it takes time too. */
const marginMs = 5_000
const firstPollMs = 10
const maxPollMs = 50
/** After a failed refresh the others try again one by one, with such waits. */
const firstRetryMs = 250
const maxRetryMs = 2_000
/** The same for a grant, whose callers are not kept waiting for it. */
const maxGrantRetryMs = 30_000
/** How long a token stays that came instead of a refused one: a call that takes no such token would refresh each time. */
const keptAfterDropMs = 2_000
/** How long the answer of a refresh that cannot be repeated is tried to be written. */
const rescueMs = 600_000
const maxErrorLength = 300

/**
 * Tokens in the database, encrypted, each refreshed by one process at a time: the one that holds the lease in the row.
 * No transaction and no connection is held while the platform is asked. Statements never join a plugin's transaction.
 *
 * Rows are of two kinds. A token of an app can be fetched at any time. A grant of a user (`put`, `obtainGrant`) is
 * refreshed with what is in it, which is good once: it is never made up, never given up for an error that may pass, and
 * what a refresh brought is written however late.
 */
export class TokenStore {
  readonly #parts: TokenStoreParts
  readonly #query: Kysely<TokenTables>
  readonly #owner = randomUUID()
  readonly #refreshing = new Set<Promise<unknown>>()
  /** Broken rows that an alarm was raised for, with their generation. */
  readonly #told = new Map<string, number>()

  /** To be made outside of any `database.write`. */
  constructor(parts: TokenStoreParts) {
    this.#parts = parts
    // Inside a write the database's `query` is the plugin's transaction; this one stays the pool.
    this.#query = parts.database.query as Kysely<TokenTables>
  }

  /**
   * A token that is good now and newer than `stale`: from the row, or by `refresh` in one process while the others wait.
   * `stale` is the generation that is not wanted any more, 0 for none.
   * @throws what `refresh` throws; CREDENTIAL_TOKEN_FAILED when others did not finish in time; CREDENTIAL_KEY_UNKNOWN;
   *   STORAGE_UNAVAILABLE and other STORAGE_… errors
   */
  obtain(key: TokenKey, stale: number, refresh: Refresh): Promise<StoredToken> {
    return this.#obtain(key, stale, refresh, false)
  }

  /**
   * The same of a grant. `refresh` throws CREDENTIAL_GRANT_ENDED when the platform says that it is over.
   * @throws CREDENTIAL_USER_NOT_AUTHORISED without a grant, CREDENTIAL_GRANT_ENDED, CREDENTIAL_TOKEN_FAILED with the
   *   last error while refreshing waits for its next attempt, CREDENTIAL_RECORD_BROKEN, and what {@link obtain} throws
   */
  obtainGrant(key: TokenKey, stale: number, refresh: Refresh): Promise<StoredToken> {
    return this.#obtain(key, stale, refresh, true)
  }

  /** Puts a grant into its row. A refresh that is on its way does not replace it. */
  async put(key: TokenKey, { value, lifeMs, refreshLifeMs }: NewToken): Promise<void> {
    const { ring, database } = this.#parts
    const { now } = database
    for (;;) {
      const before = await this.#query.selectFrom(tokenTable).select('generation').where(isRow(key)).executeTakeFirst()
      // By the clock: one that was removed and comes again must not open what was sealed, or take what was asked, before.
      const generation = before ? before.generation + 1 : Date.now()
      const columns = {
        ...{ value: seal(ring, value, sealedRowOf(key, generation)), key_id: ring.current.id, generation },
        ...{ refreshed_at: now, expires_at: endAfter(now, lifeMs) },
        refresh_expires_at: refreshLifeMs === undefined ? 0 : endAfter(now, refreshLifeMs),
        ...idle,
      }
      const written = before
        ? await this.#query
            .updateTable(tokenTable)
            .set({ ...columns, fence: sql`fence + 1` })
            .where(isRow(key))
            .where('generation', '=', before.generation)
            .executeTakeFirst()
        : await this.#query
            .insertInto(tokenTable)
            .values({ ...keyColumns(key), ...columns })
            .onConflict((conflict) => conflict.doNothing())
            .executeTakeFirst()
      const rows = 'numUpdatedRows' in written ? written.numUpdatedRows : written.numInsertedOrUpdatedRows
      if (rows === 1n) return
    }
  }

  /** Deletes the row. False when there was none. */
  async remove(key: TokenKey): Promise<boolean> {
    const { numDeletedRows } = await this.#query.deleteFrom(tokenTable).where(isRow(key)).executeTakeFirst()
    return numDeletedRows > 0n
  }

  /** Makes the value of a row count as ended if it is this one; it stays for the refresh. */
  async drop(key: TokenKey, isIt: (value: string) => boolean): Promise<void> {
    const { now } = this.#parts.database
    const row = await this.#query
      .selectFrom(tokenTable)
      .select(['value', 'key_id', 'generation'])
      .where(isRow(key))
      .executeTakeFirst()
    if (!row?.value || !isIt(this.#opened(key, row.value, row))) return
    await this.#query
      .updateTable(tokenTable)
      .set({ expires_at: 0 })
      .where(isRow(key))
      .where('generation', '=', row.generation)
      .where((row) => row.or([row('retry_at', '<=', now), row('failures', '>', 0)]))
      .execute()
  }

  /** Whether the row is there. */
  async has(key: TokenKey): Promise<boolean> {
    return (await this.#query.selectFrom(tokenTable).select('kind').where(isRow(key)).executeTakeFirst()) !== undefined
  }

  /** Tenants in which a user of an app has a row of this kind. Looks through the rows of the app. */
  async tenantsOf({ appId, userId, kind }: TokenKey): Promise<readonly string[]> {
    const rows = await this.#query
      .selectFrom(tokenTable)
      .select('tenant_key')
      .where((row) => row.and({ app_id: appId, user_id: userId, kind }))
      .execute()
    return rows.map(({ tenant_key }) => tenant_key)
  }

  /** Waits for refreshes of this process, so that what the platform gives is stored; no longer than a lease. */
  async settle(): Promise<void> {
    const late = new AbortController()
    const inTime = sleep(this.#parts.leaseMs, undefined, { signal: late.signal }).catch(() => {})
    await Promise.race([Promise.allSettled(this.#refreshing), inTime])
    late.abort()
  }

  async #obtain(key: TokenKey, stale: number, refresh: Refresh, isGrant: boolean): Promise<StoredToken> {
    const giveUpAt = performance.now() + 2 * this.#parts.leaseMs
    let unwanted = stale
    for (let waitMs = firstPollMs; ; waitMs = Math.min(waitMs * 1.5, maxPollMs)) {
      const row = (await this.#read(key)) ?? (isGrant ? undefined : await this.#make(key))
      if (row?.value && row.leftMs > marginMs && row.generation > unwanted) {
        const { leftMs, generation } = row
        const value = isGrant ? this.#opened(key, row.value, row) : this.#openedOrBroken(key, row.value, row)
        if (value !== undefined)
          return { value, lifeMs: row.expires_at - row.refreshed_at, leftMs, generation, refreshed: false }
        // A broken record is worth nothing to anybody: replaced like one that was refused.
        unwanted = generation
      }
      if (isGrant) expectRefreshable(key, row)
      if (row && row.leaseMs <= 0 && row.retryMs <= 0) {
        const lease = await this.#take(key, unwanted)
        if (lease) {
          const refreshing = this.#refresh(key, lease, refresh, isGrant)
          this.#refreshing.add(refreshing)
          const token = await refreshing.finally(() => this.#refreshing.delete(refreshing))
          if (token) return token
          // However long this process was frozen, the one that overtook it has left a token.
          continue
        }
      }
      if (performance.now() > giveUpAt)
        throw coreError('CREDENTIAL_TOKEN_FAILED', {
          message: `no process refreshed the ${key.kind} token of ${key.appId} in time; the last error: ${row?.last_error ?? 'none'}`,
        })
      await sleep(waitMs * (0.75 + Math.random() / 2))
    }
  }

  #read(key: TokenKey) {
    const { now } = this.#parts.database
    return this.#query
      .selectFrom(tokenTable)
      .select(['value', 'key_id', 'generation', 'expires_at', 'refreshed_at'])
      .select(['refresh_expires_at', 'failures', 'last_error'])
      .select([
        sql<number>`expires_at - ${now}`.as('leftMs'),
        sql<number>`lease_until - ${now}`.as('leaseMs'),
        sql<number>`retry_at - ${now}`.as('retryMs'),
      ])
      .where(isRow(key))
      .executeTakeFirst()
  }

  async #make(key: TokenKey) {
    await this.#query
      .insertInto(tokenTable)
      .values(keyColumns(key))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return this.#read(key)
  }

  // What made the refresh needful is looked at again in the very statement that takes the lease.
  async #take(key: TokenKey, unwanted: number): Promise<Lease | undefined> {
    const { now } = this.#parts.database
    const { leaseMs } = this.#parts
    // By this process's clock from before the statement: it never believes in a lease longer than the others do.
    const endsAt = performance.now() + leaseMs
    const row = await this.#query
      .updateTable(tokenTable)
      .set({ lease_owner: this.#owner, lease_until: endAfter(now, leaseMs), fence: sql`fence + 1` })
      .where(isRow(key))
      .where('lease_until', '<=', now)
      .where('retry_at', '<=', now)
      .where((row) => row.or([row('expires_at', '<=', endAfter(now, marginMs)), row('generation', '<=', unwanted)]))
      .returning(['value', 'key_id', 'generation', 'expires_at', 'fence', 'failures'])
      .executeTakeFirst()
    return row && { ...row, endsAt }
  }

  /** Undefined when somebody newer has written, or the grant is gone. */
  async #refresh(key: TokenKey, lease: Lease, refresh: Refresh, isGrant: boolean): Promise<StoredToken | undefined> {
    const { ring, database } = this.#parts
    const { now } = database
    const begun = performance.now()
    let fetched: NewToken
    try {
      fetched = await refresh(lease.value ? this.#openedOrBroken(key, lease.value, lease) : undefined)
    } catch (error) {
      if (await this.#failed(key, lease, error, isGrant)) throw error
      return undefined
    }
    const { value, lifeMs, refreshLifeMs } = fetched
    const generation = lease.generation + 1
    const record = seal(ring, value, sealedRowOf(key, generation))
    const wasDropped = lease.value !== null && lease.expires_at === 0
    const write = () => {
      // The token's life began no later than the answer, maybe as early as the question.
      const agoMs = Math.ceil(performance.now() - begun)
      const update = this.#query
        .updateTable(tokenTable)
        .set({
          ...{ value: record, key_id: ring.current.id, generation },
          refreshed_at: endAfter(now, -agoMs),
          expires_at: endAfter(now, lifeMs - agoMs),
          ...(isGrant && {
            refresh_expires_at: refreshLifeMs === undefined ? 0 : endAfter(now, refreshLifeMs - agoMs),
          }),
          ...idle,
          ...(isGrant && wasDropped && { retry_at: endAfter(now, keptAfterDropMs) }),
        })
        .where(isRow(key))
        .where('generation', '=', lease.generation)
      // Who was given a new grant for this generation holds the only one there is, whoever has the lease by now.
      return (isGrant ? update : update.where('fence', '=', lease.fence)).executeTakeFirst()
    }
    const { numUpdatedRows } = await writeUntil(isGrant ? lease.endsAt + rescueMs : lease.endsAt, write)
    return numUpdatedRows === 1n ? { value, lifeMs, leftMs: lifeMs, generation, refreshed: true } : undefined
  }

  /** Gives the lease back and leaves what others need to know; the old token stays. False when it was overtaken. */
  async #failed(key: TokenKey, lease: Lease, error: unknown, isGrant: boolean): Promise<boolean> {
    const { database, log, maskText } = this.#parts
    const mostMs = isGrant ? maxGrantRetryMs : maxRetryMs
    const waitMs = Math.min(firstRetryMs * 2 ** lease.failures, mostMs) * (0.5 + Math.random() / 2)
    const known = isLarkspurError(error)
    const text = maskText(known ? `${error.code}: ${error.message}` : String(error))
    try {
      const { numUpdatedRows } = await this.#query
        .updateTable(tokenTable)
        .set({
          ...{ lease_owner: null, lease_until: 0, failures: lease.failures + 1 },
          retry_at: endAfter(database.now, Math.round(waitMs)),
          last_error: text.slice(0, maxErrorLength),
          ...(isGrant && known && error.code === 'CREDENTIAL_GRANT_ENDED' && { refresh_expires_at: 0 }),
        })
        .where(isRow(key))
        .where('fence', '=', lease.fence)
        .where('generation', '=', lease.generation)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    } catch (cause) {
      // The lease ends by itself; the error that counts is the platform's.
      log.warn('a failed refresh could not be noted', { appId: key.appId, kind: key.kind, error: cause })
      return true
    }
  }

  #opened(key: TokenKey, record: Uint8Array, { generation, key_id }: SealedColumns): string {
    try {
      return unseal(this.#parts.ring, record, sealedRowOf(key, generation), key_id)
    } catch (error) {
      const name = JSON.stringify(key)
      if (isBroken(error) && this.#told.get(name) !== generation) {
        this.#told.set(name, generation)
        this.#parts.raise(brokenTokenAlarm(key))
      }
      throw error
    }
  }

  #openedOrBroken(key: TokenKey, record: Uint8Array, columns: SealedColumns): string | undefined {
    try {
      return this.#opened(key, record, columns)
    } catch (error) {
      if (isBroken(error)) return undefined
      throw error
    }
  }
}

type SealedColumns = Pick<Selectable<TokenRow>, 'key_id' | 'generation'>

function isBroken(error: unknown): boolean {
  return isLarkspurError(error) && error.code === 'CREDENTIAL_RECORD_BROKEN'
}

/** The columns of a row that nobody refreshes. */
const idle = { lease_owner: null, lease_until: 0, failures: 0, retry_at: 0, last_error: null } as const

function expectRefreshable(
  key: TokenKey,
  row: (Pick<Selectable<TokenRow>, 'refresh_expires_at' | 'last_error' | 'failures'> & { retryMs: number }) | undefined,
): void {
  const whose = `${key.userId} in ${key.appId}`
  if (!row) throw coreError('CREDENTIAL_USER_NOT_AUTHORISED', { message: `there is no grant of ${whose}` })
  if (row.refresh_expires_at === 0)
    throw coreError('CREDENTIAL_GRANT_ENDED', {
      message: `the grant of ${whose} is over: ${row.last_error ?? 'it came without a refresh token'}`,
    })
  if (row.failures > 0 && row.retryMs > 0)
    throw coreError('CREDENTIAL_TOKEN_FAILED', {
      message: `the token of ${whose} could not be refreshed: ${row.last_error ?? 'unknown'}`,
      retryAfterMs: row.retryMs,
    })
}

// The token is in hand and the platform may not give it again.
async function writeUntil<Result>(giveUpAt: number, write: () => Promise<Result>): Promise<Result> {
  for (let waitMs = firstPollMs; ; waitMs = Math.min(waitMs * 2, 500))
    try {
      return await write()
    } catch (error) {
      if (!isPassing(error) || performance.now() + waitMs > giveUpAt) throw error
      await sleep(waitMs)
    }
}
