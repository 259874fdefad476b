import type { ClickOptions } from '../control.ts'
import type { Card } from './card.ts'

type Element = Record<string, unknown>

const interactiveTags = [
  'button',
  'input',
  'select_static',
  'select_person',
  'multi_select_static',
  'multi_select_person',
  'select_img',
  'overflow',
  'date_picker',
  'picker_time',
  'picker_datetime',
  'checker',
  'interactive_container',
]
const timezoneTags = ['date_picker', 'picker_time', 'picker_datetime']

/** An element that somebody uses, and the form around it. */
export interface ClickedElement {
  element: Element
  form: Element | undefined
}

/**
 * The interactive element that a person means: by name, element_id, or the words on it; without a word the only one.
 *
 * @throws Error that names the elements of the card
 */
export function clickedElement(card: Card, wanted: string | undefined): ClickedElement {
  const found: ClickedElement[] = []
  collect(card, undefined, found)
  const fits = found.filter(({ element }) => wanted === undefined || labels(element).includes(wanted))
  const [first] = fits
  if (first && (wanted !== undefined || fits.length === 1)) return first
  const names = found.map(({ element }) => `"${labels(element)[0] ?? element.tag}"`).join(', ') || 'none'
  const asked = wanted === undefined ? 'Say which element is meant' : `The card has no element "${wanted}"`
  throw new Error(`${asked}; its interactive elements are: ${names}.`)
}

/** Whether the element tells the bot of its use: a button may do no more than open a link. */
export function callsBack({ element, form }: ClickedElement): boolean {
  const behaviors = Array.isArray(element.behaviors) ? (element.behaviors as Element[]) : undefined
  if (element.tag !== 'button' || form) return true
  if (behaviors) return behaviors.some((behavior) => behavior.type === 'callback')
  return element.value !== undefined || !(element.url ?? element.multi_url)
}

/** Whether all inputs of the element's form have names, without which the client refuses to submit it (200530). */
export function formIsNamed({ form }: ClickedElement): boolean {
  if (!form) return true
  const inputs: ClickedElement[] = []
  collect(form, undefined, inputs)
  return inputs.every(({ element }) => typeof element.name === 'string' && element.name !== '')
}

/** `event.action` of `card.action.trigger` (docs: cardkit-v1 card-callback-communication). */
export function clickAction({ element, form }: ClickedElement, options: ClickOptions): Record<string, unknown> {
  const { formValue, inputValue, option, options: chosen, checked } = options
  const value = callbackValue(element)
  return {
    ...(value !== undefined && { value }),
    tag: element.tag,
    ...(element.name !== undefined && { name: element.name }),
    ...(timezoneTags.includes(String(element.tag)) && { timezone: 'Asia/Shanghai' }),
    ...(form && { form_value: formValue ?? {} }),
    ...(inputValue !== undefined && { input_value: inputValue }),
    ...(option !== undefined && { option }),
    ...(chosen !== undefined && { options: chosen }),
    ...(checked !== undefined && { checked }),
  }
}

function callbackValue(element: Element): unknown {
  if (!Array.isArray(element.behaviors)) return element.value
  const callback = (element.behaviors as Element[]).find((behavior) => behavior.type === 'callback')
  return callback ? callback.value : element.value
}

function collect(value: unknown, form: Element | undefined, found: ClickedElement[]): void {
  if (Array.isArray(value)) for (const entry of value) collect(entry, form, found)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  const element = value as Element
  if (interactiveTags.includes(String(element.tag))) found.push({ element, form })
  const inner = element.tag === 'form' ? element : form
  for (const [key, part] of Object.entries(element)) {
    // What a button carries for the bot is no part of the card.
    if (key !== 'value' && key !== 'behaviors') collect(part, inner, found)
  }
}

function labels(element: Element): string[] {
  const words = [element.text, element.placeholder].map((text) => (text as Element | undefined)?.content)
  return [element.name, element.element_id, ...words].filter((word) => typeof word === 'string')
}
