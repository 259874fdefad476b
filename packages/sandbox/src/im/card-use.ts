import type { ClickedElement } from './card-click.ts'
import { fieldTags, formAction } from './card-form.ts'
import { type Json, objectsOf, textOf } from './card-json.ts'

/** What a user does with an interactive element of a card. */
export interface ClickOptions {
  user: string
  messageId: string
  /** Its `name`, `element_id` or the words on it. Default: the only one. */
  element?: string
  /** Where it stands in the card's JSON, instead of `element`: a JSON pointer such as `/body/elements/0`. */
  elementPath?: string
  /** What the person filled in, by name, where the element submits a form; the rest keeps its initial value. */
  formValue?: Record<string, unknown>
  inputValue?: string
  /** The value of the chosen option; dates as `2024-04-01 +0800`. */
  option?: string
  options?: readonly string[]
  checked?: boolean
}

type Deed = 'inputValue' | 'option' | 'options' | 'checked'

const dateForms: Record<string, [form: RegExp, example: string]> = {
  date_picker: [/^\d{4}-\d\d-\d\d [+-]\d{4}$/, '2024-04-01 +0800'],
  picker_time: [/^\d\d:\d\d [+-]\d{4}$/, '07:07 +0800'],
  picker_datetime: [/^\d{4}-\d\d-\d\d \d\d:\d\d [+-]\d{4}$/, '2024-04-29 07:07 +0800'],
}

/**
 * Holds a click against what the element lets a person do: use it at all, choose what is offered, fill in what it takes.
 *
 * @throws Error that says what is possible instead
 */
export function checkUse({ element, form }: ClickedElement, options: ClickOptions): void {
  const { tag } = element
  if (element.disabled === true) throw new Error(`This ${tag} is disabled.`)
  if (form && fieldTags.has(tag)) {
    throw new Error(`This ${tag} belongs to a form: click the form's submit button, with "formValue".`)
  }
  if (options.formValue && !(form && formAction(element) === 'submit')) {
    throw new Error(`This ${tag} submits no form, so it takes no "formValue".`)
  }
  const wanted = deedOf(element)
  const deeds: Deed[] = ['inputValue', 'option', 'options', 'checked']
  for (const deed of deeds) {
    if (deed === wanted && options[deed] === undefined) throw new Error(`Using this ${tag} needs "${deed}".`)
    if (deed !== wanted && options[deed] !== undefined) {
      throw new Error(`This ${tag} takes no "${deed}"${wanted === undefined ? '' : `; it takes "${wanted}"`}.`)
    }
  }
  const { inputValue, option, options: chosen } = options
  const most = typeof element.max_length === 'number' ? element.max_length : 1000
  if (inputValue !== undefined && inputValue.length > most) {
    throw new Error(`This input takes at most ${most} characters, received ${inputValue.length}.`)
  }
  const [pattern, example] = dateForms[String(tag)] ?? []
  if (pattern) {
    if (!pattern.test(option ?? ''))
      throw new Error(`This ${tag} takes an option such as "${example}", received "${option}".`)
    return
  }
  const offered = objectsOf(element.options).map(({ value }) => textOf(value))
  const stray = [option ?? [], chosen ?? []].flat().find((value) => !offered.includes(value))
  // Where a card names no people, anybody can be chosen.
  if (stray === undefined || (offered.length === 0 && String(tag).endsWith('person'))) return
  throw new Error(
    `This ${tag} has no option "${stray}"; it has: ${offered.map((value) => `"${value}"`).join(', ') || 'none'}.`,
  )
}

function deedOf(element: Json): Deed | undefined {
  switch (element.tag) {
    case 'input':
      return 'inputValue'
    case 'checker':
      return 'checked'
    case 'multi_select_static':
    case 'multi_select_person':
      return 'options'
    case 'select_img':
      return element.multi_select === true ? 'options' : 'option'
    case 'button':
    case 'interactive_container':
      return undefined
    default:
      return 'option'
  }
}
