import type { CSSProperties } from 'react'
import { type Json, objectOf, textOf } from '../../../src/im/card-json.ts'
import { contentOf } from './card.ts'
import { useCard } from './card-context.ts'
import type { CardElement } from './card-element.ts'
import { colorOf } from './color.ts'
import { Icon } from './icon.tsx'
import { InlineMarkdown, Markdown } from './markdown.tsx'
import styles from './text.module.css'
import { useTyped } from './typed.ts'

const sizes: Record<string, number> = {
  'heading-0': 30,
  'heading-1': 24,
  'heading-2': 20,
  'heading-3': 18,
  'heading-4': 16,
  heading: 16,
  normal: 14,
  notation: 12,
  'xxxx-large': 30,
  'xxx-large': 24,
  'xx-large': 20,
  'x-large': 18,
  large: 16,
  medium: 14,
  small: 12,
  'x-small': 10,
}

/** A text object: `plain_text`, `lark_md` or `markdown`. */
export function Text({ text, className }: { text: Json; className?: string | undefined }) {
  const { locale, config } = useCard()
  const content = useTyped(contentOf(text, locale))
  const lines = typeof text.lines === 'number' ? { '--lines': text.lines } : undefined
  const style = { ...textStyle(text, config), ...lines } as CSSProperties
  const classes = [styles.text, lines && styles.clamped, className].filter(Boolean).join(' ')
  if (text.tag === 'markdown') {
    return (
      <div className={classes} style={style}>
        <Markdown text={content} />
      </div>
    )
  }
  return (
    <div className={classes} style={style}>
      {text.tag === 'lark_md' ? <InlineMarkdown text={content} /> : content}
    </div>
  )
}

/** The markdown element of both schemas. */
export function MarkdownElement({ element: { json } }: { element: CardElement }) {
  const { locale, config } = useCard()
  // Schema 1.0 names links in the text and keeps their addresses beside it.
  const links = objectOf(json.href)
  const content = contentOf(json, locale).replace(/\]\(\$(\w+)\)/g, (whole, name: string) => {
    const address = textOf(objectOf(links[name]).pc_url) ?? textOf(objectOf(links[name]).url)
    return address === undefined ? whole : `](${address})`
  })
  const shown = useTyped(content)
  return (
    <div className={styles.withIcon} style={textStyle(json, config)}>
      {json.icon !== undefined && <Icon icon={objectOf(json.icon)} />}
      <Markdown text={shown} />
    </div>
  )
}

/** The words of a text object, for names of controls. */
export function useWords(text: unknown): string | undefined {
  const { locale } = useCard()
  return textOf(contentOf(objectOf(text), locale))
}

function textStyle(text: Json, config: Json): CSSProperties {
  const name = textOf(text.text_size)
  const own = objectOf(objectOf(objectOf(config.style).text_size)[name ?? ''])
  const size = sizes[textOf(own.pc) ?? textOf(own.default) ?? name ?? '']
  const align = textOf(text.text_align)
  return {
    fontSize: size,
    lineHeight: size === undefined ? undefined : size > 16 ? 1.4 : 1.57,
    textAlign: align === 'center' || align === 'right' ? align : undefined,
    color: colorOf(text.text_color, config),
  }
}
