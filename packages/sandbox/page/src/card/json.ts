/** JSON that a bot sent: any field may be anything. */
export type Json = Readonly<Record<string, unknown>>

/** An element of a card and where it stands in the card's JSON, as a JSON pointer such as `/body/elements/0`. */
export interface CardElement {
  tag: string
  json: Json
  path: string
}

/** The object, or an empty one in place of anything else. */
export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}

/** The entries that are objects. */
export function objectsOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'object' && entry !== null) : []
}

/** The text, where it is one and not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The texts of a list. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []
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
