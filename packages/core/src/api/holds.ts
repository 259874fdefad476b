import { setTimeout as sleep } from 'node:timers/promises'
import { coreError } from '../errors/catalogue.ts'
import type { LarkspurError } from '../errors/larkspur-error.ts'
import type { KernelMetrics } from '../observe/kernel-metrics.ts'
import { markUnsent } from './transport.ts'

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

  /** Whether any API is to be left alone; asked before each call. */
  get any(): boolean {
    return this.#until.size > 0
  }

  /** Remembers how long the platform said to wait. */
  note(api: string, error: LarkspurError): void {
    if (error.category !== 'rate_limit' || error.retryAfterMs === undefined) return
    const until = performance.now() + error.retryAfterMs
    this.#until.set(api, Math.max(until, this.#until.get(api) ?? 0))
  }

  /** Resolves when the API may be called; at once when nothing is known against it. */
  async wait(api: string, signal: AbortSignal | undefined): Promise<void> {
    const startedAt = performance.now()
    let waited = false
    try {
      // Asked again after each wait: the platform may have prolonged it meanwhile.
      for (;;) {
        const waitMs = (this.#until.get(api) ?? 0) - performance.now()
        if (waitMs <= 0) break
        if (!waited) this.#metrics.rateLimitWaitsTotal.add({ app: this.#appId })
        waited = true
        await sleep(Math.ceil(waitMs), undefined, signal ? { signal } : {})
      }
      this.#until.delete(api)
    } catch (cause) {
      const message = `${api} was cancelled while it waited for a rate limit`
      throw markUnsent(coreError('API_CANCELLED', { message, cause }))
    } finally {
      if (waited) this.#metrics.rateLimitWaitSeconds.observe({}, (performance.now() - startedAt) / 1000)
    }
  }
}
