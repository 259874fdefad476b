import { coreError } from '../errors/catalogue.ts'
import type { LarkspurError } from '../errors/larkspur-error.ts'
import type { KernelMetrics } from '../observe/kernel-metrics.ts'
import { Line, type WaitReason } from './line.ts'
import type { PreparedCall } from './prepared-call.ts'
import { markUnsent } from './transport.ts'
import { WaitingCall } from './waiting-call.ts'

/** What the platform allows one app; 0 is no limit. */
export interface RateLimitOptions {
  /** Calls a second, for each API. */
  readonly callsPerSecond: number
  /** The same for single APIs, by method and path. */
  readonly callsPerSecondByApi?: Readonly<Record<string, number>> | undefined
  /** Messages a second to one chat or user, and changes a second of one message. */
  readonly messagesPerSecond: number
}

/** Which part of the platform's limits is this process's: there are `instances` of them, and this is number `index`, from 0. */
export interface InstanceShare {
  readonly instances: number
  readonly index: number
}

/** When a call is given up. */
export interface CallEnds {
  readonly signals: readonly AbortSignal[]
  /** By the clock of `performance.now()`. */
  readonly deadlineAt: number
  readonly deadlineMs: number
}

/**
 * Keeps the calls of one app to what the platform allows (open.feishu.cn docs: frequency control counts per API, app and
 * tenant; im-v1 allows 5 messages a second to one user or group). A call waits for its receiver, then for its API, and
 * counts for both when it leaves. Lines do not wait for each other.
 */
export class RateLimits {
  readonly #appId: string
  readonly #metrics: KernelMetrics
  readonly #waiting = new Set<WaitingCall>()
  readonly #apis: Lines
  readonly #receivers: Lines
  #closed = false

  constructor(appId: string, options: RateLimitOptions, share: () => InstanceShare, metrics: KernelMetrics) {
    this.#appId = appId
    this.#metrics = metrics
    const { callsPerSecond, callsPerSecondByApi = {}, messagesPerSecond } = options
    const byApi = new Map(Object.entries(callsPerSecondByApi).map(([api, perSecond]) => [apiKey(api), perSecond]))
    const line = (perSecond: number, reason: WaitReason) =>
      new Line(() => shareOf(perSecond, share()), reason, this.#onWaited)
    this.#apis = new Lines((api) => line(byApi.get(api) ?? callsPerSecond, 'bucket'))
    this.#receivers = new Lines(() => line(messagesPerSecond, 'receiver'))
  }

  /** Chats, users and messages that are remembered. */
  get receivers(): number {
    return this.#receivers.size
  }

  /** Lets a call pass at once and answers nothing, or makes it wait. The promise rejects when the call is given up. */
  pass(prepared: PreparedCall, ends: () => CallEnds): Promise<void> | undefined {
    const api = this.#apis.of(apiKey(prepared.api))
    const { receiver } = prepared
    const chat = receiver === undefined ? undefined : this.#receivers.of(receiver)
    if (!this.#closed && api.open && chat?.open !== false) {
      api.take()
      chat?.take()
      return undefined
    }
    return this.#wait(prepared.api, 'for a rate limit', ends(), (call) =>
      chat ? chat.pass(call, api) : api.pass(call),
    )
  }

  /** The delay between two attempts of a call. */
  pause(api: string, ms: number, ends: CallEnds): Promise<void> {
    return this.#wait(api, 'to be repeated', ends, (call) => call.pause(ms))
  }

  /** Keeps what the platform said about when to come again. */
  note(api: string, error: LarkspurError): void {
    if (error.category === 'rate_limit' && error.retryAfterMs !== undefined)
      this.#apis.of(apiKey(api)).close(error.retryAfterMs)
  }

  /** Ends every wait; nobody passes any more. */
  close(): void {
    this.#closed = true
    for (const call of this.#waiting) call.close()
  }

  async #wait(
    api: string,
    what: string,
    { signals, deadlineAt, deadlineMs }: CallEnds,
    wait: (call: WaitingCall) => Promise<void>,
  ): Promise<void> {
    const platform = { api }
    const startedAt = performance.now()
    const error = (end: 'cancelled' | 'deadline' | 'closed'): LarkspurError => {
      if (end === 'deadline')
        return coreError('API_TIMEOUT', {
          message: `${api} waited ${what} for ${Math.round(performance.now() - startedAt)} ms, until the deadline of ${deadlineMs} ms for the whole call; it was not sent`,
          hint: 'Spread calls out, or raise deadlineMs (option api.deadlineMs, or retry of the call).',
          platform,
        })
      const by = end === 'closed' ? 'by the end of the bot' : 'through its signal or by the end of its run'
      return coreError('API_CANCELLED', { message: `${api} was cancelled ${by} while it waited ${what}`, platform })
    }
    const ends = { signals, deadlineAt, error: (end: Parameters<typeof error>[0]) => markUnsent(error(end)) }
    const call = new WaitingCall(ends, this.#waiting)
    if (this.#closed) call.close()
    await call.during(() => wait(call))
  }

  readonly #onWaited = (reason: WaitReason, seconds: number): void => {
    this.#metrics.rateLimitWaitsTotal.add({ app: this.#appId, reason })
    this.#metrics.rateLimitWaitSeconds.observe({ reason }, seconds)
  }
}

/** Lines by name. Idle ones are forgotten whenever their number has doubled, so that chats without end take no memory. */
class Lines {
  readonly #make: (name: string) => Line
  readonly #lines = new Map<string, Line>()
  #sweepAt = 1000

  constructor(make: (name: string) => Line) {
    this.#make = make
  }

  get size(): number {
    return this.#lines.size
  }

  of(name: string): Line {
    const known = this.#lines.get(name)
    if (known) return known
    if (this.#lines.size >= this.#sweepAt) this.#sweep()
    const line = this.#make(name)
    this.#lines.set(name, line)
    return line
  }

  #sweep(): void {
    for (const [name, line] of this.#lines) if (line.idle) this.#lines.delete(name)
    this.#sweepAt = Math.max(1000, this.#lines.size * 2)
  }
}

/** Whether a path was given with `:message_id` or with the id itself, it is the same API. */
function apiKey(api: string): string {
  return api.includes('/:') ? api.replaceAll(/\/:\w+/g, '/:') : api
}

/**
 * Whole numbers, so that all shares together are the limit: of 5 for three instances 2, 2 and 1. With more instances than
 * the limit each has a fraction; a second may then see one too many.
 */
export function shareOf(perSecond: number, { instances, index }: InstanceShare): number {
  if (instances > perSecond) return perSecond / instances
  const whole = Math.floor(perSecond / instances)
  const rest = perSecond - whole * instances
  return whole + Math.min(1, Math.max(0, rest - index))
}
