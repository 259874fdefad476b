import sprite from 'virtual:emoji-sprite'
import { emojis, findEmoji, pictureId } from './emoji.ts'
import styles from './emoji-picture.module.css'

const drawn = new Set(Object.values(emojis))

/** The picture of an emoji type, such as `THUMBSUP`; its name in brackets when there is none. */
export function Emoji({ type }: { type: string }) {
  const character = findEmoji(type)
  return character === undefined ? `[${type}]` : <EmojiPicture character={character} label={type} />
}

/** The picture of a character, as large as the text around it; the character itself when it has no picture. */
export function EmojiPicture({ character, label = character }: { character: string; label?: string }) {
  if (!drawn.has(character)) return character
  return (
    <svg className={styles.picture} role="img" aria-label={label}>
      <use href={`${sprite}#${pictureId(character)}`} />
    </svg>
  )
}
