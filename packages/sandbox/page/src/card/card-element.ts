import { type Json, objectOf, textOf } from '../../../src/im/card-json.ts'

/** An element of a card and where it stands in the card's JSON, as a JSON pointer such as `/body/elements/0`. */
export interface CardElement {
  tag: string
  json: Json
  path: string
}

/** The elements in a list; what is no object at all is an element without tag, so that it shows. */
export function elementsOf(value: unknown, path: string): readonly CardElement[] {
  if (!Array.isArray(value)) return []
  return value.map((entry: unknown, index) => elementOf(entry, `${path}/${index}`))
}

/** One element. */
export function elementOf(value: unknown, path: string): CardElement {
  const json = objectOf(value)
  return { tag: textOf(json.tag) ?? '', json, path }
}
