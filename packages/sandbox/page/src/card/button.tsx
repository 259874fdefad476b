import { LoaderCircle } from 'lucide-react'
import { callsBack } from '../../../src/im/card-click.ts'
import { formAction } from '../../../src/im/card-form.ts'
import { objectOf, textOf } from '../../../src/im/card-json.ts'
import styles from './button.module.css'
import { openedBy } from './card.ts'
import { isPending, useCard } from './card-context.ts'
import type { CardElement } from './card-element.ts'
import { useForm } from './form-context.ts'
import { Icon } from './icon.tsx'
import { pixelsOf } from './layout.ts'
import { openLink } from './safe-link.tsx'
import { useWords } from './text.tsx'

/** A button: tells the bot, opens a link, or submits or resets its form (docs: card components button). */
export function ButtonElement({ element }: { element: CardElement }) {
  const { json } = element
  const card = useCard()
  const form = useForm()
  const text = useWords(json.text)
  const disabled = json.disabled === true
  const tips = useWords(disabled ? (json.disabled_tips ?? json.hover_tips) : json.hover_tips)
  const pending = isPending(card, element)
  const still = card.still || disabled
  const use = async () => {
    const kind = formAction(json)
    if (kind === 'reset') return form?.reset()
    const submits = form !== undefined && kind === 'submit'
    const values = submits ? form.submit() : undefined
    if (submits && values === undefined) return
    if (!(await card.confirm(element))) return
    openLink(openedBy(json))
    if (submits || callsBack(json)) await card.act(element, values === undefined ? {} : { formValue: values })
  }
  const width = json.width === 'fill' ? '100%' : pixelsOf(json.width)
  return (
    <button
      type="button"
      className={styles.button}
      data-type={textOf(json.type) ?? 'default'}
      data-size={textOf(json.size) ?? 'medium'}
      style={width === undefined ? undefined : { width }}
      aria-disabled={still}
      aria-busy={pending}
      aria-label={text ?? tips ?? textOf(json.name)}
      title={tips}
      onClick={still ? undefined : () => void use()}
    >
      {pending ? (
        <LoaderCircle className={styles.spinner} size={16} aria-hidden="true" />
      ) : (
        json.icon !== undefined && <Icon icon={objectOf(json.icon)} />
      )}
      {text !== undefined && <span>{text}</span>}
    </button>
  )
}
