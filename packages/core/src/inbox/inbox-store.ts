/**
 * The border between the dispatcher and the databases. Two stores implement it (SQLite, PostgreSQL); one suite
 * (`store-contract.ts`) holds both to the same behaviour.
 *
 * Words: an *event* is one thing to handle. A *lane* is the order that it belongs to (a chat, a user, a task key):
 * events of a lane run one at a time, in the order in which they were stored. A lane's row is schedule, order and
 * lease at once: `due_at` says when it may be taken, `owner` and `fence` who has it, `tail` how many events were ever
 * added. Every statement of an owner carries the fence, so a late one changes nothing.
 */

/**
 * What kind of work a row is. `event`: pushed by the platform, kept until settled. `callback`: answered on the fast
 * path, stored beside that. `task`: enqueued by a plugin. `tick`: one due time of a scheduled job.
 */
export type EventKind = 'event' | 'callback' | 'task' | 'tick'

/** Something to store. */
export interface NewEvent {
  /** `cli_…` */
  readonly appId: string
  /** Unique per app for 24 h: `message:<message_id>`, `event:<event_id>`, `task:<name>:<key>`, `job:<name>:<tick>`. */
  readonly key: string
  readonly kind: EventKind
  /** Platform event type, task name or job name. */
  readonly type: string
  /** What it is ordered by, e.g. a chat id. A lane holds events, or tasks and ticks of one name: begin theirs with it. */
  readonly lane: string
  /** Tenant that the event belongs to; empty when the platform did not say. */
  readonly tenantKey: string
  /** JSON: the raw envelope of an event, the payload of a task. */
  readonly body: string
  /** Not to be run before this time (milliseconds since 1970, database clock). Absent: at once. */
  readonly dueAtMs?: number | undefined
}

/** Who claims lanes: one id per started bot. */
export interface Owner {
  readonly id: string
  /** How long a claim lasts unless extended, milliseconds. */
  readonly leaseMs: number
}

/** A lane that this process has. The fence changes hands with the lane. */
export interface Lease {
  readonly appId: string
  readonly lane: string
  readonly fence: number
  /**
   * Events ever added to the lane, as far as this process knows; a release with an old tail is not a release.
   * A put answers with the count as of its own event, also when several events of a lane share one commit: two puts
   * of a lane never answer with the same tail, so a run that ends between their answers cannot release the lane.
   *
   * A put's event may be run from memory after those before it only when its tail is one more than the tail that the
   * caller knew: a wider gap means that others (another process, a wake, a redrive) added events in between, or that
   * more were ready than a claim returned. The caller then keeps its old tail, does not remember the event, and reads
   * with `next` when its release is refused.
   */
  readonly tail: number
  /** `performance.now()` taken before the claim was sent; the lease may be trusted until this plus leaseMs. */
  readonly claimedAt: number
}

/** What became of a stored event. */
export type PutResult =
  /** It was there already, from an earlier push: acknowledge it, do not run it. */
  | { readonly outcome: 'known' }
  /**
   * Stored. With `lease`, the lane belongs to the caller and this event can be run from memory; `taken` is true when
   * this put took an idle lane, false when the caller had it already (the event comes after those it knows of).
   */
  | {
      readonly outcome: 'stored'
      readonly seq: number
      readonly lease?: Lease | undefined
      readonly taken?: boolean | undefined
    }

/** An event as it is read back to be run. */
export interface StoredEvent extends Omit<NewEvent, 'dueAtMs'> {
  /**
   * Its place in the lane. An event that becomes ready late (woken, due, redriven) gets a new one, at the end: `key` is
   * what names an event for ever.
   */
  readonly seq: number
  readonly receivedAtMs: number
  /** Runs that ended by a throw or time-out. */
  readonly attempts: number
  /** Runs that ended because the process died. */
  readonly crashes: number
  /** Handlers that finished in earlier runs, `plugin/handler`. */
  readonly finished: readonly string[]
  /** Results of keyed calls and steps of earlier runs, by key. */
  readonly results: Readonly<Record<string, unknown>>
}

/** A claimed lane with its next events, oldest first, at most {@link eventsPerClaim}. */
export interface ClaimedLane {
  readonly lease: Lease
  readonly events: readonly StoredEvent[]
}

/** How many events of one lane are read at once; after that many in a row the lane goes to the end of the queue. */
export const eventsPerClaim = 10

/** How a run ended. `finished` and `results` replace what the row holds. */
export type Settlement =
  /** Handled: the body is erased, the row stays for de-duplication. */
  | { readonly outcome: 'done'; readonly seq: number }
  /** Failed, to be run again `delayMs` from now; the lane waits with it, other lanes go on. Counts as an attempt. */
  | {
      readonly outcome: 'retry'
      readonly seq: number
      readonly delayMs: number
      readonly error: string
      readonly finished: readonly string[]
      readonly results: Readonly<Record<string, unknown>>
    }
  /** Given up: body, error, finished and results are kept for 30 days; the lane goes on. Counts as an attempt. */
  | {
      readonly outcome: 'dead'
      readonly seq: number
      readonly error: string
      readonly finished: readonly string[]
      readonly results: Readonly<Record<string, unknown>>
    }
  /** Waits for `wakeKey` or the deadline; the lane goes on. The next run has the answer among its results. */
  | {
      readonly outcome: 'waiting'
      readonly seq: number
      /** Unique per app among waiting events; a second wait for the same key replaces nothing: both are woken. */
      readonly wakeKey: string
      /** Where the answer goes in `results`. */
      readonly resultKey: string
      /** Milliseconds from now; past it the event is woken with the answer `{ expired: true }`. */
      readonly waitMs: number
      readonly finished: readonly string[]
      readonly results: Readonly<Record<string, unknown>>
    }

/**
 * What to do with the lane after settling. `keep`: more of its events are in memory. `release`: give it back unless
 * events were added meanwhile. `yield`: give it back, due at once, so that other lanes get their turn.
 */
export type LaneAfter = 'keep' | 'release' | 'yield'

/** The state of the lane after settling. */
export type SettleResult =
  /** The fence did not hold: another process has the lane, nothing was changed. */
  | { readonly lane: 'lost' }
  /** Free again. */
  | { readonly lane: 'released' }
  /** Still ours. After a `release` it means that events were added: read them with `next(lease)`. */
  | { readonly lane: 'held'; readonly lease: Lease }

/** Work that a claim may take. Lanes of events are taken for every listed app, lanes of tasks and ticks by name. */
export interface ClaimFilter {
  readonly appIds: readonly string[]
  /** Names of registered tasks and jobs. */
  readonly names: readonly string[]
}

/** A dead letter, as listed for people. The body is left out: it is personal data. */
export interface DeadLetter {
  readonly seq: number
  readonly appId: string
  readonly key: string
  readonly kind: EventKind
  readonly type: string
  readonly lane: string
  readonly receivedAtMs: number
  readonly settledAtMs: number
  readonly attempts: number
  readonly crashes: number
  readonly error: string
}

/** Which dead letters to list, newest first. */
export interface DeadLetterFilter {
  readonly appId?: string | undefined
  readonly type?: string | undefined
  /** Only those with a smaller seq: the last one of the page before. */
  readonly before?: number | undefined
  /** Default 50, at most 500. */
  readonly limit?: number | undefined
}

/** How many rows of each state there are, equal on every instance. */
export interface InboxCounts {
  readonly appId: string
  readonly ready: number
  /** For an answer, or for their due time. */
  readonly waiting: number
  readonly dead: number
  /** How long the oldest event has been ready and not handled, milliseconds; 0 when there is none. */
  readonly oldestReadyMs: number
}

/** A running bot, as others see it. */
export interface Instance {
  readonly id: string
  readonly host: string
  readonly pid: number
  /** Hash of the plugin names: instances that differ are warned about. */
  readonly pluginsHash: string
}

/** How long settled rows are kept, milliseconds. */
export interface InboxRetention {
  /** De-duplication window; default 24 h, never under 8 h (the platform re-pushes for 7.1 h). */
  readonly doneMs: number
  /** Default 30 days. */
  readonly deadMs: number
}

/** A durable inbox. Every method may reject with INBOX_UNAVAILABLE; nothing is then known to have changed. */
export interface InboxStore extends AsyncDisposable {
  /**
   * Stores an event; resolves when it is durable. Calls made meanwhile share one commit. With `owner` an idle lane is
   * taken in the same statement (unless `dueAtMs` lies ahead).
   */
  put(event: NewEvent, owner: Owner | undefined): Promise<PutResult>
  /**
   * Takes due lanes: retries, lanes of dead processes, overflow. A lane taken from another owner whose lease ran out
   * charges a crash to its first ready event; a lane taken from the claiming owner itself charges nothing.
   */
  claim(owner: Owner, filter: ClaimFilter, limit: number): Promise<readonly ClaimedLane[]>
  /**
   * The next events of a lane that is held, with the lease's tail brought up to date; undefined when the fence is lost.
   * When none of its events is ready now (all parked, or not yet due), the store gives the lane back itself, due when
   * the first of them is, and answers undefined too. The same holds for a claim: it never returns a lane without events.
   */
  next(lease: Lease): Promise<ClaimedLane | undefined>
  /** Records how a run ended and what happens to the lane. Calls made meanwhile share one commit. */
  settle(lease: Lease, settlement: Settlement, after: LaneAfter): Promise<SettleResult>
  /**
   * Extends exactly these leases, where their fences hold, and returns those whose fence no longer does: their runs
   * must end. The caller reads its clock before calling, and counts the extension from there.
   * Not "all of the owner": a lane that was taken by a put whose answer got lost must run out, not be kept for ever.
   */
  extend(owner: Owner, leases: readonly Lease[]): Promise<readonly Lease[]>
  /** Gives lanes back unchanged, due at once, for another process to take. No crash is charged. */
  giveBack(leases: readonly Lease[]): Promise<void>
  /**
   * Wakes the events that wait for a key. Returns how many. An answer that nobody waits for is kept for `keepMs`
   * (default 0: not at all) and given to the first event that parks on the key: so an answer that is faster than the
   * commit of the park is not lost.
   */
  wake(appId: string, wakeKey: string, answer: unknown, keepMs?: number): Promise<number>
  /** Wakes events whose deadline has passed. Returns how many. */
  wakeExpired(limit: number): Promise<number>
  /** Writes the ledger row of a call that may happen at most once. False: it was written before. */
  claimEffect(appId: string, key: string): Promise<boolean>
  /** Announces this instance (again, every few seconds) and returns all that were seen within 30 s, itself included. */
  beat(instance: Instance): Promise<readonly Instance[]>
  /** Removes this instance. */
  leave(instanceId: string): Promise<void>
  counts(): Promise<readonly InboxCounts[]>
  readonly dead: {
    list(filter: DeadLetterFilter): Promise<readonly DeadLetter[]>
    /** Makes dead letters ready again, attempts and crashes at 0; unknown or already retried ones are left alone. Returns how many. */
    retry(seqs: readonly number[]): Promise<number>
  }
  /** Deletes what is past its retention, in small batches. Returns how many rows went. */
  sweep(retention: InboxRetention): Promise<number>
  /** Milliseconds since 1970 by the database's clock plus the configured offset. */
  nowMs(): Promise<number>
  /** Resolves when the database answers; used by the health check. */
  ping(): Promise<void>
}
