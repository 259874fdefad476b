import type { Card } from './card.ts'
import { dateTags, fieldTags, formAction, formFields, formValue } from './card-form.ts'
import { type Json, objectOf, objectsOf, textOf } from './card-json.ts'
import { type ClickOptions, checkUse } from './card-use.ts'

/** An element that somebody uses, where it stands as a JSON pointer, and the form around it. */
export interface ClickedElement {
  element: Json
  path: string
  form: Json | undefined
}

/**
 * The interactive element that a person means: by path, name, element_id, or the words on it; without any the only one.
 *
 * @throws Error that names the elements of the card
 */
export function clickedElement(card: Card, { element: word, elementPath }: ClickOptions): ClickedElement {
  const found: ClickedElement[] = []
  collect(card, '', undefined, found)
  const wanted = elementPath ?? word
  const fits = found.filter(({ element, path }) => {
    return elementPath === undefined ? word === undefined || labels(element).includes(word) : path === elementPath
  })
  const [first] = fits
  if (first && (wanted !== undefined || fits.length === 1)) return first
  const names = found.map(({ element }) => `"${labels(element)[0] ?? element.tag}"`).join(', ') || 'none'
  const asked = wanted === undefined ? 'Say which element is meant' : `The card has no element "${wanted}"`
  throw new Error(`${asked}; its interactive elements are: ${names}.`)
}

/**
 * Whether using an element tells the bot. A button or container may do no more than open a link, and a checker without
 * `behaviors` changes for who ticked it alone (docs: card components button, interactive-container, checker).
 */
export function callsBack(element: Json): boolean {
  if (formAction(element) === 'reset') return false
  if (Array.isArray(element.behaviors)) return objectsOf(element.behaviors).some(({ type }) => type === 'callback')
  if (element.value !== undefined) return true
  if (element.tag === 'checker' || element.tag === 'interactive_container') return false
  return element.tag !== 'button' || !(element.url ?? element.multi_url)
}

/** Whether all inputs of the form that is submitted have names, without which the client refuses (200530). */
export function formIsNamed({ element, form }: ClickedElement): boolean {
  if (!form || formAction(element) !== 'submit') return true
  const inputs: ClickedElement[] = []
  collect(form, '', undefined, inputs)
  return inputs.every(({ element }) => !fieldTags.has(element.tag) || textOf(element.name) !== undefined)
}

/**
 * `event.action` of `card.action.trigger` (docs: cardkit-v1 card-callback-communication).
 *
 * @param openIdOf open_id of a person by any of their ids; undefined for nobody of the tenant
 * @throws Error when no person could use the element so
 */
export function clickAction(
  clicked: ClickedElement,
  options: ClickOptions,
  openIdOf: (id: string) => string | undefined,
): Record<string, unknown> {
  const { element, form } = clicked
  const submits = form !== undefined && formAction(element) === 'submit'
  if (!submits && !callsBack(element))
    throw new Error(`This ${element.tag} tells the bot nothing: ${silence(element)}.`)
  checkUse(clicked, options)
  const { inputValue, checked } = options
  const choice = (value: string) => (ofPeople(element.tag) ? (openIdOf(value) ?? value) : value)
  const option = options.option === undefined ? undefined : choice(options.option)
  const chosen = options.options?.map(choice)
  const value = callbackValue(element)
  return {
    ...(value !== undefined && { value }),
    tag: element.tag,
    ...(element.name !== undefined && { name: element.name }),
    ...(dateTags.has(element.tag) && { timezone: 'Asia/Shanghai' }),
    ...(submits && { form_value: submitted(form, options.formValue ?? {}, openIdOf) }),
    ...(inputValue !== undefined && { input_value: inputValue }),
    ...(option !== undefined && { option }),
    ...(chosen !== undefined && { options: chosen }),
    ...(checked !== undefined && { checked }),
  }
}

function submitted(
  form: Json,
  filled: Readonly<Record<string, unknown>>,
  openIdOf: (id: string) => string | undefined,
): Record<string, unknown> {
  const fields = formFields(form)
  const unknown = Object.keys(filled).find((name) => fields.every((field) => field.name !== name))
  if (unknown !== undefined) {
    const names = fields.map(({ name }) => `"${name}"`).join(', ') || 'none'
    throw new Error(`The form has no field "${unknown}"; its fields are: ${names}.`)
  }
  const values: Record<string, unknown> = { ...formValue(form, {}), ...filled }
  const empty = fields.find(({ name, required }) => required && isEmpty(values[name]))
  if (empty) throw new Error(`The field "${empty.name}" is required and empty, so the client does not submit the form.`)
  const person = (id: unknown) => (typeof id === 'string' ? (openIdOf(id) ?? id) : id)
  for (const { name, tag } of fields) {
    const value = values[name]
    if (value !== undefined && ofPeople(tag)) values[name] = Array.isArray(value) ? value.map(person) : person(value)
  }
  return values
}

/** Whether its values are people, whom callbacks name by open_id. */
function ofPeople(tag: unknown): boolean {
  return tag === 'select_person' || tag === 'multi_select_person'
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === false || String(value).trim() === ''
}

function silence(element: Json): string {
  if (formAction(element) === 'reset') return 'it clears its form'
  return element.tag === 'checker' ? 'it has no behaviors' : 'it opens a link'
}

function callbackValue(element: Json): unknown {
  const callback = objectsOf(element.behaviors).find(({ type }) => type === 'callback')
  return callback ? callback.value : element.value
}

const clickableTags: ReadonlySet<unknown> = new Set([...fieldTags, 'button', 'overflow', 'interactive_container'])

function collect(value: unknown, path: string, form: Json | undefined, found: ClickedElement[]): void {
  if (Array.isArray(value))
    for (const [index, entry] of value.entries()) collect(entry, `${path}/${index}`, form, found)
  const element = objectOf(value)
  if (clickableTags.has(element.tag)) found.push({ element, path, form })
  const inner = element.tag === 'form' ? element : form
  for (const [key, part] of Object.entries(element)) {
    // What a button carries for the bot is no part of the card.
    if (key !== 'value' && key !== 'behaviors') collect(part, `${path}/${key}`, inner, found)
  }
}

function labels(element: Json): string[] {
  const words = [element.text, element.placeholder].map((text) => objectOf(text).content)
  return [element.name, element.element_id, ...words].filter((word) => typeof word === 'string')
}
