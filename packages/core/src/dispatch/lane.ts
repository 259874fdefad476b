import type { Envelope } from '../inbox/envelope.ts'
import { eventsPerClaim, type LaneAfter, type Lease, type StoredEvent } from '../inbox/inbox-store.ts'
import { LiveRuns } from './run-handler.ts'

/** An event in memory; the envelope is there when it came over the link and needs no parsing again. */
export interface QueuedEvent {
  readonly event: StoredEvent
  readonly envelope: Envelope | undefined
}

/** A lane that this process holds: its lease, and its next events in order. */
export class Lane {
  /** Its tail counts the events that are settled or in memory here; a release with it is refused when there are more. */
  lease: Lease
  /** The runs of the event in hand. */
  live = new LiveRuns()
  readonly #queue: QueuedEvent[] = []
  #ranInRow = 0
  /** `performance.now()` from which the lease counts. */
  #leasedAt: number

  constructor(lease: Lease, queued: readonly QueuedEvent[]) {
    this.lease = lease
    this.#leasedAt = lease.claimedAt
    this.#queue.push(...queued)
  }

  /**
   * Adds an event that was put while the lane was held. One that does not follow directly on what is known (others added
   * events meanwhile, or too many are in memory) is left to be read: the lease keeps its tail, so the release is refused.
   */
  push(lease: Lease, queued: QueuedEvent): void {
    if (lease.tail !== this.lease.tail + 1 || this.#queue.length >= eventsPerClaim) return
    this.lease = lease
    this.#queue.push(queued)
  }

  /** Takes events that were read. */
  fill(lease: Lease, events: readonly StoredEvent[]): void {
    this.lease = lease
    for (const event of events) this.#queue.push({ event, envelope: undefined })
  }

  /** The next event to run. */
  shift(): QueuedEvent | undefined {
    const next = this.#queue.shift()
    if (next) this.#ranInRow += 1
    return next
  }

  /** What to do with the lane after the event that ran; it makes room after a while when other lanes wait. */
  after(othersWait: boolean): LaneAfter {
    if (this.#ranInRow >= eventsPerClaim) {
      if (othersWait) return 'yield'
      this.#ranInRow = 0
    }
    return this.#queue.length > 0 ? 'keep' : 'release'
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
}
