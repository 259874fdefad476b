import { useRef, useState } from 'react'
import { type FieldValue, formFields, formValue } from '../../../src/im/card-form.ts'
import { textOf } from '../../../src/im/card-json.ts'
import { useCard } from './card-context.ts'
import { type CardElement, elementsOf } from './card-element.ts'
import { Elements } from './element.tsx'
import { type FormContext, FormProvider } from './form-context.ts'
import { containerStyle } from './layout.ts'

/** Controls that are sent together by a submit button (docs: card components form-container). */
export function FormElement({ element }: { element: CardElement }) {
  // A form that the bot changes starts afresh; changes elsewhere in the card leave what was typed.
  return <Form key={JSON.stringify(element.json)} element={element} />
}

function Form({ element: { json, path } }: { element: CardElement }) {
  const { config } = useCard()
  const frame = useRef<HTMLDivElement>(null)
  const [values, setValues] = useState<Record<string, FieldValue>>({})
  const [missing, setMissing] = useState<ReadonlySet<string>>(new Set())
  const form: FormContext = {
    values,
    missing,
    set(name, value) {
      setValues((now) => ({ ...now, [name]: value }))
      setMissing((now) => new Set([...now].filter((entry) => entry !== name)))
    },
    submit() {
      const empty = formFields(json)
        .filter(({ name, required, initial }) => required && isEmpty(values[name] ?? initial))
        .map(({ name }) => name)
      setMissing(new Set(empty))
      if (empty.length === 0) return formValue(json, values)
      frame.current?.querySelector<HTMLElement>(`[data-field="${CSS.escape(empty[0] ?? '')}"]`)?.focus()
      return undefined
    },
    reset() {
      setValues({})
      setMissing(new Set())
    },
  }
  return (
    <FormProvider value={form}>
      {/* A form element would send itself on Enter; cards submit by their buttons alone. */}
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div ref={frame} role="form" aria-label={textOf(json.name)} style={containerStyle(json, config, '12px')}>
        <Elements elements={elementsOf(json.elements, `${path}/elements`)} />
      </div>
    </FormProvider>
  )
}

function isEmpty(value: FieldValue): boolean {
  return value === false || value.toString().trim() === ''
}
