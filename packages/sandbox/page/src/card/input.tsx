import { CornerDownLeft, Eye, EyeOff } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { callsBack } from '../../../src/im/card-click.ts'
import { textOf } from '../../../src/im/card-json.ts'
import { useCard } from './card-context.ts'
import type { CardElement } from './card-element.ts'
import styles from './control.module.css'
import { FieldFrame, useControlName } from './field-frame.tsx'
import { useField } from './form-context.ts'
import { useWords } from './text.tsx'

/** Text that a person types; outside of a form, Enter sends it (docs: card components input). */
export function InputElement({ element }: { element: CardElement }) {
  const { json } = element
  const card = useCard()
  const { say, still } = card
  const field = useField(element)
  const [visible, setVisible] = useState(false)
  const kind = textOf(json.input_type) ?? 'text'
  const name = useControlName(element, say.typeHere)
  const placeholder = useWords(json.placeholder) ?? say.typeHere
  const disabled = json.disabled === true
  const tips = useWords(json.disabled === true ? json.disabled_tips : json.hover_tips)
  const value = String(field.value)
  const send = async () => {
    if (field.inForm || still || disabled || value === '' || !callsBack(json)) return
    if (await card.confirm(element)) await card.act(element, { inputValue: value })
  }
  const shared = {
    value,
    placeholder,
    disabled,
    // Not disabled while the bot is asked: that would take the keyboard away.
    readOnly: still,
    maxLength: typeof json.max_length === 'number' ? json.max_length : 1000,
    'aria-label': name,
    'aria-required': field.required,
    'aria-invalid': field.missing,
    'data-field': textOf(json.name),
    onChange: (event: { target: { value: string } }) => field.set(event.target.value),
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter that ends an input method's word is not meant for the card.
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
    if (kind === 'multiline_text' && !event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    void send()
  }
  return (
    <FieldFrame element={element} field={field}>
      <div className={`${styles.box} ${field.missing ? styles.bad : ''}`} data-disabled={disabled} title={tips}>
        {kind === 'multiline_text' ? (
          <textarea {...shared} rows={typeof json.rows === 'number' ? json.rows : 5} onKeyDown={onKeyDown} />
        ) : (
          <input
            {...shared}
            type={kind === 'password' && !visible ? 'password' : 'text'}
            autoComplete="off"
            onKeyDown={onKeyDown}
          />
        )}
        {kind === 'password' && (
          <button
            type="button"
            className={styles.iconButton}
            aria-label={visible ? say.hidePassword : say.showPassword}
            onClick={() => setVisible(!visible)}
          >
            {visible ? <EyeOff size={16} /> : <Eye size={16} />}
          </button>
        )}
        {!field.inForm && callsBack(json) && (
          <button
            type="button"
            className={styles.iconButton}
            aria-label={`${say.submitInput}: ${name}`}
            aria-disabled={still || disabled || value === ''}
            onClick={() => void send()}
          >
            <CornerDownLeft size={16} />
          </button>
        )}
      </div>
    </FieldFrame>
  )
}
