import { useCard } from './card-context.ts'
import { colorOf, hueOf } from './color.ts'
import { Icon } from './icon.tsx'
import styles from './markdown.module.css'
import { MarkdownTokens } from './markdown-tokens.tsx'
import { Person } from './person.tsx'
import type { PlatformTag } from './platform-tag.ts'
import { SafeLink } from './safe-link.tsx'
import { Tag } from './tag.tsx'

/** One of the platform's tags inside markdown. */
export function PlatformTagView({ tag }: { tag: PlatformTag }) {
  const { config, userName, locale, say } = useCard()
  const { name, attributes, tokens } = tag
  switch (name) {
    case 'br':
      return <br />
    case 'hr':
      return <span className={styles.inlineRule} aria-hidden="true" />
    case 'raw':
      return tag.text
    case 'at': {
      const id = attributes.id ?? attributes.email ?? attributes.ids
      if (id === 'all') return <span className={styles.mention}>@{say.everybody}</span>
      const people = (id ?? '').split(',').filter(Boolean)
      return people.map((person) => (
        <span key={person} className={styles.mention}>
          @{userName(person.trim())}
        </span>
      ))
    }
    case 'font':
      return (
        <span style={{ color: colorOf(attributes.color, config) }}>
          <MarkdownTokens tokens={tokens} />
        </span>
      )
    case 'text_tag':
      return (
        <Tag hue={hueOf(attributes.color) ?? 'neutral'}>
          <MarkdownTokens tokens={tokens} />
        </Tag>
      )
    case 'number_tag': {
      const { background_color: background = 'grey', font_color: color = 'white', url, pc_url: pcUrl } = attributes
      const style = { background: colorOf(background, config), color: colorOf(color, config) }
      return (
        <SafeLink href={pcUrl || url || ''} className={styles.number}>
          <span style={style}>{tag.text}</span>
        </SafeLink>
      )
    }
    case 'a':
    case 'link': {
      const { href, url, pc_url: pcUrl, icon } = attributes
      return (
        <SafeLink href={href || pcUrl || url || ''}>
          {icon && <Icon icon={{ tag: 'standard_icon', token: icon }} />}
          <MarkdownTokens tokens={tokens} />
        </SafeLink>
      )
    }
    case 'person': {
      const { id = '', show_name: showName, show_avatar: showAvatar, style } = attributes
      const shown = { showName: showName !== 'false', showAvatar: showAvatar !== 'false' }
      return <Person id={id} size="extra_small" capsule={style === 'capsule'} {...shown} />
    }
    case 'local_datetime':
      return <time>{localDateTime(attributes, locale) ?? tag.text}</time>
    default:
      return tag.raw
  }
}

const formats: Record<string, Intl.DateTimeFormatOptions> = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date_short: { month: 'short', day: 'numeric' },
  date: { month: 'long', day: 'numeric', year: 'numeric' },
  week: { weekday: 'long' },
  week_short: { weekday: 'short' },
  time: { hour: '2-digit', minute: '2-digit', hour12: false },
  time_sec: { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false },
  timezone: { timeZoneName: 'shortOffset' },
}

function localDateTime({ millisecond, format_type: type = '' }: Record<string, string>, locale: string) {
  const ms = Number(millisecond)
  if (!millisecond || !Number.isFinite(ms)) return undefined
  const format = new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en-US', formats[type] ?? formats.date_num)
  if (type !== 'timezone') return format.format(ms)
  return format.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value
}
