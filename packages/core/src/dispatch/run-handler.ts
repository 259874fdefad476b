import { coreError } from '../errors/catalogue.ts'
import type { StoredEvent } from '../inbox/inbox-store.ts'
import { inScope } from '../observe/context.ts'
import { traces } from '../observe/tracing.ts'
import { type EventResults, HandlerRun, type Parked } from './run.ts'

/** Whose run it is. */
export interface NamedHandler {
  /** `plugin/handler` */
  readonly id: string
  readonly plugin: string
}

/** How one handler's run ended. */
export type HandlerOutcome =
  | { readonly ended: 'finished' }
  | { readonly ended: 'failed'; readonly error: unknown }
  | { readonly ended: 'parked'; readonly parked: Parked }
  | { readonly ended: 'abandoned' }

/** The runs of one event that are going on: middleware round handlers, so there may be several. */
export class LiveRuns {
  readonly #ends = new Set<(outcome: HandlerOutcome) => void>()
  #reason: string | undefined

  /** Ends all of them, and those that begin later: the event belongs to somebody else now. */
  abandon(reason: string): void {
    this.#reason = reason
    for (const end of [...this.#ends]) end(abandoned)
  }

  get abandoned(): boolean {
    return this.#reason !== undefined
  }

  add(end: (outcome: HandlerOutcome) => void): () => void {
    if (this.abandoned) end(abandoned)
    this.#ends.add(end)
    return () => void this.#ends.delete(end)
  }
}

/** Clocks that began in this turn. Most runs end in it, and a timer for each would cost more than they do. */
const unarmed = new Set<RunClock>()
let arming = false

function armLater(clock: RunClock): void {
  unarmed.add(clock)
  if (arming) return
  arming = true
  setImmediate(() => {
    arming = false
    for (const waiting of unarmed) waiting.arm()
    unarmed.clear()
  })
}

/** The time limit of one run; time spent in what it waits for on purpose does not count. */
export class RunClock {
  #leftMs: number
  #startedAt = 0
  #paused = 0
  #onEnd: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(limitMs: number) {
    this.#leftMs = limitMs
  }

  /** Begins to count: not before the run turned out to take time. */
  start(onEnd: () => void): void {
    this.#onEnd = onEnd
    if (this.#paused === 0) armLater(this)
  }

  /** Stops the clock while `work` goes on. */
  async without<T>(work: () => Promise<T>): Promise<T> {
    this.#paused += 1
    this.#halt()
    try {
      return await work()
    } finally {
      this.#paused -= 1
      if (this.#paused === 0 && this.#onEnd) armLater(this)
    }
  }

  stop(): void {
    this.#onEnd = undefined
    this.#halt()
  }

  /** Sets the timer, for what is left of the limit. */
  arm(): void {
    if (!this.#onEnd) return
    this.#startedAt = performance.now()
    this.#timer = setTimeout(this.#onEnd, Math.max(0, this.#leftMs))
  }

  #halt(): void {
    if (unarmed.delete(this) || !this.#timer) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#leftMs -= performance.now() - this.#startedAt
  }
}

/** What is run: a handler, a piece of middleware, a task. */
export interface HandlerWork {
  /** Whether it may wait for an answer (`event.wait`). */
  readonly mayPark: boolean
  start(run: HandlerRun, clock: RunClock): unknown
}

const finished: HandlerOutcome = { ended: 'finished' }
const abandoned: HandlerOutcome = { ended: 'abandoned' }

/** Runs one function as one run: its scope, its time limit, parked and abandoned runs. Never rejects. */
export async function runHandler(
  handler: NamedHandler,
  event: StoredEvent,
  results: EventResults,
  live: LiveRuns,
  timeoutMs: number,
  work: HandlerWork,
): Promise<HandlerOutcome> {
  if (live.abandoned) return abandoned
  let parked: Parked | undefined
  let end: ((outcome: HandlerOutcome) => void) | undefined
  const onPark = (wait: Parked): void => {
    parked ??= wait
    end?.({ ended: 'parked', parked })
  }
  const identity = { appId: event.appId, eventKey: event.key, handler: handler.id }
  const run = new HandlerRun(identity, results, work.mayPark ? onPark : undefined)
  // A tick belongs to the bot, not to an app: its calls choose theirs as anywhere else.
  const scope = { ...identity, appId: event.appId || undefined, tenantKey: event.tenantKey, run }
  const clock = new RunClock(timeoutMs)
  const begin = (): unknown => inScope(scope, () => work.start(run, clock))
  let returned: unknown
  try {
    returned = traces.handler.hasSubscribers ? traced(begin, handler, event) : begin()
  } catch (error) {
    run.end(error)
    return { ended: 'failed', error }
  }
  if (!isThenable(returned)) {
    run.end()
    return parked ? { ended: 'parked', parked } : finished
  }
  const promise = returned
  let forget: (() => void) | undefined
  const outcome = await new Promise<HandlerOutcome>((resolve) => {
    end = resolve
    if (parked) resolve({ ended: 'parked', parked })
    forget = live.add(resolve)
    clock.start(() => resolve({ ended: 'failed', error: timedOut(handler.id, timeoutMs) }))
    promise.then(
      // A handler that forgot to await its wait has finished and is parked: it runs again, as it asked to.
      () => resolve(parked ? { ended: 'parked', parked } : finished),
      (error: unknown) => resolve({ ended: 'failed', error }),
    )
  })
  clock.stop()
  forget?.()
  if (outcome.ended === 'finished') run.end()
  else run.end(outcome.ended === 'failed' ? outcome.error : runEnded(handler.id, outcome.ended))
  return outcome
}

function traced(begin: () => unknown, handler: NamedHandler, event: StoredEvent): Promise<unknown> {
  return traces.handler.tracePromise(async () => await begin(), {
    appId: event.appId,
    key: event.key,
    type: event.type,
    attempt: event.attempts + 1,
    handler: handler.id,
  })
}

function isThenable(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}

function timedOut(handler: string, timeoutMs: number): Error {
  return coreError('DISPATCH_HANDLER_TIMEOUT', { message: `${handler} had not ended after ${timeoutMs} ms` })
}

function runEnded(handler: string, how: string): Error {
  return coreError('API_RUN_ENDED', { message: `the run of ${handler} is ${how}` })
}
