import { isLarkspurError } from '../errors/larkspur-error.ts'
import type { Envelope } from '../inbox/envelope.ts'
import type {
  ClaimedLane,
  ClaimFilter,
  InboxStore,
  Lease,
  Owner,
  Settlement,
  StoredEvent,
} from '../inbox/inbox-store.ts'
import type { Log } from '../observe/log.ts'
import type { EventRunner } from './event-runner.ts'
import { Lane } from './lane.ts'

/** Options of the {@link Dispatcher}. */
export interface DispatcherOptions {
  /** Lanes that run at the same time. */
  readonly concurrency: number
  /** How often leases are extended, milliseconds. */
  readonly extendMs: number
  /** How often the inbox is asked for due lanes, milliseconds; jittered. */
  readonly pollMs: number
  /** How long running handlers get at close, milliseconds. */
  readonly drainMs: number
}

/** What the dispatcher tells of each event that was settled. */
export type OnSettled = (event: StoredEvent, settlement: Settlement, startedAt: number) => void

/** Lanes held per running one: enough to keep busy, few enough to leave work for other instances. */
const heldPerRunning = 4
/** Between looks for expired waits. */
const expireMs = 1000

/**
 * Runs stored events: bounded in number, one at a time per lane. Events come from memory (the process that stored an
 * event takes its lane) and by a poll, which finds retries, lanes of dead processes and overflow.
 */
export class Dispatcher {
  readonly owner: Owner
  readonly #store: InboxStore
  readonly #runner: EventRunner
  readonly #options: DispatcherOptions
  readonly #filter: () => ClaimFilter
  readonly #onSettled: OnSettled
  readonly #log: Log
  readonly #lanes = new Map<string, Lane>()
  readonly #ready: Lane[] = []
  /** Handlers that run now; at most the concurrency. */
  #running = 0
  /** Lanes whose event runs or is being recorded. */
  #busy = 0
  #accepting = false
  #overflow = false
  #poll: Promise<void> | undefined
  #pollAgain = false
  #pumpScheduled = false
  #pollTimer: NodeJS.Timeout | undefined
  #extendTimer: NodeJS.Timeout | undefined
  #expiredLookAt = 0
  #failingSince: number | undefined
  #idle: (() => void) | undefined

  constructor(parts: {
    readonly owner: Owner
    readonly store: InboxStore
    readonly runner: EventRunner
    readonly options: DispatcherOptions
    readonly filter: () => ClaimFilter
    readonly onSettled: OnSettled
    readonly log: Log
  }) {
    this.owner = parts.owner
    this.#store = parts.store
    this.#runner = parts.runner
    this.#options = parts.options
    this.#filter = parts.filter
    this.#onSettled = parts.onSettled
    this.#log = parts.log
  }

  /** Begins to run events. */
  start(): void {
    this.#accepting = true
    this.#schedulePoll(0)
    this.#scheduleExtend()
  }

  /** The owner to put events with: itself while there is room, else nobody, and the poll finds them. */
  taker(): Owner | undefined {
    if (!this.#accepting) return undefined
    if (this.#lanes.size < this.#options.concurrency * heldPerRunning) return this.owner
    this.#overflow = true
    return undefined
  }

  /** Runs an event that was just stored, from memory, if its lane came with it. */
  offer(lease: Lease, taken: boolean, event: StoredEvent, envelope: Envelope | undefined): void {
    const name = laneName(lease)
    if (!this.#accepting) {
      // Stored while the bot began to close: for somebody else, at once.
      if (taken) void this.#giveBack([lease])
      return
    }
    if (taken) {
      const lane = new Lane(lease, [{ event, envelope }])
      this.#lanes.set(name, lane)
      this.#makeReady(lane)
      return
    }
    const lane = this.#lanes.get(name)
    // Another fence: the lane changed hands meanwhile, and the event is read from the database by its new owner.
    if (lane && lane.lease.fence === lease.fence) lane.push(lease, { event, envelope })
  }

  /** How many handlers run now. */
  get running(): number {
    return this.#running
  }

  /** Claims at once instead of at the next poll. */
  poke(): void {
    if (this.#accepting) this.#schedulePoll(0)
  }

  /** Starts nothing more; lets running handlers finish for drainMs, then ends them and hands everything back. */
  async drain(): Promise<void> {
    this.#accepting = false
    clearTimeout(this.#pollTimer)
    await this.#poll
    const unstarted = this.#ready.splice(0)
    for (const lane of unstarted) this.#lanes.delete(laneName(lane.lease))
    await this.#giveBack(unstarted.map(({ lease }) => lease))
    if (this.#busy > 0) {
      let timer: NodeJS.Timeout | undefined
      await Promise.race([
        new Promise<void>((resolve) => {
          this.#idle = resolve
        }),
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, this.#options.drainMs)
        }),
      ])
      clearTimeout(timer)
    }
    clearTimeout(this.#extendTimer)
    const late = [...this.#lanes.values()]
    this.#lanes.clear()
    for (const lane of late) lane.live.abandon('the bot is closing')
    await this.#giveBack(late.map(({ lease }) => lease))
  }

  #makeReady(lane: Lane): void {
    this.#ready.push(lane)
    if (this.#pumpScheduled) return
    this.#pumpScheduled = true
    // In a later turn: acknowledgements of this turn leave before handlers get the processor.
    setImmediate(() => {
      this.#pumpScheduled = false
      this.#pump()
    })
  }

  #pump(): void {
    while (this.#accepting && this.#running < this.#options.concurrency) {
      const lane = this.#ready.shift()
      if (!lane) break
      this.#running += 1
      this.#busy += 1
      void this.#turn(lane)
    }
  }

  /** One event of a lane: its run, which takes a place, and its record, which does not. Then the lane queues again. */
  async #turn(lane: Lane): Promise<void> {
    let more = false
    try {
      more = await this.#runNext(lane)
    } catch (error) {
      this.#log.error('a lane stopped; it is taken up again when its lease runs out', { lane: lane.lease.lane, error })
    }
    const name = laneName(lane.lease)
    const ours = this.#lanes.get(name) === lane
    if (more && ours && this.#accepting) this.#makeReady(lane)
    else if (ours) {
      this.#lanes.delete(name)
      if (more) await this.#giveBack([lane.lease])
    }
    this.#busy -= 1
    if (this.#busy === 0) this.#idle?.()
    if (this.#overflow && this.#accepting && this.#lanes.size <= this.#options.concurrency) {
      this.#overflow = false
      this.#schedulePoll(0)
    }
  }

  /** Runs one event and records it; true when the lane is still ours and has more. */
  async #runNext(lane: Lane): Promise<boolean> {
    const queued = lane.trusted(performance.now(), this.owner.leaseMs) ? lane.shift() : undefined
    const startedAt = performance.now()
    let settlement: Settlement | undefined
    try {
      if (queued) settlement = await this.#runner.run(queued.event, queued.envelope, lane.live)
    } finally {
      this.#running -= 1
      this.#pump()
    }
    if (!queued || !settlement || this.#lanes.get(laneName(lane.lease)) !== lane) return false
    const wanted = lane.after(this.#overflow)
    const after = this.#accepting || wanted === 'release' ? wanted : 'yield'
    const settled = await this.#settle(lane, settlement, after)
    if (settled !== 'lost') this.#onSettled(queued.event, settlement, startedAt)
    if (settled !== 'held') return false
    if (!lane.empty) return true
    // Refused to be released: others added events, or there were more than were read.
    const more = await this.#store.next(lane.lease)
    if (more) lane.fill(more.lease, more.events)
    return more !== undefined
  }

  /** Repeated while the lease lasts: the outcome of an unanswered settle is decided by the fence. */
  async #settle(lane: Lane, settlement: Settlement, after: 'keep' | 'release' | 'yield'): Promise<string> {
    for (let delayMs = 50; ; delayMs = Math.min(delayMs * 2, 1000)) {
      try {
        const result = await this.#store.settle(lane.lease, settlement, after)
        return result.lane
      } catch (error) {
        const passing = isLarkspurError(error) && error.retryable
        if (!passing || !lane.trusted(performance.now(), this.owner.leaseMs)) throw error
        await new Promise((resolve) => setTimeout(resolve, delayMs))
      }
    }
  }

  #schedulePoll(afterMs: number): void {
    clearTimeout(this.#pollTimer)
    this.#pollTimer = setTimeout(() => {
      if (this.#poll) this.#pollAgain = true
      if (this.#poll || !this.#accepting) return
      this.#poll = this.#claimDue().then((nextMs) => {
        this.#poll = undefined
        if (this.#accepting) this.#schedulePoll(this.#pollAgain ? 0 : nextMs)
        this.#pollAgain = false
      })
    }, afterMs)
  }

  /** Takes due lanes; never rejects. Returns when to look again, in milliseconds. */
  async #claimDue(): Promise<number> {
    let nextMs = this.#options.pollMs * (0.75 + Math.random() / 2)
    try {
      const room = this.#options.concurrency * heldPerRunning - this.#lanes.size
      if (room > 0) {
        const claimed = await this.#store.claim(this.owner, this.#filter(), room)
        // Closed while the claim was on its way.
        if (!this.#accepting) await this.#store.giveBack(claimed.map((lane) => lane.lease))
        else for (const lane of claimed) this.#take(lane)
        if (claimed.length === room) nextMs = 0
      }
      if (performance.now() >= this.#expiredLookAt) {
        this.#expiredLookAt = performance.now() + expireMs
        if ((await this.#store.wakeExpired(100)) > 0) nextMs = 0
      }
      if (this.#failingSince !== undefined) this.#log.info('the inbox answers again')
      this.#failingSince = undefined
    } catch (error) {
      // Once per outage: the poll goes on, and health says the rest.
      if (this.#failingSince === undefined) this.#log.error('the inbox cannot be read; trying on', { error })
      this.#failingSince ??= performance.now()
      nextMs = Math.max(nextMs, 500)
    }
    return nextMs
  }

  #take({ lease, events }: ClaimedLane): void {
    const lane = new Lane(
      lease,
      events.map((event) => ({ event, envelope: undefined })),
    )
    this.#lanes.set(laneName(lease), lane)
    this.#makeReady(lane)
  }

  #scheduleExtend(): void {
    this.#extendTimer = setTimeout(async () => {
      await this.#extend()
      if (this.#accepting || this.#busy > 0) this.#scheduleExtend()
    }, this.#options.extendMs)
  }

  async #extend(): Promise<void> {
    const lanes = [...this.#lanes.values()]
    if (lanes.length === 0) return
    const at = performance.now()
    try {
      const lost = await this.#store.extend(
        this.owner,
        lanes.map((lane) => lane.lease),
      )
      const lostNames = new Set(lost.map(laneName))
      for (const lane of lanes)
        if (lostNames.has(laneName(lane.lease))) this.#lose(lane, 'another instance took the lane over')
        else lane.extended(at)
    } catch {
      // The poll reports that the inbox is away. A run must not outlive its lease, so it ends here.
      for (const lane of lanes)
        if (!lane.trusted(performance.now(), this.owner.leaseMs)) this.#lose(lane, 'the lease could not be extended')
    }
  }

  #lose(lane: Lane, reason: string): void {
    const name = laneName(lane.lease)
    if (this.#lanes.get(name) === lane) this.#lanes.delete(name)
    const index = this.#ready.indexOf(lane)
    if (index >= 0) this.#ready.splice(index, 1)
    lane.live.abandon(reason)
  }

  async #giveBack(leases: readonly Lease[]): Promise<void> {
    if (leases.length === 0) return
    try {
      await this.#store.giveBack(leases)
    } catch (error) {
      this.#log.warn('lanes could not be handed back; they are free when their leases run out', { error })
    }
  }
}

function laneName(lease: Lease): string {
  return `${lease.appId} ${lease.lane}`
}
