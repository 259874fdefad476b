import { CalendarDays, Clock } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { callsBack } from '../../../src/im/card-click.ts'
import { withOffset } from '../../../src/im/card-form.ts'
import { textOf } from '../../../src/im/card-json.ts'
import { Calendar } from './calendar.tsx'
import { isPending, useCard } from './card-context.ts'
import type { CardElement } from './card-element.ts'
import styles from './control.module.css'
import { FieldFrame, useControlName } from './field-frame.tsx'
import { useField } from './form-context.ts'
import { useWords } from './text.tsx'

/** Choosing a date, a time, or both: `2024-04-01`, `07:07`, `2024-04-01 07:07` (docs: card components date-picker). */
export function DatePicker({ element }: { element: CardElement }) {
  const { json, tag } = element
  const card = useCard()
  const { say } = card
  const [open, setOpen] = useState(false)
  const field = useField(element)
  const fallback = tag === 'picker_time' ? say.chooseTime : say.chooseDate
  const name = useControlName(element, fallback)
  const placeholder = useWords(json.placeholder) ?? fallback
  const disabled = card.still || json.disabled === true
  const value = String(field.value)
  const choose = async (chosen: string) => {
    setOpen(false)
    field.set(chosen)
    if (field.inForm || !callsBack(json)) return
    if (!(await card.confirm(element))) return field.set(value)
    await card.act(element, { option: withOffset(chosen) })
  }
  const Icon = tag === 'picker_time' ? Clock : CalendarDays
  return (
    <FieldFrame element={element} field={field}>
      <Popover.Root open={open && !disabled} onOpenChange={setOpen}>
        <Popover.Trigger asChild>
          <button
            type="button"
            aria-label={value === '' ? name : `${name}: ${value}`}
            aria-disabled={disabled}
            aria-busy={isPending(card, element)}
            data-field={textOf(json.name)}
            className={`${styles.trigger} ${field.missing ? styles.bad : ''}`}
          >
            <span className={styles.shown}>
              {value === '' ? <span className={styles.faint}>{placeholder}</span> : value}
            </span>
            <Icon className={styles.side} size={16} aria-hidden="true" />
          </button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            className={`${styles.popover} ${styles.narrow}`}
            sideOffset={4}
            align="start"
            aria-label={name}
          >
            <Chooser tag={tag} value={value} onChoose={(chosen) => void choose(chosen)} />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </FieldFrame>
  )
}

function Chooser({ tag, value, onChoose }: { tag: string; value: string; onChoose: (value: string) => void }) {
  const { say } = useCard()
  const [given, clock = given] = value.split(' ')
  const [day, setDay] = useState(tag === 'picker_time' || !given ? today() : given)
  const [time, setTime] = useState(clock?.includes(':') ? clock : '09:00')
  if (tag === 'date_picker') return <Calendar day={day} chosen={value} onChoose={onChoose} />
  return (
    <>
      {tag === 'picker_datetime' && <Calendar day={day} chosen={day} onChoose={setDay} />}
      <div className={`${styles.foot} ${styles.apart}`}>
        <input
          className={styles.time}
          type="time"
          aria-label={say.time}
          value={time}
          onChange={(event) => setTime(event.target.value)}
        />
        <button
          type="button"
          className={styles.ok}
          disabled={time === ''}
          onClick={() => onChoose(tag === 'picker_time' ? time : `${day} ${time}`)}
        >
          {say.confirm}
        </button>
      </div>
    </>
  )
}

function today(): string {
  const now = new Date()
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`
}
