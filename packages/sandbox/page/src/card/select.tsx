import { ChevronDown } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { callsBack } from '../../../src/im/card-click.ts'
import { objectOf, objectsOf, textOf } from '../../../src/im/card-json.ts'
import { contentOf } from './card.ts'
import { isPending, useCard } from './card-context.ts'
import type { CardElement } from './card-element.ts'
import styles from './control.module.css'
import { FieldFrame, useControlName } from './field-frame.tsx'
import { useField } from './form-context.ts'
import { type Choice, Listbox } from './listbox.tsx'
import { Person } from './person.tsx'
import { useWords } from './text.tsx'

/** Choosing one or several options or people (docs: card components select, multi-select, select-person). */
export function SelectElement({ element }: { element: CardElement }) {
  const { json, tag } = element
  const card = useCard()
  const { say } = card
  const [open, setOpen] = useState(false)
  const field = useField(element)
  const several = tag.startsWith('multi_')
  const ofPeople = tag.endsWith('person')
  const choices = useChoices(element, ofPeople)
  const chosen = Array.isArray(field.value)
    ? (field.value as string[])
    : field.value === ''
      ? []
      : [String(field.value)]
  const fallback = ofPeople ? say.choosePerson : say.choose
  const name = useControlName(element, fallback)
  const placeholder = useWords(json.placeholder) ?? fallback
  const disabled = card.still || json.disabled === true
  const tips = useWords(json.disabled === true ? json.disabled_tips : json.hover_tips)
  const choose = async (values: readonly string[]) => {
    setOpen(false)
    const before = field.value
    field.set(several ? values : (values[0] ?? ''))
    if (field.inForm || !callsBack(json)) return
    if (!(await card.confirm(element))) return field.set(before)
    await card.act(element, several ? { options: [...values] } : { option: values[0] ?? '' })
  }
  const labelOf = (value: string) => choices.find((choice) => choice.value === value)?.label ?? value
  return (
    <FieldFrame element={element} field={field}>
      <Popover.Root open={open && !disabled} onOpenChange={setOpen}>
        <Popover.Trigger asChild>
          <button
            type="button"
            role="combobox"
            aria-label={`${name}${chosen.length > 0 ? `: ${chosen.map(labelOf).join(', ')}` : ''}`}
            aria-expanded={open}
            aria-disabled={disabled}
            aria-invalid={field.missing}
            aria-busy={isPending(card, element)}
            data-field={textOf(json.name)}
            title={tips}
            className={`${styles.trigger} ${field.missing ? styles.bad : ''}`}
          >
            <span className={styles.shown}>
              {chosen.length === 0 && <span className={styles.faint}>{placeholder}</span>}
              {chosen.map((value) =>
                ofPeople ? (
                  <Person key={value} id={value} size="extra_small" capsule={several} />
                ) : (
                  <span key={value} className={several ? styles.chip : styles.ellipsis}>
                    {labelOf(value)}
                  </span>
                ),
              )}
            </span>
            <ChevronDown className={styles.side} size={16} aria-hidden="true" />
          </button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content className={styles.popover} sideOffset={4} align="start" aria-label={name}>
            <Listbox
              name={name}
              choices={choices}
              chosen={chosen}
              several={several}
              onChoose={(values) => void choose(values)}
              draw={ofPeople ? ({ value }) => <Person id={value} size="small" /> : undefined}
            />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </FieldFrame>
  )
}

function useChoices({ json }: CardElement, ofPeople: boolean): readonly Choice[] {
  const { locale, userName, people } = useCard()
  const options = objectsOf(json.options)
  if (ofPeople && options.length === 0) return people.map(({ id, name }) => ({ value: id, label: name }))
  return options.map((option) => {
    const value = textOf(option.value) ?? ''
    return { value, label: ofPeople ? userName(value) : contentOf(objectOf(option.text), locale) }
  })
}
