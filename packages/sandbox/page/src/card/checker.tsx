import { callsBack } from '../../../src/im/card-click.ts'
import { objectOf, textOf } from '../../../src/im/card-json.ts'
import { isPending, useCard } from './card-context.ts'
import { type CardElement, elementsOf } from './card-element.ts'
import styles from './checker.module.css'
import { Elements } from './element.tsx'
import { useField } from './form-context.ts'
import { lengthsOf } from './layout.ts'
import { Text, useWords } from './text.tsx'

/** A box to tick, with words and up to three buttons (docs: card components checker). */
export function CheckerElement({ element }: { element: CardElement }) {
  const { json, path } = element
  const card = useCard()
  const field = useField(element)
  const checked = field.value === true
  const disabled = json.disabled === true
  const tips = useWords(disabled ? (json.disabled_tips ?? json.hover_tips) : json.hover_tips)
  const words = useWords(json.text)
  const style = objectOf(json.checked_style)
  const toggle = async () => {
    if (card.still || disabled || !(await card.confirm(element))) return
    field.set(!checked)
    if (!field.inForm && callsBack(json)) await card.act(element, { checked: !checked })
  }
  const area = objectOf(json.button_area)
  return (
    <div
      className={styles.checker}
      data-shadow={json.overall_checkable !== false}
      data-buttons={textOf(area.pc_display_rule) ?? 'always'}
      style={{ padding: lengthsOf(json.padding) }}
      title={tips}
    >
      <label
        className={styles.label}
        data-struck={checked && style.show_strikethrough === true}
        style={{ opacity: checked && typeof style.opacity === 'number' ? style.opacity : undefined }}
      >
        <input
          type="checkbox"
          checked={checked}
          disabled={disabled}
          aria-disabled={card.still || disabled}
          aria-label={words ?? textOf(json.name)}
          aria-busy={isPending(card, element)}
          data-field={textOf(json.name)}
          onChange={() => void toggle()}
        />
        <Text text={objectOf(json.text)} />
      </label>
      {Array.isArray(area.buttons) && (
        <span className={styles.buttons}>
          <Elements elements={elementsOf(area.buttons, `${path}/button_area/buttons`)} />
        </span>
      )}
    </div>
  )
}
