import type { Log } from '../observe/log.ts'
import { KyselyDatabase } from '../storage/kysely-database.ts'
import { checkMigrations, migrateUp } from '../storage/migrator.ts'
import { endPool, kyselyOnPostgres, openPostgresPool, type PostgresPool } from '../storage/postgres.ts'
import { answerText, storable } from './event-text.ts'
import { GroupCommit } from './group-commit.ts'
import { inboxError } from './inbox-error.ts'
import { inboxMigrations } from './inbox-migrations.ts'
import {
  type DeadLetterRow,
  deadLetter,
  instanceSeenMs,
  listedAtMost,
  type StateCount,
  sumCounts,
} from './inbox-rows.ts'
import type {
  ClaimedLane,
  ClaimFilter,
  DeadLetter,
  DeadLetterFilter,
  InboxCounts,
  InboxRetention,
  InboxStore,
  Instance,
  LaneAfter,
  Lease,
  NewEvent,
  Owner,
  PutResult,
  Settlement,
  SettleResult,
} from './inbox-store.ts'
import { processIsGone, thisMachine } from './machine.ts'
import { PostgresConnection } from './postgres-connection.ts'
import { PostgresLanes, type Put, type Settle } from './postgres-lanes.ts'
import { postgresStatements } from './postgres-statements.ts'

/** How the PostgreSQL inbox is opened. */
export interface PostgresInboxOptions {
  readonly url: string
  /** Schema of the tables; undefined: the first of the search path. */
  readonly schema?: string | undefined
  /** Connections of the inbox alone. Default 3. */
  readonly maxConnections?: number | undefined
  /** Default 1000. */
  readonly acquireTimeoutMs?: number | undefined
  /** Default 1 h. */
  readonly connectionLifeMs?: number | undefined
  readonly caFile?: string | undefined
  /** `auto` makes missing tables, `check` (default) refuses with STORAGE_BEHIND. */
  readonly migrate?: 'auto' | 'check' | undefined
  /** Added to the database's time, milliseconds; 0 outside tests. */
  readonly clockOffsetMs?: number | undefined
  readonly log: Log
}

const maxGroup = 500
const sweepBatch = 500
const lanesWalkedAtOnce = 5000

interface LastWalked {
  readonly app_id: string
  readonly lane: string
  readonly walked: number
}

type Waiter<Item, Result> = Item & {
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/**
 * Opens the inbox in a PostgreSQL database, on a small pool of its own. Lanes of processes of this machine that are no
 * more become due at once; those of other machines when their lease ends.
 * @throws INBOX_UNAVAILABLE, STORAGE_BEHIND, STORAGE_NEWER
 */
export async function openPostgresInbox(options: PostgresInboxOptions): Promise<InboxStore> {
  const pool = openPostgresPool({
    url: options.url,
    maxConnections: options.maxConnections ?? 3,
    acquireTimeoutMs: options.acquireTimeoutMs ?? 1000,
    queryTimeoutMs: 10_000,
    statementTimeoutMs: 0,
    connectionLifeMs: options.connectionLifeMs ?? 3_600_000,
    caFile: options.caFile,
    // A statement that is planned while the tables are empty would read all of them for ever after.
    greeting: 'set enable_seqscan = off',
    log: options.log,
  })
  const { schema, clockOffsetMs = 0 } = options
  try {
    const kysely = kyselyOnPostgres(pool)
    const database = new KyselyDatabase({ flavour: 'postgres', kysely, schema, clockOffsetMs: 0 })
    if (options.migrate === 'auto') await migrateUp(database, [inboxMigrations], options.log)
    else await checkMigrations(database, [inboxMigrations], options.log)
    const inbox = new PostgresInbox(pool, new PostgresConnection(pool, postgresStatements(schema, clockOffsetMs ?? 0)))
    await inbox.expireDeadNeighbours()
    return inbox
  } catch (cause) {
    await endPool(pool)
    throw inboxError(cause, 'opening the inbox')
  }
}

class PostgresInbox implements InboxStore {
  readonly dead: InboxStore['dead']
  readonly #pool: PostgresPool
  readonly #connection: PostgresConnection
  readonly #lanes: PostgresLanes
  readonly #puts: GroupCommit<Waiter<Put, PutResult>>
  readonly #settles: GroupCommit<Waiter<Settle, SettleResult>>

  constructor(pool: PostgresPool, connection: PostgresConnection) {
    this.#pool = pool
    this.#connection = connection
    this.#lanes = new PostgresLanes(connection)
    this.#puts = new GroupCommit({
      commit: async (items) => resolveEach(items, await this.#lanes.put(items)),
      maxItems: maxGroup,
    })
    this.#settles = new GroupCommit({
      commit: async (items) => resolveEach(items, await this.#lanes.settle(items)),
      maxItems: maxGroup,
    })
    this.dead = {
      list: (filter) => this.#deadLetters(filter),
      retry: async (seqs) => (seqs.length === 0 ? 0 : this.#lanes.redrive(seqs)),
    }
  }

  put(event: NewEvent, owner: Owner | undefined): Promise<PutResult> {
    return new Promise((resolve, reject) => this.#puts.add({ event, owner, resolve, reject }))
  }

  settle(lease: Lease, settlement: Settlement, after: LaneAfter): Promise<SettleResult> {
    return new Promise((resolve, reject) => this.#settles.add({ lease, settlement, after, resolve, reject }))
  }

  claim(owner: Owner, filter: ClaimFilter, limit: number): Promise<readonly ClaimedLane[]> {
    return this.#lanes.claim(owner, filter, limit)
  }

  next(lease: Lease): Promise<ClaimedLane | undefined> {
    return this.#lanes.next(lease)
  }

  async extend(owner: Owner, leases: readonly Lease[]): Promise<readonly Lease[]> {
    return leases.length === 0 ? [] : this.#lanes.extend(owner, leases)
  }

  async giveBack(leases: readonly Lease[]): Promise<void> {
    if (leases.length > 0) await this.#lanes.giveBack(leases)
  }

  async wake(appId: string, wakeKey: string, answer: unknown, keepMs = 0): Promise<number> {
    const [app, key, text] = [storable(appId), storable(wakeKey), answerText(answer)]
    const woken = await this.#lanes.wake(app, key, text)
    return woken === 0 && keepMs > 0 ? this.#lanes.keep(app, key, text, keepMs) : woken
  }

  wakeExpired(limit: number): Promise<number> {
    return this.#lanes.wakeExpired(limit)
  }

  async claimEffect(appId: string, key: string): Promise<boolean> {
    return (await this.#connection.change('claimEffect', [storable(appId), storable(key)])) > 0
  }

  async beat({ id, host, pid, pluginsHash }: Instance): Promise<readonly Instance[]> {
    await this.#connection.change('beat', [id, host, pid, thisMachine(), pluginsHash])
    await this.#connection.change('forgetInstances', [instanceSeenMs])
    return this.#connection.query<Instance>('instances', [instanceSeenMs])
  }

  async leave(instanceId: string): Promise<void> {
    await this.#connection.change('leave', [[instanceId]])
  }

  async counts(): Promise<readonly InboxCounts[]> {
    const rows = await this.#connection.query<StateCount & { now: number }>('counts', [])
    return sumCounts(rows, rows[0]?.now ?? 0)
  }

  async sweep({ doneMs, deadMs }: InboxRetention): Promise<number> {
    let deleted = 0
    // A dead letter that is redriven must not repeat what it did, so effects live as long.
    for (const [name, ageMs] of [
      ['sweepDone', doneMs],
      ['sweepDead', deadMs],
      ['sweepEffects', deadMs],
    ] as const) {
      let batch: number
      do {
        batch = await this.#connection.change(name, [ageMs, sweepBatch])
        deleted += batch
      } while (batch === sweepBatch)
    }
    await this.#connection.change('sweepAnswers', [])
    for (let after: [string, string] | undefined = ['', '']; after !== undefined; ) {
      const rows: LastWalked[] = await this.#connection.query('sweepLanes', [...after, lanesWalkedAtOnce])
      const last = rows[0]
      after = last?.walked === lanesWalkedAtOnce ? [last.app_id, last.lane] : undefined
    }
    return deleted
  }

  async nowMs(): Promise<number> {
    return (await this.#connection.query<{ now: number }>('now', []))[0]?.now ?? 0
  }

  async ping(): Promise<void> {
    await this.#connection.query('ping', [])
  }

  /** Lanes of processes that ran here and are no more need not wait for their lease. */
  async expireDeadNeighbours(): Promise<void> {
    const machine = thisMachine()
    if (machine === '') return
    const rows = await this.#connection.query<{ id: string; pid: number }>('instancesOfMachine', [machine])
    const gone = rows.filter(({ pid }) => processIsGone(pid)).map(({ id }) => id)
    if (gone.length === 0) return
    await this.#connection.change('expireLanes', [gone])
    await this.#connection.change('leave', [gone])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#puts.close(), this.#settles.close()])
    await endPool(this.#pool)
  }

  async #deadLetters(filter: DeadLetterFilter): Promise<DeadLetter[]> {
    const text = (value: string | undefined) => (value === undefined ? null : storable(value))
    const rows = await this.#connection.query<DeadLetterRow>('deadLetters', [
      text(filter.appId),
      text(filter.type),
      filter.before ?? null,
      listedAtMost(filter),
    ])
    return rows.map(deadLetter)
  }
}

function resolveEach<Result>(items: readonly { resolve(result: Result): void }[], results: readonly Result[]): void {
  for (const [index, item] of items.entries()) item.resolve(results[index] as Result)
}
