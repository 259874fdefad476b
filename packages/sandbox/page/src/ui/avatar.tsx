import { Bot, Users } from 'lucide-react'
import styles from './avatar.module.css'

const hues = [212, 258, 330, 14, 32, 160, 190, 234, 288, 350]
const han = /\p{Script=Han}/u
const botHues = [216, 250, 188, 272]

/** A picture made of initials and a colour that stays with the id. */
export function Avatar({
  id,
  name,
  kind = 'user',
  size = 36,
}: {
  id: string
  name: string
  kind?: 'user' | 'bot' | 'group'
  size?: number
}) {
  const choice = kind === 'bot' ? botHues : hues
  const hue = choice[hash(id) % choice.length]
  const shown = kind === 'user' ? initials(name) : undefined
  const fontSize = Math.round(size * (han.test(shown ?? '') ? 0.36 : 0.4))
  const style = { '--hue': hue, width: size, height: size, fontSize } as React.CSSProperties
  return (
    <span
      className={`${styles.avatar} ${styles[kind] ?? ''}`}
      style={style}
      // No text of the page: names of buttons around it would have to hold it.
      data-initials={shown}
      aria-hidden="true"
    >
      {kind === 'bot' && <Bot size={size * 0.6} />}
      {kind === 'group' && <Users size={size * 0.52} />}
    </span>
  )
}

function initials(name: string): string {
  // Chinese names are told apart by the given name, which stands last.
  if (han.test(name)) return name.slice(-2)
  const words = name.trim().split(/\s+/)
  return `${words[0]?.[0] ?? ''}${words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''}`.toUpperCase()
}

function hash(text: string): number {
  let value = 7
  for (const character of text) value = (value * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return value
}
