import type { Card } from '../im/card.ts'
import { type Json, objectOf, objectsOf } from '../im/card-json.ts'
import { PlatformError } from '../platform-error.ts'

/** An element of a card that may be changed in place. */
export type CardElement = Record<string, unknown>

/** Where an element stands. */
interface Place {
  element: CardElement
  /** The list that it belongs to; absent for texts that are a property of their owner. */
  siblings: CardElement[] | undefined
}

const maxCardBytes = 30 * 1024
const maxElements = 200

/**
 * A card as cardkit takes it (docs: cardkit-v1 card create).
 *
 * @throws PlatformError 300307 empty, 300303 not schema 2.0, 300302 not shared, 300301 an element_id twice, 300305 over 200
 * elements, 200860 over 30 KB, 200220 anything else that is no card
 */
export function checkCard(card: Json): void {
  if (Object.keys(card).length === 0) throw new PlatformError(300307)
  if (card.schema !== '2.0') throw new PlatformError(300303)
  if (objectOf(card.config).update_multi === false) throw new PlatformError(300302)
  const { elements } = objectOf(card.body)
  if (elements !== undefined && !isElementList(elements)) throw new PlatformError(200220, 'body.elements is no list')
  const ids = new Set<string>()
  let count = 0
  for (const { element } of placesIn(card)) {
    count += 1
    const id = element.element_id
    if (id === undefined) continue
    if (typeof id !== 'string' || !/^[a-z]\w{0,19}$/i.test(id)) {
      throw new PlatformError(
        200220,
        `element_id ${JSON.stringify(id)} is not a letter and up to 19 letters, digits or _`,
      )
    }
    if (ids.has(id)) throw new PlatformError(300301, id)
    ids.add(id)
  }
  if (count > maxElements) throw new PlatformError(300305)
  if (Buffer.byteLength(JSON.stringify(card)) > maxCardBytes) throw new PlatformError(200860)
}

/** The element of that id. */
export function findElement(card: Card, elementId: string): CardElement | undefined {
  return findPlace(card, elementId)?.element
}

/**
 * Puts elements before or after a target, or at the end of a container; without a target at the end of the card.
 *
 * @throws PlatformError 300315 when there is no such place
 */
export function insertElements(
  card: Card,
  how: 'insert_before' | 'insert_after' | 'append',
  targetId: string | undefined,
  elements: readonly CardElement[],
): void {
  if (how === 'append') {
    appendTo(targetId === undefined ? card : findElement(card, targetId), elements)
    return
  }
  const place = targetId === undefined ? undefined : findPlace(card, targetId)
  if (!place?.siblings) throw new PlatformError(300315, `no element ${targetId ?? ''}`)
  const index = place.siblings.indexOf(place.element)
  place.siblings.splice(how === 'insert_before' ? index : index + 1, 0, ...elements)
}

/**
 * Puts an element in the place of another.
 *
 * @throws PlatformError 300121 when there is none of that id
 */
export function replaceElement(card: Card, elementId: string, element: CardElement): void {
  const place = findPlace(card, elementId)
  if (!place) throw new PlatformError(300121, `no element ${elementId}`)
  for (const key of Object.keys(place.element)) delete place.element[key]
  // Who leaves the id out keeps the old one.
  Object.assign(place.element, { element_id: elementId }, element)
}

/**
 * Changes some properties of an element.
 *
 * @throws PlatformError 300313 when there is none of that id, 300312 for another tag
 */
export function patchElement(card: Card, elementId: string, change: Json): void {
  const element = findElement(card, elementId)
  if (!element) throw new PlatformError(300313, `no element ${elementId}`)
  if (change.tag !== undefined && change.tag !== element.tag) throw new PlatformError(300312)
  Object.assign(element, change)
}

/**
 * Takes an element away.
 *
 * @throws PlatformError 300314 when there is none of that id that can go
 */
export function deleteElement(card: Card, elementId: string): void {
  const place = findPlace(card, elementId)
  if (!place?.siblings) throw new PlatformError(300314, `no element ${elementId}`)
  place.siblings.splice(place.siblings.indexOf(place.element), 1)
}

function appendTo(container: Json | undefined, elements: readonly CardElement[]): void {
  const body = container?.schema === '2.0' ? objectOf(container.body) : container
  const list = body?.elements ?? body?.columns
  if (isElementList(list)) list.push(...elements)
  else throw new PlatformError(300315, 'the target is no container')
}

function findPlace(card: Card, elementId: string): Place | undefined {
  for (const place of placesIn(card)) if (place.element.element_id === elementId) return place
  return undefined
}

/** Everything with a tag below `body`, in order. */
function* placesIn(card: Json): Generator<Place> {
  yield* within(objectOf(card.body), undefined)
}

function* within(value: unknown, siblings: CardElement[] | undefined): Generator<Place> {
  if (Array.isArray(value)) {
    for (const entry of [...value]) yield* within(entry, value)
    return
  }
  const element = objectOf(value)
  if (typeof element.tag === 'string') yield { element, siblings }
  for (const [key, inner] of Object.entries(element)) {
    // What an element carries for the bot is no part of the card.
    if (key !== 'value' && key !== 'behaviors') yield* within(inner, undefined)
  }
}

function isElementList(value: unknown): value is CardElement[] {
  return Array.isArray(value) && objectsOf(value).length === value.length
}
