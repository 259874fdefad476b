import { useState } from 'react'
import { control } from '../session/client.ts'
import type { Member } from '../session/directory.ts'
import { useDirectory, useSession } from '../session/use-session.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { showToast } from '../ui/toast.tsx'
import { useLocale, useWords } from '../words/locale.ts'
import { useWorkspace } from '../workspace.ts'
import styles from './new-group.module.css'

/** Makes a group of people and bots. */
export function NewGroup({ onClose }: { onClose: () => void }) {
  const say = useWords()
  const locale = useLocale()
  const { user } = useSession()
  const directory = useDirectory()
  const { open } = useWorkspace()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    new Set(directory.apps.slice(0, 1).map(({ appId }) => appId)),
  )
  const people = directory.people.filter(({ userId }) => userId !== user)
  const members: Member[] = [
    ...directory.apps.map(({ appId, name: app }) => ({ type: 'bot' as const, id: appId, name: app })),
    ...people.map(({ userId }) => ({ type: 'user' as const, id: userId, name: directory.nameOf(userId, locale) })),
  ]

  const create = async () => {
    const ids = members.filter(({ id }) => chosen.has(id))
    const users = [user, ...ids.filter(({ type }) => type === 'user').map(({ id }) => id)]
    const apps = ids.filter(({ type }) => type === 'bot').map(({ id }) => id)
    try {
      const { chatId } = await control('createChat', { name: name.trim(), users, apps })
      onClose()
      open(chatId)
    } catch (error) {
      showToast('error', say('failed', { reason: error instanceof Error ? error.message : String(error) }))
    }
  }
  const toggle = (id: string) => setChosen((now) => (now.has(id) ? without(now, id) : new Set(now).add(id)))

  return (
    <Dialog
      title={say('newGroup')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{say('cancel')}</Button>
          <Button look="primary" disabled={name.trim() === ''} onClick={create}>
            {say('create')}
          </Button>
        </>
      }
    >
      <label className={styles.name}>
        <span>{say('groupName')}</span>
        <input
          value={name}
          placeholder={say('groupNameHint')}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.nativeEvent.isComposing && name.trim() !== '') void create()
          }}
        />
      </label>
      <p className={styles.label}>{say('members')}</p>
      <ul className={styles.members}>
        {members.map(({ id, type, name: memberName }) => (
          <li key={id}>
            <label className={styles.member}>
              <input type="checkbox" checked={chosen.has(id)} onChange={() => toggle(id)} />
              <Avatar id={id} name={memberName} kind={type} size={28} />
              <span>{memberName}</span>
              {type === 'bot' && <span className={styles.hint}>{say('bot')}</span>}
            </label>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

function without(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...ids].filter((each) => each !== id))
}
