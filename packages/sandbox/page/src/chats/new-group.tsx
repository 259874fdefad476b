import { useState } from 'react'
import { control } from '../session/client.ts'
import type { Member } from '../session/directory.ts'
import { useDirectory, useSession } from '../session/use-session.ts'
import { attempt } from '../ui/attempt.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { useLocale, useWords } from '../words/locale.ts'
import { useWorkspace } from '../workspace.ts'
import { MemberPicker } from './member-picker.tsx'
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

  const make = async () => {
    const ids = members.filter(({ id }) => chosen.has(id))
    const users = [user, ...ids.filter(({ type }) => type === 'user').map(({ id }) => id)]
    const apps = ids.filter(({ type }) => type === 'bot').map(({ id }) => id)
    const create = async () => {
      const { chatId } = await control('createChat', { name: name.trim(), users, apps })
      onClose()
      open(chatId)
    }
    await attempt(create())
  }

  return (
    <Dialog
      title={say('newGroup')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{say('cancel')}</Button>
          <Button look="primary" disabled={name.trim() === ''} onClick={make}>
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
            if (event.key === 'Enter' && !event.nativeEvent.isComposing && name.trim() !== '') void make()
          }}
        />
      </label>
      <p className={styles.label}>{say('members')}</p>
      <MemberPicker members={members} chosen={chosen} onChange={setChosen} />
    </Dialog>
  )
}
