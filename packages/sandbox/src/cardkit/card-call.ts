import { type ApiAnswer, type ApiCall, callingApp, type Platform } from '../api-call.ts'
import type { Card } from '../im/card.ts'
import { objectOf, objectsOf } from '../im/card-json.ts'
import { PlatformError } from '../platform-error.ts'
import type { CardEntity } from './card-entities.ts'
import type { CardElement } from './card-tree.ts'

/** The entity that the path names. */
export function calledEntity(platform: Platform, call: ApiCall): CardEntity {
  return platform.cardEntities.usable(call.params.card_id ?? '', callingApp(call).appId)
}

/** Runs one operation on the entity that the path names. */
export function operate(platform: Platform, call: ApiCall, change: (card: Card) => Card): ApiAnswer {
  const entity = calledEntity(platform, call)
  platform.cardEntities.change(entity, Number(call.body.sequence), change)
  return { fields: entityFields(entity) }
}

/** What the ledger tells of an entity. */
export function entityFields({ cardId, messageId }: CardEntity): Record<string, string> {
  return { card_id: cardId, ...(messageId !== undefined && { message_id: messageId }) }
}

/**
 * An object that travels as JSON text, as most of cardkit does.
 *
 * @throws PlatformError 300307 empty, 200220 no object
 */
export function objectText(text: unknown): Card {
  const value = parsed(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new PlatformError(200220)
  return value as Card
}

/** Elements that travel as the JSON text of a list. */
export function elementsText(text: unknown): CardElement[] {
  const value = parsed(text)
  const elements = objectsOf(value)
  if (!Array.isArray(value) || elements.length !== value.length) throw new PlatformError(200220, 'elements is no list')
  return elements.map(tagged)
}

/** An element needs its tag. */
export function tagged(element: unknown): CardElement {
  const value = objectOf(element)
  if (typeof value.tag !== 'string') throw new PlatformError(200220, 'an element has no tag')
  return { ...value }
}

// Inside `actions` of batch_update the same values may be objects already.
function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return text
  if (text.trim() === '') throw new PlatformError(300307)
  try {
    return JSON.parse(text)
  } catch {
    throw new PlatformError(200220, 'not in json format')
  }
}
