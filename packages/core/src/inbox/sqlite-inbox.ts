import { setImmediate as turnEnd } from 'node:timers/promises'
import { coreError } from '../errors/catalogue.ts'
import type { Log } from '../observe/log.ts'
import { KyselyDatabase } from '../storage/kysely-database.ts'
import { migrateUp } from '../storage/migrator.ts'
import { kyselyOnSqlite, openSqliteFile, type SqliteFile } from '../storage/sqlite.ts'
import { answerText, storable } from './event-text.ts'
import { GroupCommit } from './group-commit.ts'
import { inboxError } from './inbox-error.ts'
import { type InboxLock, lockInbox } from './inbox-lock.ts'
import { inboxMigrations } from './inbox-migrations.ts'
import type {
  ClaimedLane,
  ClaimFilter,
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
import { SqliteLanes } from './sqlite-lanes.ts'
import { SqliteRecords } from './sqlite-records.ts'

/** How the SQLite inbox is opened. */
export interface SqliteInboxOptions {
  /** Folder that holds `inbox.db`. */
  readonly folder: string
  /**
   * True: this process runs the events; a second one is refused until this one has closed or died. False: it may put,
   * wake, look and redrive beside the one that runs, but takes no lanes.
   */
  readonly hold: boolean
  /** Added to the clock, milliseconds; 0 outside tests. */
  readonly clockOffsetMs?: number | undefined
  readonly log: Log
}

/** A statement blocks the process while another process writes; an event is refused after 1.5 s. */
const busyMs = 1000
const maxGroup = 500
/** From this on a commit is slow, and the loop gets as long a break as the commit took. */
const slowCommitMs = 4
const longestPauseMs = 20
const sweepBatch = 500

interface PutItem {
  readonly event: NewEvent
  readonly owner: Owner | undefined
  readonly resolve: (result: PutResult) => void
  readonly reject: (error: unknown) => void
  result: PutResult | undefined
}

interface SettleItem {
  readonly lease: Lease
  readonly settlement: Settlement
  readonly after: LaneAfter
  readonly resolve: (result: SettleResult) => void
  readonly reject: (error: unknown) => void
  result: SettleResult | undefined
}

/**
 * Opens the inbox in `<folder>/inbox.db`, its own file: a transaction of a plugin can neither hold it up nor roll it
 * back. Missing tables are made. With `hold` all lanes are free afterwards; those that somebody had when the last
 * process died charge a crash to the event that was running.
 * @throws INBOX_IN_USE, STORAGE_READ_ONLY, STORAGE_CORRUPT, STORAGE_NEWER
 */
export async function openSqliteInbox(options: SqliteInboxOptions): Promise<InboxStore> {
  const lock = options.hold ? lockInbox(options.folder) : undefined
  try {
    const file = openSqliteFile(options.folder, 'inbox.db', { synchronous: 'full', busyMs })
    // Events come in any order of their keys: with room for the index's pages, fewer are written twice.
    file.pragma('cache_size = -16000')
    // A page that many commits wrote is copied once: the log may grow to 64 MB before that.
    file.pragma('wal_autocheckpoint = 16000')
    try {
      // Kysely is here for the schema alone; closing the file is the store's.
      const database = new KyselyDatabase({ flavour: 'sqlite', kysely: kyselyOnSqlite(file), clockOffsetMs: 0 })
      await migrateUp(database, [inboxMigrations], options.log)
      return new SqliteInbox(file, lock, options)
    } catch (cause) {
      file.close()
      throw inboxError(cause, `opening the inbox in ${options.folder}`)
    }
  } catch (error) {
    lock?.release()
    throw error
  }
}

class SqliteInbox implements InboxStore {
  readonly dead: InboxStore['dead']
  readonly #file: SqliteFile
  readonly #lock: InboxLock | undefined
  readonly #folder: string
  readonly #offsetMs: number
  readonly #lanes: SqliteLanes
  readonly #records: SqliteRecords
  readonly #group: GroupCommit<PutItem | SettleItem>
  #lastCommitMs = 0

  constructor(file: SqliteFile, lock: InboxLock | undefined, options: SqliteInboxOptions) {
    this.#file = file
    this.#lock = lock
    this.#folder = options.folder
    this.#offsetMs = options.clockOffsetMs ?? 0
    this.#lanes = new SqliteLanes(file, () => this.#now())
    this.#records = new SqliteRecords(file)
    this.#group = new GroupCommit({
      commit: (items) => this.#commit(items),
      maxItems: maxGroup,
      pauseMs: () => (this.#lastCommitMs < slowCommitMs ? 0 : Math.min(this.#lastCommitMs, longestPauseMs)),
    })
    this.dead = {
      list: async (filter) => this.#read(() => this.#records.deadLetters(filter)),
      retry: async (seqs) => this.#write(() => this.#lanes.waits.redrive(seqs, this.#now())),
    }
    if (lock) this.#write(() => this.#records.freeAllLanes(this.#now()))
  }

  put(event: NewEvent, owner: Owner | undefined): Promise<PutResult> {
    return new Promise((resolve, reject) => {
      this.#group.add({ event, owner: this.#lock ? owner : undefined, resolve, reject, result: undefined })
    })
  }

  settle(lease: Lease, settlement: Settlement, after: LaneAfter): Promise<SettleResult> {
    return new Promise((resolve, reject) => {
      this.#group.add({ lease, settlement, after, resolve, reject, result: undefined })
    })
  }

  async claim(owner: Owner, filter: ClaimFilter, limit: number): Promise<readonly ClaimedLane[]> {
    if (!this.#lock)
      throw coreError('INBOX_IN_USE', {
        message: `the inbox in ${this.#folder} was opened without the right to run events`,
      })
    const claimedAt = performance.now()
    // Most polls find nothing, and need no transaction for it.
    if (!this.#read(() => this.#records.anythingDue(this.#now()))) return []
    return this.#write(() => this.#lanes.claim(owner, filter, limit, claimedAt))
  }

  async next(lease: Lease): Promise<ClaimedLane | undefined> {
    return this.#write(() => this.#lanes.next(lease))
  }

  async extend(owner: Owner, leases: readonly Lease[]): Promise<readonly Lease[]> {
    return leases.length === 0 ? [] : this.#write(() => this.#lanes.extend(owner, leases))
  }

  async giveBack(leases: readonly Lease[]): Promise<void> {
    if (leases.length > 0) this.#write(() => this.#lanes.giveBack(leases))
  }

  async wake(appId: string, wakeKey: string, answer: unknown, keepMs = 0): Promise<number> {
    return this.#write(() => {
      const [app, key, text, now] = [storable(appId), storable(wakeKey), answerText(answer), this.#now()]
      const woken = this.#lanes.waits.wake(app, key, text, now)
      if (woken === 0 && keepMs > 0) this.#lanes.waits.keep(app, key, text, now + keepMs)
      return woken
    })
  }

  async wakeExpired(limit: number): Promise<number> {
    return this.#write(() => this.#lanes.waits.wakeExpired(limit, this.#now()))
  }

  async claimEffect(appId: string, key: string): Promise<boolean> {
    return this.#write(() => this.#records.claimEffect(storable(appId), storable(key), this.#now()))
  }

  async beat(instance: Instance): Promise<readonly Instance[]> {
    return this.#write(() => this.#records.beat(instance, this.#now()))
  }

  async leave(instanceId: string): Promise<void> {
    this.#write(() => this.#records.leave(instanceId))
  }

  async counts(): Promise<readonly InboxCounts[]> {
    return this.#read(() => this.#records.counts(this.#now()))
  }

  async sweep(retention: InboxRetention): Promise<number> {
    let deleted = 0
    for (;;) {
      const batch = this.#write(() => this.#records.sweep(retention, this.#now(), sweepBatch))
      deleted += batch
      if (batch < sweepBatch) return deleted
      // Events come first.
      await turnEnd()
    }
  }

  async nowMs(): Promise<number> {
    return this.#now()
  }

  async ping(): Promise<void> {
    this.#read(() => this.#records.ping())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#group.close()
    this.#file.close()
    this.#lock?.release()
  }

  #now(): number {
    return Date.now() + this.#offsetMs
  }

  #commit(items: readonly (PutItem | SettleItem)[]): void {
    const claimedAt = performance.now()
    this.#write(() => {
      for (const item of items) {
        if ('event' in item) item.result = this.#lanes.put(item.event, item.owner, claimedAt)
        else item.result = this.#lanes.settle(item.lease, item.settlement, item.after)
      }
    })
    for (const item of items) {
      if ('event' in item) item.resolve(item.result as PutResult)
      else item.resolve(item.result as SettleResult)
    }
  }

  // Synchronous on purpose: were anything awaited inside, other writes would land in this transaction and be
  // acknowledged before its commit.
  #write<Result>(fn: () => Result): Result {
    const { begin, commit, rollback } = this.#lanes.statements
    try {
      begin.run()
      const result = fn()
      const before = performance.now()
      commit.run()
      this.#lastCommitMs = performance.now() - before
      return result
    } catch (cause) {
      if (this.#file.inTransaction) rollback.run()
      throw inboxError(cause, `the inbox in ${this.#folder}`)
    }
  }

  #read<Result>(fn: () => Result): Result {
    try {
      return fn()
    } catch (cause) {
      throw inboxError(cause, `the inbox in ${this.#folder}`)
    }
  }
}
