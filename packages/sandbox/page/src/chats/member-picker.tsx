import type { Member } from '../session/directory.ts'
import { Avatar } from '../ui/avatar.tsx'
import { useWords } from '../words/locale.ts'
import styles from './member-picker.module.css'

/** People and bots of whom some are chosen. */
export function MemberPicker({
  members,
  chosen,
  onChange,
}: {
  members: readonly Member[]
  /** Their ids. */
  chosen: ReadonlySet<string>
  onChange: (chosen: ReadonlySet<string>) => void
}) {
  const say = useWords()
  const toggle = (id: string) => onChange(chosen.has(id) ? without(chosen, id) : new Set(chosen).add(id))
  return (
    <ul className={styles.members}>
      {members.map(({ id, type, name }) => (
        <li key={id}>
          <label className={styles.member}>
            <input type="checkbox" checked={chosen.has(id)} onChange={() => toggle(id)} />
            <Avatar id={id} name={name} kind={type} size={28} />
            <span className={styles.name}>{name}</span>
            {type === 'bot' && <span className={styles.hint}>{say('bot')}</span>}
          </label>
        </li>
      ))}
    </ul>
  )
}

function without(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...ids].filter((each) => each !== id))
}
