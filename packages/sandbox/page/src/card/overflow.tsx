import { Ellipsis } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { callsBack } from '../../../src/im/card-click.ts'
import { type Json, objectOf, objectsOf, textOf } from '../../../src/im/card-json.ts'
import buttonStyles from './button.module.css'
import { contentOf, openedBy } from './card.ts'
import { isPending, useCard } from './card-context.ts'
import type { CardElement } from './card-element.ts'
import styles from './control.module.css'
import { openLink } from './safe-link.tsx'

/** A button with a menu (docs: card components overflow). */
export function Overflow({ element }: { element: CardElement }) {
  const { json } = element
  const card = useCard()
  const { say, locale, still } = card
  const choose = async (option: Json) => {
    if (!(await card.confirm(element))) return
    openLink(openedBy(option))
    const value = textOf(option.value)
    if (value !== undefined && callsBack(json)) await card.act(element, { option: value })
  }
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        className={buttonStyles.button}
        disabled={still || json.disabled === true}
        aria-label={say.more}
        aria-busy={isPending(card, element)}
      >
        <Ellipsis size={16} aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles.popover} sideOffset={4} align="start">
          {objectsOf(json.options).map((option, index) => (
            <DropdownMenu.Item key={index} className={styles.option} onSelect={() => void choose(option)}>
              {contentOf(objectOf(option.text), locale)}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
