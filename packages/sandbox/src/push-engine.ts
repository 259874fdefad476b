import { CallbackLog } from './callback-log.ts'
import type { SandboxClock } from './clock.ts'
import type { CallbackResult, SandboxDelivery, SandboxSettings } from './control.ts'
import { type Delivery, deliveryAnswer, endPush } from './event-delivery.ts'
import { dataMethod, encodeFrame, type Frame, frameHeader } from './frame.ts'
import type { RunIds } from './ids.ts'
import { cardResponseCode } from './im/card-response.ts'
import type { LongConnection } from './long-connection.ts'
import { ackCode, type CallbackAnswer, frameAnswer, webhookAnswer } from './push-answer.ts'
import { PushOrder } from './push-order.ts'
import { BoundedMap } from './retention.ts'
import { webhookOf } from './subscription.ts'
import type { AppRecord, Tenant } from './tenant.ts'
import { Watch } from './watch.ts'
import type { WebhookClient, WebhookOutcome, WebhookTarget } from './webhook.ts'

type Failure = SandboxDelivery['failures'][number]
type DeliveryFilter = { appId?: string; eventId?: string; state?: SandboxDelivery['state'] }

/** Callbacks are for people to look at; one may carry a whole form. */
const maxCallbacks = 1000

interface Envelope {
  schema: string
  header: { event_id: string } & Record<string, unknown>
  event: unknown
}

interface PendingCallback {
  answered: (frame: Frame) => void
}

/** A push that any part of the sandbox wants to hear the acknowledgement of, by the frame's message_id. */
export type AckHook = (messageId: string, code: number) => boolean

/**
 * Delivers events and callbacks: by one link by chance or to the app's request URL, with a window for the acknowledgement,
 * and by the re-push ladder.
 */
export class PushEngine {
  /** Sees every acknowledgement first; answers whether it was its own. */
  ackHook: AckHook | undefined
  /** Told of each event that is pushed, acknowledged, failed or given up. */
  changed: (delivery: Delivery) => void = () => {}
  /** The latest callbacks. */
  readonly callbackLog = new CallbackLog(maxCallbacks)
  readonly #tenant: Tenant
  readonly #clock: SandboxClock
  readonly #ids: RunIds
  readonly #links: LongConnection
  readonly #webhooks: WebhookClient
  readonly #settings: SandboxSettings
  readonly #deliveries: BoundedMap<Delivery, Delivery>
  readonly #byMessageId: BoundedMap<string, Delivery>
  readonly #callbacks = new Map<string, PendingCallback>()
  readonly #pending = new Map<string, number>()
  readonly #settled = new Watch<true>()
  readonly #order = new PushOrder()

  constructor(
    tenant: Tenant,
    clock: SandboxClock,
    ids: RunIds,
    links: LongConnection,
    webhooks: WebhookClient,
    settings: SandboxSettings,
    limit: number,
  ) {
    this.#tenant = tenant
    this.#clock = clock
    this.#ids = ids
    this.#links = links
    this.#webhooks = webhooks
    this.#settings = settings
    this.#deliveries = new BoundedMap(limit, { mayForget: (delivery) => delivery.state !== 'pending' })
    this.#byMessageId = new BoundedMap(limit, { mayForget: (delivery) => delivery.state !== 'pending' })
    links.onAck = (frame) => this.#acknowledged(frame)
    links.onOpen = (appId) => {
      if (tenant.app(appId).events.type === 'websocket') this.repushNow(appId)
    }
  }

  /**
   * Pushes an event and keeps pushing it by the ladder until it is acknowledged; answers its event_id. Events that the app
   * took off its list have an id and no delivery.
   */
  push(appId: string, eventType: string, event: unknown, header: Record<string, unknown> = {}): string {
    const app = this.#tenant.app(appId)
    const createTimeMs = this.#clock.now()
    const envelope = this.#envelope(app, eventType, event, header, String(createTimeMs))
    if (app.events.without.has(eventType)) return envelope.header.event_id
    const delivery: Delivery = {
      eventId: envelope.header.event_id,
      eventType,
      appId,
      createTimeMs,
      payload: Buffer.from(JSON.stringify(envelope)),
      state: 'pending',
      acks: 0,
      lateAcks: 0,
      pushes: [],
      live: undefined,
      window: undefined,
      repush: undefined,
    }
    this.#deliveries.set(delivery, delivery)
    this.#pending.set(appId, (this.#pending.get(appId) ?? 0) + 1)
    this.#attempt(delivery)
    return delivery.eventId
  }

  /**
   * Pushes a callback once and resolves with the client's answer.
   *
   * @param shown the card that was clicked, for the check of the answer
   */
  async callback(
    appId: string,
    eventType: string,
    event: unknown,
    header: Record<string, unknown> = {},
    shown?: Record<string, unknown>,
  ): Promise<CallbackResult> {
    const startedAt = performance.now()
    const app = this.#tenant.app(appId)
    // Callbacks state their time in microseconds.
    const atMs = this.#clock.now()
    const envelope = this.#envelope(app, eventType, event, header, `${atMs}000`)
    const payload = Buffer.from(JSON.stringify(envelope))
    if (app.callbacks.without.has(eventType)) return { outcome: 'not-connected', code: 200340, elapsedMs: 0 }
    const record = this.callbackLog.start({ atMs, appId, eventId: envelope.header.event_id, eventType, payload })
    const webhook = webhookOf(app, 'callbacks')
    const answer = webhook
      ? webhookAnswer(await this.#post(webhook, payload))
      : await this.#linkCallback(appId, payload)
    const isCardAnswer = answer.outcome === 'answered' && eventType === 'card.action.trigger'
    const code = isCardAnswer ? cardResponseCode(answer.response, shown) : 0
    const elapsedMs = performance.now() - startedAt
    const result: CallbackResult = { ...answer, ...(code !== 0 && { outcome: 'failed', code }), elapsedMs }
    this.callbackLog.end(record, result)
    return result
  }

  /** All deliveries that are kept, oldest first. */
  deliveries(): MapIterator<Delivery> {
    return this.#deliveries.values()
  }

  list(filter: DeliveryFilter): SandboxDelivery[] {
    return [...this.#select(filter)].map(deliveryAnswer)
  }

  /** How many of the kept deliveries fit. */
  count(filter: DeliveryFilter): number {
    let count = 0
    for (const _ of this.#select(filter)) count += 1
    return count
  }

  /** Resolves to true when no delivery of the app, or of any, is pending, or to false after `timeoutMs`. */
  async waitUntilSettled(appId: string | undefined, timeoutMs: number): Promise<boolean> {
    const settled = () => !this.#anyPending(appId)
    return settled() || ((await this.#settled.next(settled, timeoutMs)) ?? false)
  }

  /** Starts the waiting re-pushes of one app or of all now; answers how many there were. */
  repushNow(appId?: string): number {
    const waiting = [...this.#deliveries.values()].filter(
      (delivery) => delivery.repush && (appId === undefined || delivery.appId === appId),
    )
    for (const delivery of waiting) delivery.repush?.runNow()
    return waiting.length
  }

  /** Forgets all deliveries. */
  reset(): void {
    for (const delivery of this.#deliveries.values()) {
      clearTimeout(delivery.window)
      delivery.live = undefined
      delivery.repush?.cancel()
    }
    this.#order.reset()
    this.#webhooks.close()
    this.#deliveries.clear()
    this.#byMessageId.clear()
    this.callbackLog.reset()
    this.#pending.clear()
    this.#settled.notify(true)
  }

  *#select({ appId, eventId, state }: DeliveryFilter): Generator<Delivery> {
    for (const delivery of this.#deliveries.values()) {
      if (appId !== undefined && delivery.appId !== appId) continue
      if (eventId !== undefined && delivery.eventId !== eventId) continue
      if (state === undefined || delivery.state === state) yield delivery
    }
  }

  #envelope(
    app: AppRecord,
    eventType: string,
    event: unknown,
    header: Record<string, unknown>,
    createTime: string,
  ): Envelope {
    return {
      schema: '2.0',
      header: {
        event_id: this.#ids.hex32(),
        event_type: eventType,
        create_time: createTime,
        token: app.verificationToken,
        app_id: app.appId,
        tenant_key: this.#tenant.tenantKey,
        ...header,
      },
      event,
    }
  }

  #attempt(delivery: Delivery): void {
    delivery.repush = undefined
    const messageId = this.#ids.hex32()
    delivery.pushes.push({ atMs: this.#clock.now(), outcome: 'pending' })
    delivery.live = { messageId, startedAt: performance.now() }
    this.changed(delivery)
    this.#order.run(this.#settings.reversedBatch, () => this.#sendOut(delivery, messageId))
  }

  #sendOut(delivery: Delivery, messageId: string): void {
    const webhook = webhookOf(this.#tenant.app(delivery.appId), 'events')
    const copies = Math.max(1, this.#settings.pushCopies)
    if (webhook) {
      for (let copy = 0; copy < copies; copy += 1) {
        void this.#post(webhook, delivery.payload).then((outcome) => this.#posted(delivery, messageId, outcome))
      }
      return
    }
    this.#byMessageId.set(messageId, delivery)
    let sent = false
    for (let copy = 0; copy < copies; copy += 1) sent = this.#send(delivery.appId, messageId, delivery.payload)
    if (sent) delivery.window = setTimeout(() => this.#failed(delivery, 'timeout'), this.#settings.ackWindowMs)
    else this.#failed(delivery, 'not-connected')
  }

  #posted(delivery: Delivery, messageId: string, outcome: WebhookOutcome): void {
    if (delivery.live?.messageId !== messageId) return
    if (outcome.outcome !== 'answered') this.#failed(delivery, outcome.outcome)
    else if (outcome.status === 200) {
      delivery.acks += 1
      this.#settle(delivery, 'acked')
    } else this.#failed(delivery, 'refused')
  }

  async #post(webhook: WebhookTarget, payload: Buffer): Promise<WebhookOutcome> {
    const { ackWindowMs, muteEvents } = this.#settings
    if (!muteEvents) return this.#webhooks.post(webhook, payload.toString(), ackWindowMs)
    await new Promise((resolve) => setTimeout(resolve, ackWindowMs))
    return { outcome: 'timeout' }
  }

  #linkCallback(appId: string, payload: Buffer): Promise<CallbackAnswer> {
    const messageId = this.#ids.hex32()
    return new Promise((resolve) => {
      const end = (answer: CallbackAnswer) => {
        clearTimeout(timer)
        this.#callbacks.delete(messageId)
        resolve(answer)
      }
      const timer = setTimeout(end, this.#settings.ackWindowMs, { outcome: 'timeout', code: 200341 } as const)
      this.#callbacks.set(messageId, { answered: (frame) => end(frameAnswer(frame)) })
      if (!this.#send(appId, messageId, payload)) end({ outcome: 'not-connected', code: 200340 })
    })
  }

  #send(appId: string, messageId: string, payload: Buffer): boolean {
    const link = this.#links.pick(appId)
    if (!link) return false
    if (this.#settings.muteEvents) return true
    const chunks = Math.max(1, Math.min(this.#settings.chunks, payload.length))
    const size = Math.ceil(payload.length / chunks)
    const now = this.#clock.now()
    const traceId = this.#ids.hex32()
    const { chunkOrder } = this.#settings
    for (let index = 0; index < chunks; index += 1) {
      if (chunkOrder === 'incomplete' && index === chunks - 1) break
      const seq = chunkOrder === 'reversed' ? chunks - 1 - index : index
      const headers = [
        ['type', 'event'],
        ['message_id', messageId],
        ['sum', String(chunks)],
        ['seq', String(seq)],
        ['trace_id', traceId],
        ['timestamp', String(now)],
      ] as const
      const part = payload.subarray(seq * size, (seq + 1) * size)
      const frame = { seqId: now, logId: now, service: link.serviceId, method: dataMethod, headers, payload: part }
      link.sendData(encodeFrame(frame))
    }
    return true
  }

  #failed(delivery: Delivery, why: Failure): void {
    endPush(delivery, why)
    const delayMs = this.#settings.repushMs[delivery.pushes.length - 1]
    if (delayMs === undefined) this.#settle(delivery, 'given-up')
    else {
      delivery.repush = this.#clock.schedule(delayMs, () => this.#attempt(delivery))
      this.changed(delivery)
    }
  }

  #settle(delivery: Delivery, state: 'acked' | 'given-up'): void {
    if (state === 'acked') endPush(delivery, 'acked')
    delivery.state = state
    this.changed(delivery)
    const pending = (this.#pending.get(delivery.appId) ?? 1) - 1
    this.#pending.set(delivery.appId, pending)
    if (pending === 0) this.#settled.notify(true)
  }

  #acknowledged(frame: Frame): void {
    const messageId = frameHeader(frame, 'message_id')
    if (messageId === undefined) return
    const code = ackCode(frame)
    if (this.ackHook?.(messageId, code)) return
    const callback = this.#callbacks.get(messageId)
    if (callback) callback.answered(frame)
    const delivery = this.#byMessageId.get(messageId)
    if (!delivery) return
    const live = delivery.live?.messageId === messageId
    if (code === 200) {
      delivery.acks += 1
      if (live) this.#settle(delivery, 'acked')
      else if (delivery.state === 'pending') delivery.lateAcks += 1
      this.changed(delivery)
    } else if (live) this.#failed(delivery, 'refused')
  }

  #anyPending(appId: string | undefined): boolean {
    if (appId !== undefined) return (this.#pending.get(appId) ?? 0) > 0
    for (const count of this.#pending.values()) if (count > 0) return true
    return false
  }
}
