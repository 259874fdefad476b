import type { CSSProperties } from 'react'
import { objectOf, textOf } from '../../../src/im/card-json.ts'
import { linkOf } from './card.ts'
import { useCard } from './card-context.ts'
import { type CardElement, elementsOf } from './card-element.ts'
import { backgroundOf } from './color.ts'
import styles from './column-set.module.css'
import { Elements } from './element.tsx'
import { containerStyle, lengthsOf, pixelsOf } from './layout.ts'
import { openLink } from './safe-link.tsx'

/** Columns side by side (docs: card components column-set). */
export function ColumnSet({ element: { json, path } }: { element: CardElement }) {
  const { config } = useCard()
  const link = linkOf(objectOf(objectOf(json.action).multi_url))
  const style: CSSProperties = {
    columnGap: lengthsOf(json.horizontal_spacing) ?? '8px',
    justifyContent: { center: 'center', right: 'flex-end' }[textOf(json.horizontal_align) ?? ''],
    background: backgroundOf(json.background_style, config),
  }
  const columns = elementsOf(json.columns, `${path}/columns`)
  const mode = textOf(json.flex_mode) ?? 'none'
  const content = columns.map((column) => <ColumnElement key={column.path} element={column} />)
  const filled = style.background === undefined ? '' : styles.filled
  if (link === undefined) {
    return (
      <div className={`${styles.columns} ${filled}`} data-mode={mode} style={style}>
        {content}
      </div>
    )
  }
  return (
    // The columns may hold controls of their own, which a real link must not; the keyboard has the same way.
    // biome-ignore lint/a11y/useSemanticElements: see above
    <div
      className={`${styles.columns} ${styles.link} ${filled}`}
      data-mode={mode}
      style={style}
      role="link"
      tabIndex={0}
      onClick={() => openLink(link)}
      onKeyDown={(event) => event.key === 'Enter' && event.target === event.currentTarget && openLink(link)}
    >
      {content}
    </div>
  )
}

/** One column: its own width, or a share by weight. */
export function ColumnElement({ element: { json, path } }: { element: CardElement }) {
  const { config } = useCard()
  const weight = typeof json.weight === 'number' ? json.weight : 1
  const width = pixelsOf(json.width)
  const auto = json.width === 'auto' || json.width === undefined
  const style: CSSProperties = {
    ...containerStyle(json, config),
    flex: width ? `0 0 ${width}` : auto ? '0 1 auto' : `${weight} ${weight} 0`,
    margin: lengthsOf(json.margin),
  }
  const filled = style.background === undefined ? '' : styles.filled
  return (
    <div className={`${styles.column} ${filled}`} style={style}>
      <Elements elements={elementsOf(json.elements, `${path}/elements`)} />
    </div>
  )
}
