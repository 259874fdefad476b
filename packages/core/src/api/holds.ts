import { setTimeout as sleep } from 'node:timers/promises'
import { coreError } from '../errors/catalogue.ts'
import type { LarkspurError } from '../errors/larkspur-error.ts'
import type { KernelMetrics } from '../observe/kernel-metrics.ts'

/**
 * APIs of one app that the platform asked to leave alone for a while. Calls of such an API wait; calls of other APIs
 * and other apps do not (open.feishu.cn docs: frequency control counts per API, app and tenant).
 */
export class Holds {
  readonly #until = new Map<string, number>()
  readonly #appId: string
  readonly #metrics: KernelMetrics

  constructor(appId: string, metrics: KernelMetrics) {
    this.#appId = appId
    this.#metrics = metrics
  }

  /** Remembers how long the platform said to wait. */
  note(api: string, error: LarkspurError): void {
    if (error.category !== 'rate_limit' || error.retryAfterMs === undefined) return
    const until = performance.now() + error.retryAfterMs
    this.#until.set(api, Math.max(until, this.#until.get(api) ?? 0))
  }

  /** Resolves when the API may be called; at once when nothing is known against it. */
  async wait(api: string, signal: AbortSignal | undefined): Promise<void> {
    const until = this.#until.get(api)
    if (until === undefined) return
    const waitMs = until - performance.now()
    if (waitMs <= 0) {
      this.#until.delete(api)
      return
    }
    this.#metrics.rateLimitWaitsTotal.add({ app: this.#appId })
    this.#metrics.rateLimitWaitSeconds.observe({}, waitMs / 1000)
    try {
      await sleep(waitMs, undefined, signal ? { signal } : {})
    } catch (cause) {
      throw coreError('API_CANCELLED', { message: `${api} was cancelled while it waited for a rate limit`, cause })
    }
  }
}
