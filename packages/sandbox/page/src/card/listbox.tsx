import { Check } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useCard } from './card-context.ts'
import styles from './control.module.css'

/** Something to choose. */
export interface Choice {
  value: string
  label: string
}

interface ListboxProps {
  name: string
  choices: readonly Choice[]
  chosen: readonly string[]
  several: boolean
  onChoose: (values: readonly string[]) => void
  draw: ((choice: Choice) => ReactNode) | undefined
}

/** A list to choose from by mouse or keyboard, with a search where it is long; several are confirmed together. */
export function Listbox({ name, choices, chosen, several, onChoose, draw }: ListboxProps) {
  const { say } = useCard()
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const [sought, setSought] = useState('')
  const [active, setActive] = useState(() =>
    Math.max(
      0,
      choices.findIndex(({ value }) => value === chosen[0]),
    ),
  )
  const [draft, setDraft] = useState(chosen)
  const searching = choices.length > 7
  const fitting = choices.filter(({ label }) => label.toLowerCase().includes(sought.toLowerCase()))
  useEffect(() => {
    list.current?.querySelector('[data-active="true"]')?.scrollIntoView({ block: 'nearest' })
  })
  const take = (choice: Choice | undefined) => {
    if (!choice) return
    if (!several) return onChoose([choice.value])
    setDraft((now) =>
      now.includes(choice.value) ? now.filter((value) => value !== choice.value) : [...now, choice.value],
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -choices.length, End: choices.length }[event.key]
    if (step !== undefined) setActive((now) => Math.min(fitting.length - 1, Math.max(0, now + step)))
    else if (event.key === 'Enter' || (event.key === ' ' && !searching)) take(fitting[active])
    else return
    event.preventDefault()
  }
  const options = {
    onKeyDown,
    'aria-activedescendant': fitting[active] ? `${id}-${active}` : undefined,
  }
  return (
    <>
      {searching && (
        <input
          {...options}
          className={styles.search}
          placeholder={say.search}
          aria-label={say.search}
          aria-controls={id}
          value={sought}
          onChange={(event) => {
            setSought(event.target.value)
            setActive(0)
          }}
        />
      )}
      <div
        {...options}
        id={id}
        ref={list}
        className={styles.list}
        role="listbox"
        aria-label={name}
        aria-multiselectable={several}
        tabIndex={searching ? -1 : 0}
      >
        {fitting.map((choice, index) => (
          // The list has the keyboard; options only say which one is meant.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above
          <div
            key={choice.value}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={draft.includes(choice.value)}
            data-active={index === active}
            className={styles.option}
            onPointerMove={() => setActive(index)}
            onClick={() => take(choice)}
          >
            {draw ? draw(choice) : <span>{choice.label}</span>}
            {draft.includes(choice.value) && <Check size={16} aria-hidden="true" />}
          </div>
        ))}
      </div>
      {fitting.length === 0 && <div className={styles.none}>{say.noMatch}</div>}
      {several && (
        <div className={styles.foot}>
          <button type="button" className={styles.ok} onClick={() => onChoose(draft)}>
            {say.confirm}
          </button>
        </div>
      )}
    </>
  )
}
