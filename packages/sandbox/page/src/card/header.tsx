import type { CSSProperties } from 'react'
import { type Json, objectOf, objectsOf, textOf } from '../../../src/im/card-json.ts'
import { contentOf } from './card.ts'
import { useCard } from './card-context.ts'
import { hueOf } from './color.ts'
import styles from './header.module.css'
import { Icon } from './icon.tsx'
import { lengthsOf } from './layout.ts'
import { Tag } from './tag.tsx'
import { Text } from './text.tsx'

/** Title, subtitle, icon and labels on the colour of a template (docs: card header). */
export function CardHeader({ header }: { header: Json }) {
  const { locale } = useCard()
  const hue = hueOf(header.template)
  const style = { '--hue': hue && `var(--card-${hue})`, padding: lengthsOf(header.padding) } as CSSProperties
  const icon = header.icon ?? header.ud_icon
  const labels = labelsOf(header, locale)
  const title = objectOf(header.title)
  if (contentOf(title, locale) === '' && header.subtitle === undefined) return null
  return (
    <header className={styles.header} data-plain={hue === undefined} style={style}>
      {icon !== undefined && <Icon icon={objectOf(icon)} size="20px" />}
      <div className={styles.words}>
        <div className={styles.line}>
          <h3 className={styles.title}>
            <Text text={title} />
          </h3>
          {labels.map((label, index) => (
            <Tag key={index} hue={hueOf(label.color) ?? 'neutral'}>
              {contentOf(objectOf(label.text), locale)}
            </Tag>
          ))}
        </div>
        {header.subtitle !== undefined && <Text className={styles.subtitle} text={objectOf(header.subtitle)} />}
      </div>
    </header>
  )
}

function labelsOf(header: Json, locale: 'zh' | 'en'): readonly Json[] {
  const translated = objectOf(header.i18n_text_tag_list)[locale === 'zh' ? 'zh_cn' : 'en_us']
  return objectsOf(translated ?? header.text_tag_list).filter(({ text }) => textOf(objectOf(text).content))
}
