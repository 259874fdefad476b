import type { App } from '../config/app.ts'
import { coreError } from '../errors/catalogue.ts'
import type { Envelope } from '../inbox/envelope.ts'
import type { InboxStore, Lease, NewEvent, PutResult, StoredEvent } from '../inbox/inbox-store.ts'
import { withScope } from '../observe/context.ts'
import type { KernelMetrics } from '../observe/kernel-metrics.ts'
import type { Log } from '../observe/log.ts'
import type { PlatformCallback } from './callback-contract.ts'
import type { Handlers, RegisteredCallbackHandler } from './handlers.ts'
import { asStored, within } from './intake.ts'
import { EventResults, HandlerRun } from './run.ts'

/** The types that the platform waits for (open.feishu.cn docs: callback-overview). */
const callbackTypes: ReadonlySet<string> = new Set(['card.action.trigger', 'url.preview.get'])

/** How long a click waits for its row; past it the click is answered without one. */
const storeWaitMs = 500

/** A failed callback handler, for `bot.onError`. */
export interface CallbackFailure {
  readonly event: StoredEvent
  readonly plugin: string
  readonly handler: string
  readonly error: unknown
}

/** Parts of the fast path. */
export interface CallbackParts {
  readonly store: InboxStore
  readonly handlers: Handlers
  readonly metrics: KernelMetrics
  readonly log: Log
  /** Id and lease of this instance: the row is claimed by it while the handler runs. */
  readonly owner: { readonly id: string; readonly leaseMs: number }
  /** Past it the platform gets a neutral answer. */
  readonly callbackTimeoutMs: number
  readonly handlerTimeoutMs: number
  readonly onFailure: (failure: CallbackFailure) => void
}

/**
 * The fast path. A callback's handlers start at once, outside lane order; the row beside it makes a click run once
 * although it arrives twice, and lets another process finish what a dead one began.
 */
export class Callbacks {
  readonly #parts: CallbackParts
  readonly #running = new Set<Promise<unknown>>()
  readonly #leases = new Set<Lease>()
  #extendTimer: NodeJS.Timeout | undefined

  constructor(parts: CallbackParts) {
    this.#parts = parts
  }

  /** Whether a type is a callback. */
  handles(type: string): boolean {
    return callbackTypes.has(type)
  }

  /** Answers within callbackTimeoutMs; undefined is the neutral answer. Never rejects. */
  async answer(raw: unknown, envelope: Envelope, app: App): Promise<object | undefined> {
    const { metrics, log, callbackTimeoutMs } = this.#parts
    const startedAt = performance.now()
    const count = (outcome: 'answered' | 'late' | 'failed' | 'unhandled'): void =>
      metrics.callbacksTotal.add({ app: app.appId, outcome })
    if (this.#parts.handlers.callbacks(envelope.type).length === 0) {
      count('unhandled')
      log.warn('a callback arrived that nothing handles', { appId: app.appId, type: envelope.type })
      return undefined
    }
    const event: NewEvent = {
      appId: app.appId,
      key: envelope.key,
      kind: 'callback',
      type: envelope.type,
      // Its own lane: a click never waits for the chat's messages.
      lane: envelope.key,
      tenantKey: envelope.header.tenant_key,
      body: JSON.stringify(raw),
    }
    const put = await this.#store(event)
    if (put?.outcome === 'known') return undefined
    const stored = asStored(event, put?.outcome === 'stored' ? put.seq : 0)
    const lease = put?.outcome === 'stored' ? put.lease : undefined
    const late = { value: false }
    const work = this.#run(stored, envelope, lease, late)
    this.#running.add(work)
    void work.finally(() => this.#running.delete(work))
    let timer: NodeJS.Timeout | undefined
    const answer = await Promise.race([
      work,
      new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), callbackTimeoutMs - (performance.now() - startedAt))
      }),
    ])
    clearTimeout(timer)
    if (answer === 'late') {
      late.value = true
      count('late')
      return undefined
    }
    count(answer.ok ? 'answered' : 'failed')
    return answer.value
  }

  /** Waits for running handlers, at most `timeoutMs`. Their rows go to other processes. */
  async drain(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await Promise.race([
      Promise.allSettled(this.#running),
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeoutMs)
      }),
    ])
    clearTimeout(timer)
    clearInterval(this.#extendTimer)
    if (this.#leases.size > 0) await this.#parts.store.giveBack([...this.#leases]).catch(() => {})
  }

  async #store(event: NewEvent): Promise<PutResult | undefined> {
    const { store, metrics, log, owner } = this.#parts
    try {
      return await within(storeWaitMs, store.put(event, owner), event.key)
    } catch (error) {
      metrics.callbackStoreFailuresTotal.add({})
      log.warn('a callback could not be stored; it is answered all the same', { key: event.key, error })
      return undefined
    }
  }

  /** Runs the handlers and settles the row. Never rejects. */
  async #run(
    event: StoredEvent,
    envelope: Envelope,
    lease: Lease | undefined,
    late: { readonly value: boolean },
  ): Promise<{ ok: boolean; value: object | undefined }> {
    if (lease) this.#hold(lease)
    const results = new EventResults({})
    let value: object | undefined
    let failed: unknown
    try {
      for (const handler of this.#parts.handlers.callbacks(event.type)) {
        const answered = await this.#runHandler(handler, event, envelope, results, late)
        if (answered === undefined) continue
        value = answered
        break
      }
    } catch (error) {
      failed = error
    }
    if (lease) await this.#settle(event, lease, failed)
    return { ok: failed === undefined, value }
  }

  async #runHandler(
    handler: RegisteredCallbackHandler,
    event: StoredEvent,
    envelope: Envelope,
    results: EventResults,
    late: { readonly value: boolean },
  ): Promise<object | undefined> {
    const { handlerTimeoutMs, onFailure } = this.#parts
    const identity = { appId: event.appId, eventKey: event.key, handler: handler.id }
    const run = new HandlerRun(identity, results)
    const callback: PlatformCallback = {
      type: event.type,
      key: event.key,
      appId: event.appId,
      tenantKey: event.tenantKey,
      body: envelope.body,
      attempt: 1,
      get late() {
        return late.value
      },
      get signal() {
        return run.signal
      },
    }
    let timer: NodeJS.Timeout | undefined
    try {
      const { filter, onLate } = handler.options
      if (filter && !filter(callback)) return undefined
      return await withScope({ ...identity, tenantKey: event.tenantKey, run }, async () => {
        const timedOut = new Promise<never>((_, reject) => {
          timer = setTimeout(() => {
            const message = `${handler.id} had not answered after ${handlerTimeoutMs} ms`
            reject(coreError('DISPATCH_HANDLER_TIMEOUT', { message }))
          }, handlerTimeoutMs)
        })
        const work = (async () => {
          const answer = await handler.handle(callback)
          if (answer !== undefined && late.value) await onLate?.(callback, answer)
          return answer
        })()
        return await Promise.race([work, timedOut])
      })
    } catch (error) {
      run.end(error)
      onFailure({ event, plugin: handler.plugin, handler: handler.id, error })
      throw error
    } finally {
      clearTimeout(timer)
      run.end()
    }
  }

  async #settle(event: StoredEvent, lease: Lease, failed: unknown): Promise<void> {
    const { store, log } = this.#parts
    this.#leases.delete(lease)
    try {
      // A failed click is not tried again: the person saw the failure and clicks again if they want.
      await store.settle(lease, { outcome: 'done', seq: event.seq }, 'release')
    } catch (error) {
      log.warn('a callback could not be settled', { key: event.key, failed: failed !== undefined, error })
    }
  }

  #hold(lease: Lease): void {
    this.#leases.add(lease)
    const { owner, store } = this.#parts
    this.#extendTimer ??= setInterval(() => {
      if (this.#leases.size > 0) void store.extend(owner, [...this.#leases]).catch(() => {})
    }, owner.leaseMs / 3).unref()
  }
}
