import type { PageApp, PageChat } from '../../../src/page-server/page-records.ts'
import { useDirectory } from '../session/use-session.ts'
import { Avatar } from '../ui/avatar.tsx'
import { useWords } from '../words/locale.ts'
import { GroupInfo } from './group-info.tsx'
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
      <GroupInfo key={chat.chatId} chat={chat} />
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
