import { Check } from 'lucide-react'
import { callsBack } from '../../../src/im/card-click.ts'
import { objectsOf, textOf } from '../../../src/im/card-json.ts'
import { isPending, useCard } from './card-context.ts'
import type { CardElement } from './card-element.ts'
import { useControlName } from './field-frame.tsx'
import { useField } from './form-context.ts'
import { CardImage } from './image.tsx'
import styles from './image-select.module.css'

const ratios: Record<string, string> = { '1:1': '1', '16:9': '16 / 9', '4:3': '4 / 3' }

/** Choosing one or several images (docs: card components select-img). */
export function ImageSelect({ element }: { element: CardElement }) {
  const { json } = element
  const card = useCard()
  const { say } = card
  const field = useField(element)
  const name = useControlName(element, say.choose)
  const several = json.multi_select === true
  const chosen = Array.isArray(field.value) ? (field.value as string[]) : [String(field.value)]
  const choose = async (value: string) => {
    if (card.still || json.disabled === true || !(await card.confirm(element))) return
    const values = chosen.includes(value) ? chosen.filter((entry) => entry !== value) : [...chosen, value]
    field.set(several ? values.filter((entry) => entry !== '') : value)
    if (!field.inForm && callsBack(json)) await card.act(element, several ? { options: values } : { option: value })
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame and a layout of its own
    <div
      role="group"
      aria-label={name}
      aria-busy={isPending(card, element)}
      className={styles.images}
      data-layout={textOf(json.layout) ?? 'bisect'}
    >
      {objectsOf(json.options).map((option, index) => {
        const value = textOf(option.value) ?? ''
        const label = `${say.image} ${index + 1}`
        return (
          <button
            key={value}
            type="button"
            className={styles.option}
            aria-pressed={chosen.includes(value)}
            aria-label={label}
            aria-disabled={card.still || json.disabled === true || option.disabled === true}
            onClick={option.disabled === true ? undefined : () => void choose(value)}
            style={{ aspectRatio: ratios[textOf(json.aspect_ratio) ?? '16:9'] }}
          >
            <CardImage imageKey={textOf(option.img_key) ?? ''} alt={label} />
            {chosen.includes(value) && <Check className={styles.mark} size={18} aria-hidden="true" />}
          </button>
        )
      })}
    </div>
  )
}
