import { useId, useState } from 'react'
import { objectOf, textOf } from '../../../src/im/card-json.ts'
import { useCard } from './card-context.ts'
import { type CardElement, elementsOf } from './card-element.ts'
import styles from './collapsible-panel.module.css'
import { backgroundOf, colorOf } from './color.ts'
import { Elements } from './element.tsx'
import { Icon } from './icon.tsx'
import { borderStyle, containerStyle, lengthsOf } from './layout.ts'
import { Text } from './text.tsx'

const defaultIcon = { tag: 'standard_icon', token: 'down-small-ccm_outlined', size: '16px 16px' }

// A bare grey is the line that everything else has, not the grey of text.
const faint = (color: unknown) => (color === 'grey' ? undefined : color)

/** A panel that opens and closes on this person's screen only (docs: card components collapsible-panel). */
export function CollapsiblePanel({ element: { json, path } }: { element: CardElement }) {
  const { config } = useCard()
  const id = useId()
  const [open, setOpen] = useState(json.expanded === true)
  const header = objectOf(json.header)
  const border = objectOf(json.border)
  const color = json.border === undefined ? undefined : (colorOf(faint(border.color), config) ?? 'var(--line)')
  const angle = typeof header.icon_expanded_angle === 'number' ? header.icon_expanded_angle : 180
  const place = textOf(header.icon_position) ?? 'right'
  const icon = (
    <span className={styles.icon} style={{ rotate: open ? `${angle}deg` : undefined }}>
      <Icon icon={objectOf(header.icon ?? defaultIcon)} />
    </span>
  )
  const head = (
    <button
      type="button"
      className={styles.head}
      data-icon={place}
      aria-expanded={open}
      aria-controls={id}
      onClick={() => setOpen(!open)}
      style={{
        padding: lengthsOf(header.padding),
        background: backgroundOf(header.background_color, config),
        width: header.width === 'auto' ? 'auto' : undefined,
      }}
    >
      {place === 'left' && icon}
      <Text text={objectOf(header.title)} />
      {place !== 'left' && icon}
    </button>
  )
  const body = (
    <div id={id} hidden={!open} style={open ? { padding: '8px', ...containerStyle(json, config) } : undefined}>
      <Elements elements={elementsOf(json.elements, `${path}/elements`)} />
    </div>
  )
  const style = { ...borderStyle(border, color), background: backgroundOf(json.background_color, config) }
  return (
    <div className={styles.panel} style={style}>
      {header.position === 'bottom' ? [body, head] : [head, body]}
    </div>
  )
}
