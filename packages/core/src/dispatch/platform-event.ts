import type { EventHeader } from '../inbox/envelope.ts'

/** Options of {@link PlatformEvent.wait}. */
export interface WaitOptions {
  /** Names the answer inside the handler; each wait of one handler has its own name. */
  readonly name: string
  /** What wakes the event: whoever gets the answer calls `wake` with the same key. */
  readonly wakeKey: string
  /** How long to wait, milliseconds. */
  readonly waitMs: number
}

/** Options of `wake`. */
export interface WakeOptions {
  /** Whose events are woken. Default: the app of the running code (see which-app). */
  readonly appId?: string | undefined
  /**
   * How long an answer is kept for an event that has not parked yet, milliseconds. Default 10,000: a click may be faster
   * than the commit of the wait that it answers.
   */
  readonly keepMs?: number | undefined
}

/** What a wait resolves to: the answer given to `wake`, or the news that the deadline passed. */
export type WaitAnswer<Answer> =
  | { readonly expired: false; readonly answer: Answer }
  | { readonly expired: true; readonly answer?: undefined }

/**
 * An event in the hands of a handler.
 *
 * The event is stored, so the handler runs at least once: it runs again when it throws, times out or the process
 * dies. API calls with an effect carry the same key in every run, so the platform collapses repetitions.
 */
export interface PlatformEvent<Body = unknown> {
  /** Event type, e.g. `im.message.receive_v1`. */
  readonly type: string
  /** De-duplication key: `message:<message_id>` or `event:<event_id>`. The same in every run. */
  readonly key: string
  /** `cli_…` of the app that received it. */
  readonly appId: string
  readonly tenantKey: string
  /** The platform's header, kept apart from the body. */
  readonly header: EventHeader
  /** The `event` object of the envelope, untouched. */
  readonly body: Body
  /** When it was stored, milliseconds since 1970. */
  readonly receivedAtMs: number
  /** 1 in the first run. */
  readonly attempt: number
  /** Aborts when the run ends before the handler does: time-out, shutdown or a lost lease. */
  readonly signal: AbortSignal
  /** No handler registered after this one gets the event. */
  stop(): void
  /**
   * Runs `fn` once per event and handler: a repeated run gets the stored result. The result must be JSON.
   * @throws DISPATCH_STEP_REPEATED, DISPATCH_RESULTS_TOO_LARGE
   */
  step<Result>(name: string, fn: () => Promise<Result> | Result): Promise<Result>
  /**
   * Parks the event until somebody wakes it, and frees its lane. The handler then runs again from its start: keyed
   * calls and steps give their stored results, this wait gives the answer. Code after the await never runs in the run
   * that parked, so no `catch` and no `finally` sees it.
   */
  wait<Answer>(options: WaitOptions): Promise<WaitAnswer<Answer>>
}

/** Handles an event. A promise is awaited; what it gives is ignored. */
export type EventHandler<Body = unknown> = (event: PlatformEvent<Body>) => unknown

/** How a handler is registered. */
export interface HandlerOptions<Body = unknown> {
  /**
   * Names the handler in logs and in the record of finished handlers. Default: its number among the plugin's handlers
   * of the same event type; give a name where that number may change between releases.
   */
  readonly name?: string | undefined
  /** Skips events for which it is false. Synchronous and cheap: it may run for every event. */
  readonly filter?: ((event: PlatformEvent<Body>) => boolean) | undefined
}

/** What `next()` of middleware resolves to, when everything inside has ended. */
export interface NextResult {
  /** What failed handlers threw in this run; empty when all went well. `next()` itself never rejects. */
  readonly failures: readonly unknown[]
}

/**
 * Wraps the handling of each event. Call `next()` once, or do not and the event counts as handled. It runs again with
 * every repeated run of the event. Its time limit does not count the time inside `next()`.
 */
export type Middleware = (event: PlatformEvent, next: () => Promise<NextResult>) => unknown

/** Removes a registration. Calling it twice does nothing. */
export type Remove = () => void
