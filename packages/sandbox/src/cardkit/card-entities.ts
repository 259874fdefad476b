import type { SandboxClock, ScheduledTask } from '../clock.ts'
import type { RunIds } from '../ids.ts'
import { type Card, readCard, setCard } from '../im/card.ts'
import { objectOf } from '../im/card-json.ts'
import { cardTexts } from '../im/message-content.ts'
import type { MessageStore } from '../im/message-store.ts'
import { PlatformError } from '../platform-error.ts'
import { BoundedMap } from '../retention.ts'
import type { SavedStore } from '../saved-state/saved-store.ts'
import { checkCard } from './card-tree.ts'

const lifeMs = 14 * 24 * 3_600_000
/** Streaming mode ends by itself after this (node SDK; the documents name the error alone). */
const streamingMs = 10 * 60_000
const maxEntities = 10_000

/** A card that lives by itself: it is sent once and changed by its id from then on. */
export interface CardEntity {
  /** 19 digits. */
  cardId: string
  appId: string
  card: Card
  createTimeMs: number
  /** Of the last operation. */
  sequence: number
  /** The message that it was sent as. */
  messageId: string | undefined
  /** `timed-out`: it was on and ended by itself. */
  streaming: 'on' | 'off' | 'timed-out'
  streamingEnd: ScheduledTask | undefined
}

/** Card entities (docs: cardkit-v1 overview). */
export class CardEntities implements SavedStore {
  readonly #clock: SandboxClock
  readonly #ids: RunIds
  readonly #messages: MessageStore
  readonly #entities = new BoundedMap<string, CardEntity>(maxEntities, {
    forgotten: (entity) => entity.streamingEnd?.cancel(),
  })
  readonly #byMessage = new Map<string, CardEntity>()
  /** How many clicks on a message wait for the bot's answer. */
  readonly #clicks = new Map<string, number>()

  constructor(clock: SandboxClock, ids: RunIds, messages: MessageStore) {
    this.#clock = clock
    this.#ids = ids
    this.#messages = messages
  }

  /** A new entity; with `messageId` of a card that was sent already. */
  create(appId: string, card: Card, messageId?: string): CardEntity {
    checkCard(card)
    const entity: CardEntity = {
      cardId: this.#ids.device(),
      appId,
      card,
      createTimeMs: this.#clock.now(),
      sequence: 0,
      messageId,
      streaming: 'off',
      streamingEnd: undefined,
    }
    this.#entities.set(entity.cardId, entity)
    if (messageId !== undefined) this.#byMessage.set(messageId, entity)
    this.#followStreaming(entity)
    return entity
  }

  /** The entity behind a message. */
  ofMessage(messageId: string): CardEntity | undefined {
    return this.#byMessage.get(messageId)
  }

  /**
   * An entity that the app may use.
   *
   * @throws PlatformError 200740 unknown, 200750 older than 14 days, 300311 another app's
   */
  usable(cardId: string, appId: string): CardEntity {
    const entity = this.#entities.get(cardId)
    if (!entity) throw new PlatformError(200740)
    if (entity.appId !== appId) throw new PlatformError(300311)
    if (this.#clock.now() - entity.createTimeMs > lifeMs) throw new PlatformError(200750)
    return entity
  }

  /** The entity went out as this message. */
  sent(entity: CardEntity, messageId: string): void {
    entity.messageId = messageId
    this.#byMessage.set(messageId, entity)
  }

  /**
   * Changes an entity, and the message that people see; a refused change changes nothing.
   *
   * @throws PlatformError 300317 when the sequence does not grow, 200810 while somebody clicks, and as `checkCard`
   */
  change(entity: CardEntity, sequence: number, change: (card: Card) => Card): void {
    if (sequence <= entity.sequence) throw new PlatformError(300317)
    if (entity.messageId !== undefined && this.#clicks.has(entity.messageId)) throw new PlatformError(200810)
    const card = change(structuredClone(this.#current(entity)))
    checkCard(card)
    entity.sequence = sequence
    this.#show(entity, card)
    this.#followStreaming(entity)
  }

  /** Marks a message as clicked until the bot answered. */
  async whileClicked<T>(messageId: string, click: () => Promise<T>): Promise<T> {
    this.#clicks.set(messageId, (this.#clicks.get(messageId) ?? 0) + 1)
    try {
      return await click()
    } finally {
      const rest = (this.#clicks.get(messageId) ?? 1) - 1
      if (rest > 0) this.#clicks.set(messageId, rest)
      else this.#clicks.delete(messageId)
    }
  }

  *saved(): Iterable<readonly [string, CardEntity]> {
    for (const entity of this.#entities.values()) yield [entity.cardId, { ...entity, streamingEnd: undefined }]
  }

  /** What was streaming has its ten minutes once more. */
  restore(values: ReadonlyMap<string, unknown>): void {
    for (const value of values.values()) {
      const saved = value as CardEntity
      const entity: CardEntity = { ...saved, streaming: saved.streaming === 'on' ? 'off' : saved.streaming }
      this.#entities.set(entity.cardId, entity)
      if (entity.messageId !== undefined) this.#byMessage.set(entity.messageId, entity)
      this.#followStreaming(entity)
    }
  }

  reset(): void {
    for (const { streamingEnd } of this.#entities.values()) streamingEnd?.cancel()
    this.#entities.clear()
    this.#byMessage.clear()
  }

  /** A click or an API of messages may have put another card in place. */
  #current(entity: CardEntity): Card {
    const message = entity.messageId === undefined ? undefined : this.#messages.find(entity.messageId)
    return message ? readCard(message.sentContent) : entity.card
  }

  #show(entity: CardEntity, card: Card): void {
    entity.card = card
    const message = entity.messageId === undefined ? undefined : this.#messages.find(entity.messageId)
    if (!message || message.deleted) return
    setCard(message, cardTexts(card), this.#clock.now())
    this.#messages.changed(message)
  }

  #followStreaming(entity: CardEntity): void {
    const on = objectOf(entity.card.config).streaming_mode === true
    if (on === (entity.streaming === 'on')) return
    entity.streamingEnd?.cancel()
    entity.streaming = on ? 'on' : 'off'
    entity.streamingEnd = on ? this.#clock.schedule(streamingMs, () => this.#timeOut(entity)) : undefined
  }

  #timeOut(entity: CardEntity): void {
    const card = this.#current(entity)
    entity.streaming = 'timed-out'
    this.#show(entity, { ...card, config: { ...objectOf(card.config), streaming_mode: false } })
  }
}
