import { type Json, objectOf, objectsOf, textOf, textsOf } from '../../../src/im/card-json.ts'
import { type CardElement, elementsOf } from './card-element.ts'

/** Languages as cards name them; the page knows two. */
export type Locale = 'zh' | 'en'

/** A card of either schema, as far as both are alike. */
export interface ReadCard {
  version: '1.0' | '2.0'
  header: Json | undefined
  body: Json
  elements: readonly CardElement[]
  /** What the whole card opens when somebody clicks it. */
  link: string | undefined
  config: Json
}

const localeKeys = { zh: 'zh_cn', en: 'en_us' } as const

/**
 * Reads a card for one language (docs: card-json-structure, card-json-v2-structure).
 *
 * @returns the name of a template in place of a card that is one, or what is wrong with it
 */
export function readCard(card: Json, locale: Locale): ReadCard | { template: string } | { problem: string } {
  if (card.type === 'template') return { template: textOf(objectOf(card.data).template_id) ?? '?' }
  const version = card.schema === '2.0' ? '2.0' : '1.0'
  if (card.schema !== undefined && card.schema !== '2.0' && card.schema !== '1.0') {
    return { problem: `schema is ${JSON.stringify(card.schema)}, which is neither "1.0" nor "2.0"` }
  }
  const config = objectOf(card.config)
  const key = localeKey(locale, config)
  const body = version === '2.0' ? objectOf(card.body) : {}
  const link = linkOf(objectOf(card.card_link))
  if (version === '2.0') {
    if (!Array.isArray(body.elements)) return { problem: 'body.elements is missing or is no list' }
    const header = card.header === undefined ? undefined : objectOf(card.header)
    return { version, header, body, elements: elementsOf(body.elements, '/body/elements'), link, config }
  }
  const [list, path] = elementList(card, key)
  if (list !== undefined && !Array.isArray(list)) return { problem: `${path.slice(1)} is no list` }
  const header = objectOf(card.i18n_header)[key] ?? card.header
  const elements = elementsOf(list, path)
  return { version, header: header === undefined ? undefined : objectOf(header), body, elements, link, config }
}

/** The text of a text object in one language (`i18n_content` in 2.0, `i18n` in 1.0). */
export function contentOf(text: Json, locale: Locale): string {
  const translated = objectOf(text.i18n_content ?? text.i18n)[localeKeys[locale]]
  return textOf(translated) ?? (typeof text.content === 'string' ? text.content : '')
}

/** Where a link object leads on a computer. */
export function linkOf(link: Json): string | undefined {
  return textOf(link.pc_url) ?? textOf(link.url) ?? textOf(link.default_url)
}

/** What clicking an element opens: its `open_url` behaviour, `url` or `multi_url`. */
export function openedBy(element: Json): string | undefined {
  const behavior = objectsOf(element.behaviors).find(({ type }) => type === 'open_url')
  return behavior ? linkOf(behavior) : (linkOf(objectOf(element.multi_url)) ?? textOf(element.url))
}

function localeKey(locale: Locale, config: Json): string {
  const wanted = localeKeys[locale]
  const allowed = textsOf(config.locales)
  return allowed.length === 0 || allowed.includes(wanted) ? wanted : (allowed[0] ?? wanted)
}

function elementList(card: Json, key: string): [list: unknown, path: string] {
  const translations = objectOf(card.i18n_elements)
  const chosen = key in translations ? key : Object.keys(translations)[0]
  if (card.elements === undefined && chosen !== undefined) return [translations[chosen], `/i18n_elements/${chosen}`]
  return key in translations ? [translations[key], `/i18n_elements/${key}`] : [card.elements, '/elements']
}
