import type { App } from '../config/app.ts'
import { type Envelope, readEnvelope } from '../inbox/envelope.ts'
import type { InboxStore, NewEvent, PutResult } from '../inbox/inbox-store.ts'
import type { EventBus, KernelFacts } from '../observe/event-bus.ts'
import type { KernelMetrics } from '../observe/kernel-metrics.ts'
import type { Log } from '../observe/log.ts'
import type { Callbacks } from './callback.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { Handlers } from './handlers.ts'
import { asStored, within } from './put.ts'

/** Parts that the {@link Intake} joins. */
export interface IntakeParts {
  readonly store: InboxStore
  readonly dispatcher: Dispatcher
  readonly handlers: Handlers
  readonly callbacks: Callbacks
  readonly metrics: KernelMetrics
  readonly bus: EventBus<KernelFacts>
  readonly log: Log
  /** Past it an event is not acknowledged, and the platform pushes it again. */
  readonly storeTimeoutMs: number
}

/**
 * Takes what arrives, from a link or a webhook. Resolving acknowledges: every event that has a handler is stored by
 * then. Rejecting makes the platform push it again.
 */
export class Intake {
  readonly #parts: IntakeParts

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  /** The answer to a callback, or undefined. */
  async receive(raw: unknown, app: App): Promise<object | undefined> {
    const { handlers, callbacks, metrics } = this.#parts
    const envelope = this.#read(raw, app)
    if (!envelope) return undefined
    metrics.eventTypesTotal.add({ type: envelope.type })
    if (callbacks.handles(envelope.type)) return callbacks.answer(raw, envelope, app)
    if (handlers.events(envelope.type).length === 0) {
      metrics.eventsTotal.add({ app: app.appId, outcome: 'ignored' })
      return undefined
    }
    await this.#store(raw, envelope, app)
    return undefined
  }

  #read(raw: unknown, app: App): Envelope | undefined {
    const { metrics, log } = this.#parts
    let envelope: Envelope | undefined
    try {
      envelope = readEnvelope(raw)
    } catch (error) {
      // Acknowledged: pushing it again would not make it readable.
      log.warn('an event could not be read and was dropped', { appId: app.appId, error })
    }
    if (envelope && envelope.header.app_id !== app.appId) {
      log.warn('an event of another app arrived and was dropped', { appId: app.appId, from: envelope.header.app_id })
      envelope = undefined
    }
    if (!envelope) metrics.eventsTotal.add({ app: app.appId, outcome: 'refused' })
    return envelope
  }

  async #store(raw: unknown, envelope: Envelope, app: App): Promise<void> {
    const { store, dispatcher, metrics, bus, storeTimeoutMs } = this.#parts
    const { type, key, lane, header } = envelope
    const { appId } = app
    const event: NewEvent = {
      appId,
      key,
      kind: 'event',
      type,
      lane,
      tenantKey: header.tenant_key,
      body: JSON.stringify(raw),
    }
    const put = store.put(event, dispatcher.taker())
    const run = (result: PutResult): void => {
      if (result.outcome === 'stored' && result.lease)
        dispatcher.offer(result.lease, result.taken === true, asStored(event, result.seq), envelope)
    }
    let result: PutResult
    try {
      result = await within(storeTimeoutMs, put, key)
    } catch (error) {
      // Not acknowledged, so it is pushed again and found known; a put that succeeds late is run all the same.
      put.then(run, () => {})
      throw error
    }
    const duplicate = result.outcome === 'known'
    metrics.eventsTotal.add({ app: appId, outcome: duplicate ? 'duplicate' : 'stored' })
    bus.emit('event:received', { appId, key, type, duplicate })
    run(result)
  }
}
