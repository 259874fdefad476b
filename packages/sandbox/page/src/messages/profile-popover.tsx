import { Popover } from 'radix-ui'
import type { ReactNode } from 'react'
import type { PageMessage } from '../../../src/page-server/page-records.ts'
import { useDirectory, useSessionState } from '../session/use-session.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import menu from '../ui/menu.module.css'
import { useLocale, useWords } from '../words/locale.ts'
import { useWorkspace } from '../workspace.ts'
import styles from './profile-popover.module.css'

/** Who said something: name, job and ids of a person, or the bot with a way to its direct chat. */
export function ProfilePopover({
  sender,
  onOpenChange,
  children,
}: {
  sender: PageMessage['sender']
  onOpenChange: (open: boolean) => void
  /** The picture that opens it. */
  children: ReactNode
}) {
  const locale = useLocale()
  const directory = useDirectory()
  const name = sender.type === 'user' ? directory.nameOf(sender.id, locale) : sender.name
  return (
    <Popover.Root onOpenChange={onOpenChange}>
      <Popover.Trigger asChild>
        <button type="button" className={styles.trigger} aria-label={name}>
          {children}
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={`${menu.menu} ${styles.profile}`}
          side="right"
          align="start"
          sideOffset={8}
          collisionPadding={12}
          aria-label={name}
        >
          <div className={styles.head}>
            <Avatar id={sender.id} name={name} kind={sender.type} size={52} />
            <b>{name}</b>
          </div>
          {sender.type === 'user' ? <PersonFacts id={sender.id} /> : <BotFacts appId={sender.id} />}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function PersonFacts({ id }: { id: string }) {
  const say = useWords()
  const locale = useLocale()
  const directory = useDirectory()
  const person = directory.person(id)
  if (!person) return null
  const { name, enName } = person.department
  const openId = person.ids.find((known) => known.startsWith('ou_')) ?? ''
  return (
    <Facts
      rows={[
        [say('jobTitle'), directory.jobOf(id, locale)],
        [say('department'), locale === 'zh' ? name : enName],
        ['user_id', person.userId],
        ['open_id', openId],
      ]}
    />
  )
}

function BotFacts({ appId }: { appId: string }) {
  const say = useWords()
  const { chatId, open } = useWorkspace()
  const direct = useSessionState((state) =>
    [...state.chats.values()].find((chat) => chat.type === 'p2p' && chat.appIds.includes(appId)),
  )
  return (
    <>
      <Facts rows={[[say('appId'), appId]]} />
      {direct && direct.chatId !== chatId && (
        <Button look="primary" className={styles.chat} onClick={() => open(direct.chatId)}>
          {say('sendMessage')}
        </Button>
      )}
    </>
  )
}

function Facts({ rows }: { rows: readonly (readonly [name: string, value: string])[] }) {
  return (
    <dl className={styles.facts}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
