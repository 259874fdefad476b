import type { Envelope } from '../inbox/envelope.ts'
import { eventsPerClaim, type LaneAfter, type Lease, type StoredEvent } from '../inbox/inbox-store.ts'
import type { RunHandle } from './event-runner.ts'

/** An event in memory; the envelope is there when it came over the link and needs no parsing again. */
export interface QueuedEvent {
  readonly event: StoredEvent
  readonly envelope: Envelope | undefined
}

/** A lane that this process holds: its lease, and its next events in order. */
export class Lane {
  lease: Lease
  readonly handle: RunHandle = {}
  readonly #queue: QueuedEvent[] = []
  /** Everything up to the lease's tail is in memory or settled. */
  #complete = true
  #lastSeq = 0
  #ranInRow = 0
  /** `performance.now()` from which the lease counts. */
  #leasedAt: number

  constructor(lease: Lease) {
    this.lease = lease
    this.#leasedAt = lease.claimedAt
  }

  /** Adds an event that was put while the lane was held. */
  push(lease: Lease, queued: QueuedEvent): void {
    // The first of an incomplete lane must come from the database: there are older ones.
    if (!this.#complete || queued.event.seq <= this.#lastSeq) return
    if (this.#queue.length >= eventsPerClaim) {
      this.#complete = false
      return
    }
    this.lease = lease
    this.#append(queued)
  }

  /** Takes the events of a claim. */
  fill(lease: Lease, events: readonly StoredEvent[]): void {
    this.lease = lease
    this.#complete = events.length < eventsPerClaim
    for (const event of events) this.#append({ event, envelope: undefined })
  }

  /** The next event to run. */
  shift(): QueuedEvent | undefined {
    this.#ranInRow += 1
    return this.#queue.shift()
  }

  /** What to do with the lane after the event that ran. */
  get after(): LaneAfter {
    if (this.#ranInRow >= eventsPerClaim && (this.#queue.length > 0 || !this.#complete)) return 'yield'
    if (this.#queue.length > 0) return 'keep'
    return this.#complete ? 'release' : 'yield'
  }

  get empty(): boolean {
    return this.#queue.length === 0
  }

  /** The lease was extended, counted from `at`. */
  extended(at: number): void {
    this.#leasedAt = at
  }

  /** Whether an event may still be started under this lease, with a margin for clocks and pauses. */
  trusted(now: number, leaseMs: number): boolean {
    return now < this.#leasedAt + leaseMs * 0.8
  }

  #append(queued: QueuedEvent): void {
    this.#lastSeq = Math.max(this.#lastSeq, queued.event.seq)
    this.#queue.push(queued)
  }
}
