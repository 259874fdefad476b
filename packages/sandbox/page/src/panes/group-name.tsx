import { Pencil } from 'lucide-react'
import { useState } from 'react'
import type { PageChat } from '../../../src/page-server/page-records.ts'
import { control } from '../session/client.ts'
import { useSession } from '../session/use-session.ts'
import { attempt } from '../ui/attempt.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { useWords } from '../words/locale.ts'
import styles from './group-info.module.css'

/** What a group is called, and the field to change it. */
export function GroupName({ chat: { chatId, name } }: { chat: PageChat }) {
  const say = useWords()
  const { user } = useSession()
  const [typed, setTyped] = useState<string>()
  const wanted = typed?.trim() ?? ''
  const rename = async () => {
    if (wanted === name || (await attempt(control('renameChat', { user, chatId, name: wanted })))) setTyped(undefined)
  }
  return (
    <div className={styles.group}>
      <Avatar id={chatId} name={name} kind="group" size={44} />
      {typed === undefined ? (
        <>
          <h3>{name}</h3>
          <IconButton name={say('rename')} onClick={() => setTyped(name)}>
            <Pencil size={16} />
          </IconButton>
        </>
      ) : (
        <form
          className={styles.rename}
          onSubmit={(event) => {
            event.preventDefault()
            void rename()
          }}
        >
          <input
            value={typed}
            aria-label={say('groupName')}
            // biome-ignore lint/a11y/noAutofocus: the button that was pressed gave way to it
            autoFocus
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return
              event.preventDefault()
              setTyped(undefined)
            }}
          />
          <Button look="primary" type="submit" disabled={wanted === ''}>
            {say('save')}
          </Button>
        </form>
      )}
    </div>
  )
}
