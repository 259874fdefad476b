import type { KeyboardEvent, MouseEvent } from 'react'
import { callsBack } from '../../../src/im/card-click.ts'
import { objectOf } from '../../../src/im/card-json.ts'
import { openedBy } from './card.ts'
import { isPending, useCard } from './card-context.ts'
import { type CardElement, elementsOf } from './card-element.ts'
import { colorOf } from './color.ts'
import { Elements } from './element.tsx'
import styles from './interactive-container.module.css'
import { borderStyle, containerStyle, pixelsOf } from './layout.ts'
import { openLink } from './safe-link.tsx'
import { useWords } from './text.tsx'

/** A container that is clicked as one; controls inside it come first (docs: card components interactive-container). */
export function InteractiveContainer({ element }: { element: CardElement }) {
  const { json, path } = element
  const card = useCard()
  const disabled = json.disabled === true
  const tips = useWords(disabled ? (json.disabled_tips ?? json.hover_tips) : json.hover_tips)
  const use = () => {
    openLink(openedBy(json))
    if (callsBack(json)) void card.act(element, {})
  }
  const onClick = (event: MouseEvent) => {
    if (!inner(event.target, event.currentTarget)) use()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target === event.currentTarget && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault()
      use()
    }
  }
  const still = card.still || disabled
  const border =
    json.has_border === true ? (colorOf(json.border_color, card.config) ?? 'var(--line-strong)') : undefined
  const width = pixelsOf(json.width) ?? (json.width === 'auto' ? 'fit-content' : '100%')
  const style = {
    padding: '4px 12px',
    ...containerStyle(json, card.config),
    ...borderStyle({ corner_radius: json.corner_radius ?? objectOf(json.border).corner_radius }, border),
    width,
    height: pixelsOf(json.height),
  }
  return (
    // It holds controls of its own, which a button element must not.
    // biome-ignore lint/a11y/useSemanticElements: see above
    <div
      className={styles.container}
      role="button"
      tabIndex={still ? -1 : 0}
      aria-disabled={still}
      aria-busy={isPending(card, element)}
      title={tips}
      style={style}
      {...(!still && { onClick, onKeyDown })}
    >
      <Elements elements={elementsOf(json.elements, `${path}/elements`)} />
    </div>
  )
}

/** Whether a click belongs to a control inside the container. */
function inner(target: EventTarget, container: Element): boolean {
  if (!(target instanceof Element)) return false
  // Menus and dialogs of controls hang elsewhere in the page, but their clicks come up here.
  if (!container.contains(target)) return true
  return target.closest('a, button, input, textarea, label, [role="button"], [role="combobox"]') !== container
}
