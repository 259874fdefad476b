import { type Json, objectOf, objectsOf, textOf, textsOf } from './card-json.ts'

/** What a field holds: text, a chosen value or date, several values, or whether it is checked. */
export type FieldValue = string | readonly string[] | boolean

/** A control of a form that has a name. */
export interface FormField {
  name: string
  tag: string
  required: boolean
  initial: FieldValue
}

/** Elements whose values are dates or times. */
export const dateTags: ReadonlySet<unknown> = new Set(['date_picker', 'picker_time', 'picker_datetime'])

/** Elements that hold a value. */
export const fieldTags: ReadonlySet<unknown> = new Set([
  ...dateTags,
  'input',
  'checker',
  'select_static',
  'select_person',
  'multi_select_static',
  'multi_select_person',
  'select_img',
])

/** What a control holds before anybody touches it; an empty text is nothing chosen. */
export function initialValue(json: Json): FieldValue {
  switch (json.tag) {
    case 'input':
      return textOf(json.default_value) ?? ''
    case 'checker':
      return json.checked === true
    case 'multi_select_static':
    case 'multi_select_person':
      return textsOf(json.selected_values ?? json.initial_options)
    case 'select_img':
      return json.multi_select === true ? [] : ''
    case 'date_picker':
      return textOf(json.initial_date) ?? ''
    case 'picker_time':
      return textOf(json.initial_time) ?? ''
    case 'picker_datetime':
      return textOf(json.initial_datetime) ?? ''
    default:
      return initialOption(json)
  }
}

/** The named controls of a form, however deep they stand. */
export function formFields(form: Json): readonly FormField[] {
  const fields: FormField[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const entry of value) visit(entry)
      return
    }
    if (typeof value !== 'object' || value === null) return
    const json = objectOf(value)
    const name = textOf(json.name)
    if (name !== undefined && fieldTags.has(json.tag)) {
      fields.push({ name, tag: String(json.tag), required: json.required === true, initial: initialValue(json) })
    }
    for (const key of ['elements', 'columns', 'actions', 'extra']) visit(json[key])
  }
  visit(form.elements)
  return fields
}

/** `form_value` of a submitted form. What was not chosen is left out; dates carry their offset. */
export function formValue(form: Json, values: Readonly<Record<string, FieldValue>>): Record<string, unknown> {
  const entries = formFields(form).flatMap(({ name, tag, initial }): [string, unknown][] => {
    const value = values[name] ?? initial
    // Guessed: inputs are sent also when they are empty.
    if (value === '' && tag !== 'input') return []
    return [[name, dateTags.has(tag) ? withOffset(String(value)) : value]]
  })
  return Object.fromEntries(entries)
}

/** What a button does in its form: `form_action_type` in 2.0, `action_type` in 1.0 (docs: card components form-container). */
export function formAction(button: Json): 'submit' | 'reset' | undefined {
  const kind = String(button.form_action_type ?? button.action_type ?? '').replace('form_', '')
  return kind === 'submit' || kind === 'reset' ? kind : undefined
}

/** A date or time as callbacks carry it. The people of the sandbox live in `Asia/Shanghai`. */
export function withOffset(value: string): string {
  return `${value} +0800`
}

function initialOption(json: Json): string {
  const given = textOf(json.initial_option)
  if (given !== undefined) return given
  // From 1; -1 and 0 are none.
  const index = typeof json.initial_index === 'number' ? json.initial_index - 1 : -1
  return textOf(objectsOf(json.options)[index]?.value) ?? ''
}
