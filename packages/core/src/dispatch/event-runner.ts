import { coreError } from '../errors/catalogue.ts'
import { isLarkspurError } from '../errors/larkspur-error.ts'
import { type Envelope, readEnvelope } from '../inbox/envelope.ts'
import type { Settlement, StoredEvent } from '../inbox/inbox-store.ts'
import { withScope } from '../observe/context.ts'
import { traces } from '../observe/tracing.ts'
import { composeMiddleware } from './compose-middleware.ts'
import { EventProgress } from './event-progress.ts'
import { HandlerEvent } from './handler-event.ts'
import type { Handlers, RegisteredEventHandler } from './handlers.ts'
import { type EventResults, HandlerRun, type Parked } from './run.ts'
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

/** Ends a run from outside: lost lease, shutdown. */
export interface RunHandle {
  abandon?: ((reason: string) => void) | undefined
}

/** How one handler's run ended. */
export type HandlerOutcome =
  | { readonly ended: 'finished' }
  | { readonly ended: 'failed'; readonly error: unknown }
  | { readonly ended: 'parked'; readonly parked: Parked }
  | { readonly ended: 'abandoned' }

const finished: HandlerOutcome = { ended: 'finished' }
const abandoned: HandlerOutcome = { ended: 'abandoned' }

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
  async run(event: StoredEvent, envelope: Envelope | undefined, handle: RunHandle): Promise<Settlement | undefined> {
    if (event.crashes >= this.options.maxCrashes) return this.#quarantine(event)
    const trace = { appId: event.appId, key: event.key, type: event.type, attempt: event.attempts + 1 }
    const work = (): Promise<Settlement | undefined> => this.#runKind(event, envelope, handle)
    return traces.event.hasSubscribers ? traces.event.tracePromise(work, trace) : work()
  }

  #runKind(event: StoredEvent, envelope: Envelope | undefined, handle: RunHandle): Promise<Settlement | undefined> {
    switch (event.kind) {
      case 'event':
        return this.#runEvent(event, envelope ?? readEnvelope(JSON.parse(event.body)), handle)
      case 'callback':
        return runLateCallback(this, event, envelope ?? readEnvelope(JSON.parse(event.body)), handle)
      case 'task':
        return runTask(this, event, handle)
      case 'tick':
        return runJob(this, event, handle)
    }
  }

  async #runEvent(event: StoredEvent, envelope: Envelope, handle: RunHandle): Promise<Settlement | undefined> {
    const progress = new EventProgress(event)
    const runAll = (): Promise<void> => this.#runHandlers(event, envelope, progress, handle)
    const { middleware } = this.handlers
    if (middleware.length === 0) await runAll()
    else {
      const chain = composeMiddleware(middleware, runAll)
      const outcome = await this.runOne({ id: 'middleware', plugin: 'bot' }, event, progress.results, handle, {
        park: undefined,
        start: (run) => chain(new HandlerEvent(event, envelope, run, progress)),
      })
      if (outcome.ended === 'abandoned') progress.abandoned = true
      if (outcome.ended === 'failed') progress.fail('bot', 'middleware', outcome.error)
    }
    return this.settlement(event, progress)
  }

  async #runHandlers(
    event: StoredEvent,
    envelope: Envelope,
    progress: EventProgress,
    handle: RunHandle,
  ): Promise<void> {
    const handlers = this.handlers.events(event.type)
    for (let index = 0; index < handlers.length && !progress.abandoned; index++) {
      const handler = handlers[index] as RegisteredEventHandler
      if (progress.finished.has(handler.id)) continue
      const outcome = await this.runOne(handler, event, progress.results, handle, {
        park: (parked) => {
          progress.parked ??= parked
        },
        start: (run) => {
          const given = new HandlerEvent(event, envelope, run, progress)
          const { filter } = handler.options
          if (filter && !filter(given)) return
          return handler.handle(given)
        },
      })
      if (outcome.ended === 'finished') progress.finished.add(handler.id)
      else if (outcome.ended === 'failed') progress.fail(handler.plugin, handler.id, outcome.error)
      else if (outcome.ended === 'abandoned') progress.abandoned = true
      // Recorded as finished, so that a retry of an earlier handler does not reach them either.
      if (progress.stopped) {
        for (const later of handlers.slice(index + 1)) progress.finished.add(later.id)
        return
      }
    }
  }

  /** Runs one function as one run: scope, time limit, park and abandon. Never rejects. */
  async runOne(
    handler: { readonly id: string; readonly plugin: string },
    event: StoredEvent,
    results: EventResults,
    handle: RunHandle,
    work: {
      readonly park: ((parked: Parked) => void) | undefined
      start(run: HandlerRun): unknown
    },
  ): Promise<HandlerOutcome> {
    const parking = Promise.withResolvers<HandlerOutcome>()
    const { park } = work
    const onPark = park
      ? (parked: Parked): void => {
          park(parked)
          parking.resolve({ ended: 'parked', parked })
        }
      : undefined
    const identity = { appId: event.appId, eventKey: event.key, handler: handler.id }
    const run = new HandlerRun(identity, results, onPark)
    const scope = { ...identity, tenantKey: event.tenantKey, run }
    let returned: unknown
    let timer: NodeJS.Timeout | undefined
    try {
      const start = (): unknown => withScope(scope, () => work.start(run))
      returned = traces.handler.hasSubscribers
        ? traces.handler.tracePromise(async () => await start(), {
            appId: event.appId,
            key: event.key,
            type: event.type,
            attempt: event.attempts + 1,
            handler: handler.id,
          })
        : start()
      if (!isThenable(returned)) {
        run.end()
        return finished
      }
      const promise = returned
      const outcome = await new Promise<HandlerOutcome>((resolve) => {
        if (park) void parking.promise.then(resolve)
        handle.abandon = () => resolve(abandoned)
        timer = setTimeout(
          () => resolve({ ended: 'failed', error: this.#timedOut(handler.id) }),
          this.options.handlerTimeoutMs,
        )
        promise.then(
          () => resolve(finished),
          (error: unknown) => resolve({ ended: 'failed', error }),
        )
      })
      run.end(outcome.ended === 'finished' ? undefined : reasonOf(outcome))
      return outcome
    } catch (error) {
      run.end()
      return { ended: 'failed', error }
    } finally {
      clearTimeout(timer)
      handle.abandon = undefined
    }
  }

  /** What the progress of an event comes to. */
  settlement(event: StoredEvent, progress: EventProgress): Settlement | undefined {
    if (progress.abandoned) return undefined
    const failure = progress.failures[0]
    if (!failure && !progress.parked) return { outcome: 'done', seq: event.seq }
    const kept = { finished: [...progress.finished], results: progress.results.toRecord() }
    // A failed handler goes first: its retry runs the parked one again too, which then parks again.
    if (failure) {
      const next = event.attempts + 1 >= this.options.maxAttempts ? 'dead' : 'retry'
      for (const { plugin, handler, error } of progress.failures)
        this.#onFailure({ event, plugin, handler, error, next })
      const error = this.#describe(failure.error)
      return next === 'dead'
        ? { outcome: 'dead', seq: event.seq, error, ...kept }
        : { outcome: 'retry', seq: event.seq, delayMs: this.#retryDelayMs(event, failure.error), error, ...kept }
    }
    const { wakeKey, waitMs, resultKey } = progress.parked as Parked
    return { outcome: 'waiting', seq: event.seq, wakeKey, waitMs, resultKey, ...kept }
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

  #timedOut(handler: string): Error {
    return coreError('DISPATCH_HANDLER_TIMEOUT', {
      message: `${handler} had not ended after ${this.options.handlerTimeoutMs} ms`,
    })
  }
}

function isThenable(value: unknown): value is Promise<void> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}

function reasonOf(outcome: HandlerOutcome): unknown {
  return outcome.ended === 'failed'
    ? outcome.error
    : coreError('API_RUN_ENDED', { message: `the run was ${outcome.ended}` })
}
