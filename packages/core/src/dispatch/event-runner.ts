import { coreError } from '../errors/catalogue.ts'
import { isLarkspurError } from '../errors/larkspur-error.ts'
import { type Envelope, readEnvelope } from '../inbox/envelope.ts'
import type { Settlement, StoredEvent } from '../inbox/inbox-store.ts'
import { traces } from '../observe/tracing.ts'
import { EventProgress } from './event-progress.ts'
import { HandlerEvent } from './handler-event.ts'
import type { Handlers } from './handlers.ts'
import type { NextResult } from './platform-event.ts'
import { type HandlerOutcome, type HandlerWork, type LiveRuns, type NamedHandler, runHandler } from './run-handler.ts'
import { runJob, runLateCallback, runTask } from './run-work.ts'

/** A failed run, as it is reported once, before the event is settled. */
export interface RunFailure {
  readonly event: StoredEvent
  readonly plugin: string
  readonly handler: string
  readonly error: unknown
  readonly next: 'retry' | 'dead'
}

/** How often and how long events are tried. */
export interface RunOptions {
  readonly handlerTimeoutMs: number
  /** Runs that may end by a throw before the event is given up. */
  readonly maxAttempts: number
  /** Runs during which the process may die before the event is given up. */
  readonly maxCrashes: number
  readonly firstRetryMs: number
  readonly maxRetryMs: number
}

/** Runs all handlers of a stored event, and says how the event is to be settled. */
export class EventRunner {
  readonly handlers: Handlers
  readonly options: RunOptions
  readonly #onFailure: (failure: RunFailure) => void
  readonly #describe: (error: unknown) => string

  /** `describe` turns an error into the text that is stored with the event: masked and bounded. */
  constructor(
    handlers: Handlers,
    options: RunOptions,
    onFailure: (failure: RunFailure) => void,
    describe: (error: unknown) => string,
  ) {
    this.handlers = handlers
    this.options = options
    this.#onFailure = onFailure
    this.#describe = describe
  }

  /** Undefined: the run was abandoned, somebody else settles. */
  async run(event: StoredEvent, envelope: Envelope | undefined, live: LiveRuns): Promise<Settlement | undefined> {
    if (event.crashes >= this.options.maxCrashes) return this.#quarantine(event)
    const trace = { appId: event.appId, key: event.key, type: event.type, attempt: event.attempts + 1 }
    const work = async (): Promise<Settlement | undefined> => {
      const progress = new EventProgress(event)
      try {
        await this.#runKind(event, envelope, progress, live)
      } catch (error) {
        // A row that cannot be read must end as a dead letter, not come back for ever.
        progress.fail('bot', 'event', error)
      }
      if (live.abandoned) return undefined
      return this.#settlement(event, progress)
    }
    return traces.event.hasSubscribers ? traces.event.tracePromise(work, trace) : work()
  }

  /** Runs one function of an event; its outcome goes into the progress. */
  async runOne(
    handler: NamedHandler,
    event: StoredEvent,
    progress: EventProgress,
    live: LiveRuns,
    work: HandlerWork,
  ): Promise<HandlerOutcome> {
    const { handlerTimeoutMs } = this.options
    const outcome = await runHandler(handler, event, progress.results, live, handlerTimeoutMs, work)
    if (outcome.ended === 'failed') progress.fail(handler.plugin, handler.id, outcome.error)
    else if (outcome.ended === 'parked') progress.parked ??= outcome.parked
    return outcome
  }

  async #runKind(
    event: StoredEvent,
    known: Envelope | undefined,
    progress: EventProgress,
    live: LiveRuns,
  ): Promise<void> {
    if (event.kind === 'task') return runTask(this, event, progress, live)
    if (event.kind === 'tick') return runJob(this, event, progress, live)
    const envelope = known ?? readEnvelope(JSON.parse(event.body))
    if (event.kind === 'callback') return runLateCallback(this, event, envelope, progress, live)
    return this.#runFrom(0, event, envelope, progress, live)
  }

  /** Runs the middleware from `index` on, and the handlers inside it. */
  async #runFrom(
    index: number,
    event: StoredEvent,
    envelope: Envelope,
    progress: EventProgress,
    live: LiveRuns,
  ): Promise<void> {
    const middleware = this.handlers.middleware[index]
    if (!middleware) return this.#runHandlers(event, envelope, progress, live)
    let inner: Promise<NextResult> | undefined
    await this.runOne(middleware, event, progress, live, {
      mayPark: false,
      start: (run, clock) =>
        middleware.handle(new HandlerEvent(event, envelope, run, progress), () => {
          const further = async (): Promise<NextResult> => {
            await this.#runFrom(index + 1, event, envelope, progress, live)
            return { failures: progress.failures.map(({ error }) => error) }
          }
          // The time of what is inside is limited there.
          inner ??= clock.without(further)
          return inner
        }),
    })
    // Middleware that did not await next() has ended before what it began.
    await inner
  }

  async #runHandlers(event: StoredEvent, envelope: Envelope, progress: EventProgress, live: LiveRuns): Promise<void> {
    const handlers = this.handlers.events(event.type)
    for (const [index, handler] of handlers.entries()) {
      if (live.abandoned) return
      if (progress.finished.has(handler.id)) continue
      const outcome = await this.runOne(handler, event, progress, live, {
        mayPark: true,
        start: (run) => {
          const given = new HandlerEvent(event, envelope, run, progress)
          const { filter } = handler.options
          if (filter && !filter(given)) return
          return handler.handle(given)
        },
      })
      if (outcome.ended === 'finished') progress.finished.add(handler.id)
      // Recorded as finished, so that a retry of an earlier handler does not reach them either.
      if (progress.stopped) {
        for (const later of handlers.slice(index + 1)) progress.finished.add(later.id)
        return
      }
    }
  }

  /** What the progress of an event comes to. */
  #settlement(event: StoredEvent, progress: EventProgress): Settlement {
    const { parked, failures } = progress
    const [failure] = failures
    if (!failure && !parked) return { outcome: 'done', seq: event.seq }
    const next = event.attempts + 1 >= this.options.maxAttempts ? 'dead' : 'retry'
    for (const { plugin, handler, error } of failures) this.#onFailure({ event, plugin, handler, error, next })
    // A handler that waits for a person must not die with another that failed for good.
    if (next === 'dead' && parked) for (const { handler } of failures) progress.finished.add(handler)
    const kept = { finished: [...progress.finished], results: progress.results.toRecord() }
    if (parked && (!failure || next === 'dead')) {
      const { wakeKey, waitMs, resultKey } = parked
      return { outcome: 'waiting', seq: event.seq, wakeKey, waitMs, resultKey, ...kept }
    }
    // With a failure to be repeated, a parked handler runs again too, and parks again.
    const error = this.#describe(failure?.error)
    return next === 'dead'
      ? { outcome: 'dead', seq: event.seq, error, ...kept }
      : { outcome: 'retry', seq: event.seq, delayMs: this.#retryDelayMs(event, failure?.error), error, ...kept }
  }

  #quarantine(event: StoredEvent): Settlement {
    const error = coreError('DISPATCH_CRASHED', {
      message: `the process died ${event.crashes} times while ${event.type} ${event.key} was running`,
    })
    this.#onFailure({ event, plugin: 'bot', handler: 'process', error, next: 'dead' })
    return {
      outcome: 'dead',
      seq: event.seq,
      error: this.#describe(error),
      finished: event.finished,
      results: event.results,
    }
  }

  #retryDelayMs(event: StoredEvent, error: unknown): number {
    const grown = Math.min(this.options.firstRetryMs * 2 ** event.attempts, this.options.maxRetryMs)
    const jittered = grown * (0.5 + Math.random() / 2)
    const asked = isLarkspurError(error) ? (error.retryAfterMs ?? 0) : 0
    return Math.round(Math.max(jittered, asked))
  }
}
