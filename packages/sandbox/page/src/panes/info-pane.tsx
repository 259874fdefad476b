import { Plus } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { PageApp, PageChat } from '../../../src/page-server/page-records.ts'
import { control } from '../session/client.ts'
import { useDirectory, useSession } from '../session/use-session.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import menu from '../ui/menu.module.css'
import { showToast } from '../ui/toast.tsx'
import { useLocale, useWords } from '../words/locale.ts'
import styles from './info-pane.module.css'
import { Pane } from './pane.tsx'

/** Who is in a group, or which bot a direct chat is with. */
export function InfoPane({ chat }: { chat: PageChat }) {
  const say = useWords()
  const app = useDirectory().app(chat.appIds[0] ?? '')
  if (chat.type === 'p2p') {
    return <Pane title={say('profile')}>{app && <BotProfile app={app} />}</Pane>
  }
  return (
    <Pane title={say('groupInfo')}>
      <Members chat={chat} />
    </Pane>
  )
}

function BotProfile({ app }: { app: PageApp }) {
  const say = useWords()
  const rows = [
    [say('appId'), app.appId],
    [say('delivery'), say(app.delivery === 'webhook' ? 'webhook' : 'longConnection')],
    ...(app.delivery === 'websocket' ? [[say('connections'), String(app.links)]] : []),
  ]
  return (
    <div className={styles.profile}>
      <Avatar id={app.appId} name={app.name} kind="bot" size={72} />
      <h3>{app.name}</h3>
      <p className={styles.tag}>{say('bot')}</p>
      <dl className={styles.facts}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {app.commands.length > 0 && (
        <dl className={styles.facts}>
          {app.commands.map(({ command, description }) => (
            <div key={command}>
              <dt>/{command}</dt>
              <dd>{description}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}

function Members({ chat }: { chat: PageChat }) {
  const say = useWords()
  const locale = useLocale()
  const { user } = useSession()
  const directory = useDirectory()
  const others = directory.apps.filter(({ appId }) => !chat.appIds.includes(appId))

  const change = async (verb: 'addBot' | 'removeBot', appId: string) => {
    try {
      await control(verb, { user, chatId: chat.chatId, appId })
    } catch (error) {
      showToast('error', say('failed', { reason: error instanceof Error ? error.message : String(error) }))
    }
  }

  return (
    <div className={styles.members}>
      {chat.description && <p className={styles.description}>{chat.description}</p>}
      <div className={styles.heading}>
        <h3>
          {say('bots')} · {chat.appIds.length}
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
                <DropdownMenu.Item key={appId} className={menu.item} onSelect={() => void change('addBot', appId)}>
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
        {chat.appIds.map((appId) => {
          const name = directory.nameOf(appId, locale)
          return (
            <li key={appId} className={styles.member}>
              <Avatar id={appId} name={name} kind="bot" size={32} />
              <span>{name}</span>
              <Button look="quiet" className={styles.remove} onClick={() => void change('removeBot', appId)}>
                {say('removeBot')}
              </Button>
            </li>
          )
        })}
      </ul>
      <h3 className={styles.heading}>
        {say('people')} · {chat.userIds.length}
      </h3>
      <ul>
        {chat.userIds.map((id) => {
          const name = directory.nameOf(id, locale)
          return (
            <li key={id} className={styles.member}>
              <Avatar id={id} name={name} size={32} />
              <span className={styles.person}>
                <span>
                  {name} {id === user && <small>({say('you')})</small>}
                </span>
                <small>{directory.person(id)?.jobTitle}</small>
              </span>
              {id === chat.ownerUserId && <span className={styles.tag}>{say('owner')}</span>}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
