import type { ReactNode } from 'react'
import { textOf } from '../../../src/im/card-json.ts'
import { useCard } from './card-context.ts'
import type { CardElement } from './card-element.ts'
import styles from './control.module.css'
import type { Field } from './form-context.ts'
import { pixelsOf } from './layout.ts'
import { useWords } from './text.tsx'

/** The label above or beside a control, and what is wrong with its value. */
export function FieldFrame({
  element: { json },
  field,
  children,
}: {
  element: CardElement
  field: Field
  children: ReactNode
}) {
  const { say } = useCard()
  const label = useWords(json.label)
  const width = pixelsOf(json.width)
  return (
    <div
      className={styles.field}
      data-label={textOf(json.label_position) ?? 'top'}
      style={{ width }}
      data-fill={json.width === 'fill'}
    >
      {label !== undefined && (
        <span className={styles.label} aria-hidden="true">
          {label}
          {field.required && <span className={styles.star}>*</span>}
        </span>
      )}
      <div className={styles.value}>
        {children}
        {field.missing && (
          <span className={styles.problem} role="alert">
            {say.required}
          </span>
        )}
      </div>
    </div>
  )
}

/** The accessible name of a control: its label, placeholder or name. */
export function useControlName({ json }: CardElement, fallback: string): string {
  const label = useWords(json.label)
  const placeholder = useWords(json.placeholder)
  return label ?? placeholder ?? textOf(json.name) ?? fallback
}
