import { createContext, useContext, useState } from 'react'
import { type FieldValue, initialValue } from '../../../src/im/card-form.ts'
import { textOf } from '../../../src/im/card-json.ts'
import type { CardElement } from './card-element.ts'

/** The form around a control. */
export interface FormContext {
  values: Readonly<Record<string, FieldValue>>
  /** Names of required fields that were empty when somebody submitted. */
  missing: ReadonlySet<string>
  set: (name: string, value: FieldValue) => void
  /** What to send, or undefined when something required is missing. */
  submit: () => Record<string, unknown> | undefined
  reset: () => void
}

const Context = createContext<FormContext | undefined>(undefined)

/** Gives controls their form. */
export const FormProvider = Context.Provider

/** The form around, if there is one. */
export function useForm(): FormContext | undefined {
  return useContext(Context)
}

/** A control's value: its form's, or its own. */
export interface Field {
  value: FieldValue
  set: (value: FieldValue) => void
  /** In a form, using the control tells the bot nothing yet. */
  inForm: boolean
  required: boolean
  missing: boolean
}

/** The value of a control. */
export function useField({ json }: CardElement): Field {
  const form = useForm()
  const [own, setOwn] = useState(() => initialValue(json))
  const name = textOf(json.name)
  const required = json.required === true && form !== undefined
  if (!form || name === undefined)
    return { value: own, set: setOwn, inForm: form !== undefined, required, missing: false }
  return {
    value: form.values[name] ?? initialValue(json),
    set: (value) => form.set(name, value),
    inForm: true,
    required,
    missing: form.missing.has(name),
  }
}
