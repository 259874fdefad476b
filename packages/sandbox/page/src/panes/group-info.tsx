import { Plus } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import type { PageChat } from '../../../src/page-server/page-records.ts'
import { control } from '../session/client.ts'
import { useDirectory, useSession } from '../session/use-session.ts'
import { attempt } from '../ui/attempt.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import menu from '../ui/menu.module.css'
import { useLocale, useWords } from '../words/locale.ts'
import { AddMembers } from './add-members.tsx'
import styles from './group-info.module.css'
import { GroupName } from './group-name.tsx'
import { LeaveGroup } from './leave-group.tsx'

/** A group: its name, who is in it, and how they come and go. */
export function GroupInfo({ chat }: { chat: PageChat }) {
  return (
    <div className={styles.members}>
      <GroupName chat={chat} />
      {chat.description && <p className={styles.description}>{chat.description}</p>}
      <Bots chat={chat} />
      <People chat={chat} />
      <LeaveGroup chat={chat} />
    </div>
  )
}

function Bots({ chat: { chatId, appIds } }: { chat: PageChat }) {
  const say = useWords()
  const locale = useLocale()
  const { user } = useSession()
  const directory = useDirectory()
  const others = directory.apps.filter(({ appId }) => !appIds.includes(appId))
  return (
    <>
      <div className={styles.heading}>
        <h3>
          {say('bots')} · {appIds.length}
        </h3>
        <DropdownMenu.Root>
          <DropdownMenu.Trigger asChild>
            <Button look="quiet">
              <Plus size={16} /> {say('addBot')}
            </Button>
          </DropdownMenu.Trigger>
          <DropdownMenu.Portal>
            <DropdownMenu.Content className={menu.menu} align="end">
              {others.map(({ appId, name }) => (
                <DropdownMenu.Item
                  key={appId}
                  className={menu.item}
                  onSelect={() => void attempt(control('addBot', { user, chatId, appId }))}
                >
                  <Avatar id={appId} name={name} kind="bot" size={24} /> {name}
                </DropdownMenu.Item>
              ))}
              {others.length === 0 && (
                <DropdownMenu.Label className={menu.label}>{say('noMoreBots')}</DropdownMenu.Label>
              )}
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu.Root>
      </div>
      <ul>
        {appIds.map((appId) => {
          const name = directory.nameOf(appId, locale)
          return (
            <li key={appId} className={styles.member}>
              <Avatar id={appId} name={name} kind="bot" size={32} />
              <span>{name}</span>
              <Button
                look="quiet"
                className={styles.remove}
                aria-label={say('removeMember', { name })}
                onClick={() => void attempt(control('removeBot', { user, chatId, appId }))}
              >
                {say('remove')}
              </Button>
            </li>
          )
        })}
      </ul>
    </>
  )
}

function People({ chat }: { chat: PageChat }) {
  const say = useWords()
  const locale = useLocale()
  const { user } = useSession()
  const directory = useDirectory()
  const [adding, setAdding] = useState(false)
  const { chatId, userIds, ownerUserId } = chat
  return (
    <>
      <div className={styles.heading}>
        <h3>
          {say('people')} · {userIds.length}
        </h3>
        <Button look="quiet" onClick={() => setAdding(true)}>
          <Plus size={16} /> {say('addPeople')}
        </Button>
      </div>
      {adding && <AddMembers chat={chat} onClose={() => setAdding(false)} />}
      <ul>
        {userIds.map((id) => {
          const name = directory.nameOf(id, locale)
          return (
            <li key={id} className={styles.member}>
              <Avatar id={id} name={name} size={32} />
              <span className={styles.person}>
                <span>
                  {name} {id === user && <small>({say('you')})</small>}
                </span>
                <small>{directory.jobOf(id, locale)}</small>
              </span>
              {id === ownerUserId && <span className={styles.tag}>{say('owner')}</span>}
              {user === ownerUserId && id !== user && (
                <Button
                  look="quiet"
                  className={styles.remove}
                  aria-label={say('removeMember', { name })}
                  onClick={() => void attempt(control('removeMembers', { user, chatId, users: [id] }))}
                >
                  {say('remove')}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
    </>
  )
}
