import type { App } from '../config/app.ts'
import { coreError } from '../errors/catalogue.ts'
import type { Envelope } from '../inbox/envelope.ts'
import type { InboxStore, Lease, NewEvent, PutResult as Stored, StoredEvent } from '../inbox/inbox-store.ts'
import { withScope } from '../observe/context.ts'
import type { KernelMetrics } from '../observe/kernel-metrics.ts'
import type { Log } from '../observe/log.ts'
import type { PlatformCallback } from './callback-contract.ts'
import type { Handlers, RegisteredCallbackHandler } from './handlers.ts'
import { asStored, within } from './put.ts'
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
  readonly #runs = new Set<HandlerRun>()
  #closed = false
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
    const row = this.#store(event)
    const put = await row.within
    if (put?.outcome === 'known') return undefined
    const late = { value: false }
    const work = this.#run(asStored(event, 0), envelope, late)
    const settled = Promise.all([work, row.ever]).then(([{ ok }, result]) => this.#settle(event.key, result, ok))
    if (put) this.#hold(put)
    this.#running.add(settled)
    void settled.finally(() => this.#running.delete(settled))
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
    this.#closed = true
    for (const run of this.#runs) run.end(coreError('API_RUN_ENDED', { message: 'the bot is closing' }))
    if (this.#leases.size > 0) await this.#parts.store.giveBack([...this.#leases]).catch(() => {})
  }

  /** Stores the row. `within` gives up waiting after a while; `ever` is its outcome whenever that comes. */
  #store(event: NewEvent): {
    readonly within: Promise<Stored | undefined>
    readonly ever: Promise<Stored | undefined>
  } {
    const { store, metrics, log, owner } = this.#parts
    const put = store.put(event, owner)
    const ever = put.catch(() => undefined)
    const limited = within(storeWaitMs, put, event.key).catch((error: unknown) => {
      metrics.callbackStoreFailuresTotal.add({})
      log.warn('a callback could not be stored in time; it is answered all the same', { key: event.key, error })
      return undefined
    })
    return { within: limited, ever }
  }

  /** Runs the handlers until one answers. Never rejects. */
  async #run(
    event: StoredEvent,
    envelope: Envelope,
    late: { readonly value: boolean },
  ): Promise<{ ok: boolean; value: object | undefined }> {
    const results = new EventResults({})
    try {
      for (const handler of this.#parts.handlers.callbacks(event.type)) {
        const value = await this.#runHandler(handler, event, envelope, results, late)
        if (value !== undefined) return { ok: true, value }
      }
      return { ok: true, value: undefined }
    } catch {
      // Reported where it happened. A failed click is not tried again: the person sees it and clicks again.
      return { ok: false, value: undefined }
    }
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
    this.#runs.add(run)
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
      this.#runs.delete(run)
      run.end()
    }
  }

  async #settle(key: string, put: Stored | undefined, ok: boolean): Promise<void> {
    if (put?.outcome !== 'stored' || !put.lease || this.#closed) return
    this.#leases.delete(put.lease)
    try {
      await this.#parts.store.settle(put.lease, { outcome: 'done', seq: put.seq }, 'release')
    } catch (error) {
      this.#parts.log.warn('a callback could not be settled', { key, ok, error })
    }
  }

  #hold(put: Stored): void {
    if (put.outcome !== 'stored' || !put.lease) return
    this.#leases.add(put.lease)
    const { owner, store } = this.#parts
    this.#extendTimer ??= setInterval(() => {
      if (this.#leases.size > 0) void store.extend(owner, [...this.#leases]).catch(() => {})
    }, owner.leaseMs / 3).unref()
  }
}
