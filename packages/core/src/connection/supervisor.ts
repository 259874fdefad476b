import type { App } from '../config/app.ts'
import { coreError } from '../errors/catalogue.ts'
import type { LarkspurError } from '../errors/larkspur-error.ts'
import type { HealthAnswer } from '../http/health.ts'
import type { Alarm } from '../observe/alarm.ts'
import type { ConnectionState, EventBus, KernelFacts } from '../observe/event-bus.ts'
import type { Log } from '../observe/log.ts'
import { type Clock, systemClock } from './clock.ts'
import type { LinkFailure, LinkFailureReason } from './failure.ts'
import { fallbackAlarm, refusalAlarm } from './fallback.ts'
import { type Link, openLink, type ReceiveEnvelope } from './link.ts'
import type { LinkMetrics } from './link-metrics.ts'
import type { ProxyOptions } from './proxy.ts'
import { type RetryBounds, retryDelayMs } from './retry-delay.ts'

/** The group `connection` of the options. */
export interface ConnectionOptions extends RetryBounds {
  readonly handshakeTimeoutMs: number
  readonly endpointTimeoutMs: number
  readonly pongTimeoutMs: number
  readonly failuresBeforeFallback: number
  readonly fallback: 'alarm' | 'switch'
}

/** What a supervisor needs. */
export interface SupervisorOptions {
  readonly app: App
  /** Takes the envelopes; see {@link ReceiveEnvelope}. */
  readonly receive: ReceiveEnvelope
  readonly connection: ConnectionOptions
  readonly proxy: ProxyOptions
  readonly bus: EventBus<KernelFacts>
  /** Raises an alarm; called at most once per outage and alarm name, however often the attempt is repeated. */
  readonly raise: (alarm: Alarm) => void
  readonly log: Log
  readonly metrics: LinkMetrics
  /** Replaced in tests. */
  readonly clock?: Clock | undefined
  /** Random numbers from 0 to 1, for the jitter; replaced in tests. */
  readonly random?: (() => number) | undefined
}

/** Keeps one app connected: one link at a time, opened again whenever it ends, until it is closed. */
export interface Supervisor {
  readonly state: ConnectionState
  /**
   * Begins. Resolves when the first attempt has ended: with undefined when linked, else with the reason why not
   * (CONNECTION_REFUSED, CONNECTION_LIMIT, CONNECTION_FAILED). It is tried on in either case, until `close()`.
   * Calling it again gives the same promise.
   *
   * @throws BOT_CLOSED after `close()`
   */
  start(): Promise<LarkspurError | undefined>
  /** Replaces the open link by a new one: drains and closes it, then opens. Resolves when the old one is closed. */
  rotate(reason: string, drainMs: number): Promise<void>
  /** `up` when connected; `degraded` in the first 30 s without a connection, then `down`. */
  health(): HealthAnswer
  /**
   * Ends it: new events are refused at once, events that are being stored may finish for `drainMs`, then the link is
   * closed. Resolves when no socket is left.
   */
  close(options: { drainMs: number }): Promise<void>
}

const degradedMs = 30_000

/**
 * Makes the supervisor of one app.
 *
 * @throws CONNECTION_SWITCH_UNAVAILABLE when `fallback` is `switch`
 */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  if (options.connection.fallback === 'switch') {
    throw coreError('CONNECTION_SWITCH_UNAVAILABLE', {
      message: `connection.fallback is 'switch', for app ${options.app.appId}`,
    })
  }
  return new LinkSupervisor(options)
}

class LinkSupervisor implements Supervisor {
  state: ConnectionState = 'idle'
  readonly #options: SupervisorOptions
  readonly #clock: Clock
  readonly #appId: string
  readonly #stop = new AbortController()
  readonly #firstAttempt = Promise.withResolvers<LarkspurError | undefined>()
  readonly #raisedAlarms = new Set<string>()
  #running: Promise<void> | undefined
  #closing: Promise<void> | undefined
  #link: Link | undefined
  #rotating = false
  #message = 'not started'
  #downSince: number
  #opens = 0
  /** Attempts that failed since the last link. */
  #failures = 0
  /** Waits since the last stable link. */
  #retries = 0

  constructor(options: SupervisorOptions) {
    this.#options = { ...options, log: options.log.child({ appId: options.app.appId }) }
    this.#clock = options.clock ?? systemClock
    this.#appId = options.app.appId
    this.#downSince = this.#clock.monotonicMs()
    options.metrics.up.set({ app: this.#appId }, 0)
  }

  start(): Promise<LarkspurError | undefined> {
    if (this.#closing) {
      return Promise.reject(
        coreError('BOT_CLOSED', { message: `the long connection of app ${this.#appId} was started after close()` }),
      )
    }
    this.#running ??= this.#run()
    return this.#firstAttempt.promise
  }

  async rotate(reason: string, drainMs: number): Promise<void> {
    const link = this.#link
    if (!link || this.#rotating || this.#closing) return
    this.#rotating = true
    await link.drain(drainMs)
    await link.close(reason)
  }

  health(): HealthAnswer {
    if (this.state === 'open') return { status: 'up', message: this.#message }
    const downMs = this.#clock.monotonicMs() - this.#downSince
    return { status: downMs < degradedMs ? 'degraded' : 'down', message: this.#message }
  }

  close({ drainMs }: { drainMs: number }): Promise<void> {
    this.#closing ??= this.#close(drainMs)
    return this.#closing
  }

  async #close(drainMs: number): Promise<void> {
    const link = this.#link
    if (this.#running) this.#enter('draining', 'closing')
    this.#stop.abort()
    await link?.drain(drainMs)
    await link?.close()
    await this.#running
    this.#firstAttempt.resolve(undefined)
    this.#enter('closed', 'closed')
  }

  async #run(): Promise<void> {
    this.#downSince = this.#clock.monotonicMs()
    while (!this.#stop.signal.aborted) {
      if (this.state !== 'fallback' && this.state !== 'refused') this.#enter('connecting', 'connecting')
      const attempt = await this.#attempt()
      if ('error' in attempt) await this.#failed(attempt)
      else await this.#opened(attempt)
    }
  }

  async #attempt(): Promise<Link | LinkFailure> {
    const { app, receive, proxy, log, connection, metrics } = this.#options
    const { endpointTimeoutMs, handshakeTimeoutMs, pongTimeoutMs } = connection
    const timeouts = { endpointTimeoutMs, handshakeTimeoutMs, pongTimeoutMs }
    const onUnreadable = (): void => metrics.unreadable.add({})
    const edges = { proxy, log, clock: this.#clock, signal: this.#stop.signal, onUnreadable }
    try {
      return await openLink({ app, receive, ...timeouts, ...edges })
    } catch (cause) {
      // Only what keeps the SDK or the certificate file from loading gets here.
      const message = `the long connection could not be prepared: ${cause instanceof Error ? cause.message : String(cause)}`
      return { reason: 'unreachable', error: coreError('CONNECTION_FAILED', { message, cause }) }
    }
  }

  async #opened(link: Link): Promise<void> {
    if (this.#stop.signal.aborted) {
      await link.close()
      return
    }
    const { bus, log, metrics, connection } = this.#options
    const app = this.#appId
    const downMs = this.#opens === 0 ? 0 : Math.round(this.#clock.monotonicMs() - this.#downSince)
    this.#opens += 1
    this.#failures = 0
    this.#rotating = false
    this.#link = link
    this.#raisedAlarms.clear()
    metrics.up.set({ app }, 1)
    metrics.opens.add({ app })
    log.info('the long connection is open', { downMs })
    this.#enter('open', 'connected')
    bus.emit('connection:open', { appId: app, downMs })
    this.#firstAttempt.resolve(undefined)
    // A link that lives as long as the longest wait counts as stable.
    const cancelStable = this.#clock.after(connection.maxRetryMs, () => {
      this.#retries = 0
    })

    const end = await link.closed
    cancelStable()
    this.#link = undefined
    this.#downSince = this.#clock.monotonicMs()
    metrics.up.set({ app }, 0)
    bus.emit('connection:closed', { appId: app, reason: end.message })
    if (this.#stop.signal.aborted || end.reason === 'closed') return
    metrics.failures.add({ reason: end.reason })
    log.warn('the long connection ended', { reason: end.reason, message: end.message })
    await this.#wait('waiting', end.reason, end.message)
  }

  async #failed({ reason, error }: LinkFailure): Promise<void> {
    if (this.#stop.signal.aborted) return
    const { log, metrics, connection } = this.#options
    this.#failures += 1
    metrics.failures.add({ reason })
    log.warn('the long connection could not be opened', { reason, failures: this.#failures, error })
    this.#raise(refusalAlarm(this.#appId, reason, error))
    const fallback = reason !== 'refused' && this.#failures >= connection.failuresBeforeFallback
    if (fallback) this.#raise(fallbackAlarm(this.#appId, this.#failures, error))
    this.#firstAttempt.resolve(error)
    await this.#wait(reason === 'refused' ? 'refused' : fallback ? 'fallback' : 'waiting', reason, error.message)
  }

  async #wait(state: ConnectionState, reason: LinkFailureReason, why: string): Promise<void> {
    const { connection, random = Math.random } = this.#options
    const delayMs = retryDelayMs(reason, this.#retries, connection, random)
    this.#retries += 1
    this.#enter(state, `${why}; trying again within ${Math.ceil(delayMs / 1000)} s`)
    const { promise, resolve } = Promise.withResolvers<void>()
    const { signal } = this.#stop
    const cancel = this.#clock.after(delayMs, resolve)
    const stopped = (): void => resolve()
    signal.addEventListener('abort', stopped)
    if (signal.aborted) resolve()
    await promise
    signal.removeEventListener('abort', stopped)
    cancel()
  }

  #raise(alarm: Alarm | undefined): void {
    if (!alarm || this.#raisedAlarms.has(alarm.name)) return
    this.#raisedAlarms.add(alarm.name)
    this.#options.raise(alarm)
  }

  #enter(state: ConnectionState, message: string): void {
    this.#message = message
    if (this.state === state) return
    this.state = state
    this.#options.bus.emit('connection:state', { appId: this.#appId, state, message })
  }
}
