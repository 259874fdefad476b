import { objectsOf, textOf } from '../../../src/im/card-json.ts'
import { useCard } from './card-context.ts'
import type { CardElement } from './card-element.ts'
import styles from './person.module.css'

interface PersonProps {
  id: string
  size?: string | undefined
  showName?: boolean
  showAvatar?: boolean
  capsule?: boolean
}

/** A person: a round with the first letter of the name, and the name. */
export function Person({ id, size = 'medium', showName = true, showAvatar = true, capsule = false }: PersonProps) {
  const { userName } = useCard()
  const name = userName(id)
  return (
    <span className={capsule ? styles.capsule : styles.person} data-size={size} title={name}>
      {showAvatar && (
        <span className={styles.avatar} aria-hidden="true" style={{ background: hue(id) }}>
          {initial(name, capsule || size === 'extra_small' ? 1 : 2)}
        </span>
      )}
      {showName ? <span className={styles.name}>{name}</span> : <span className={styles.hidden}>{name}</span>}
    </span>
  )
}

/** The elements `person` and `person_list` (docs: card components user-profile, user-list). */
export function PersonElement({ element: { tag, json } }: { element: CardElement }) {
  const people = tag === 'person' ? [json] : objectsOf(json.persons)
  const capsule = json.style === 'capsule'
  const shown = {
    // One person is shown without a name unless asked for, and a list likewise.
    showName: json.show_name === true || capsule,
    showAvatar: json.show_avatar !== false,
  }
  return (
    <span className={styles.list}>
      {people.map((person, index) => {
        const id = textOf(person.user_id) ?? textOf(person.id) ?? ''
        return <Person key={index} id={id} size={textOf(json.size)} capsule={capsule} {...shown} />
      })}
    </span>
  )
}

const hues = ['blue', 'turquoise', 'violet', 'orange', 'green', 'carmine', 'indigo', 'wathet']

function hue(id: string): string {
  let sum = 0
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 9973
  return `var(--card-${hues[sum % hues.length]})`
}

/** Chinese names are known by their last signs, others by their first letter. */
function initial(name: string, signs: number): string {
  return /\p{Script=Han}/u.test(name) ? name.slice(-signs) : name.slice(0, 1).toUpperCase()
}
