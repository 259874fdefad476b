import { Search } from 'lucide-react'
import { memo, useMemo } from 'react'
import type { PageChat } from '../../../src/page-server/page-records.ts'
import { summaryOf } from '../messages/summary.ts'
import { useDirectory, useSession, useSessionState } from '../session/use-session.ts'
import { Avatar } from '../ui/avatar.tsx'
import { EmptyState, Skeleton } from '../ui/state.tsx'
import { useLocale, useWords } from '../words/locale.ts'
import { shortTime } from '../words/time.ts'
import { useWorkspace } from '../workspace.ts'
import styles from './chat-list.module.css'
import { orderedChats } from './chat-order.ts'
import { NewChatMenu } from './new-chat-menu.tsx'

/** The chats of the signed-in person, the latest first. */
export function ChatList() {
  const say = useWords()
  const { chatId, open, openSwitcher } = useWorkspace()
  const chats = useSessionState((state) => state.chats)
  const state = useSessionState((now) => now.state)
  const ordered = useMemo(() => orderedChats(chats.values()), [chats])
  return (
    <section className={styles.list} aria-label={say('messages')}>
      <header className={styles.header}>
        <button type="button" className={styles.search} onClick={openSwitcher}>
          <Search size={15} aria-hidden="true" />
          <span>{say('search')}</span>
          <kbd>{/Mac|iP/.test(navigator.platform) ? '⌘K' : 'Ctrl K'}</kbd>
        </button>
        <NewChatMenu />
      </header>
      {state === 'loading' ? (
        <Skeleton rows={7} label={say('loading')} />
      ) : (
        <ul className={styles.chats}>
          {ordered.map((chat) => (
            <ChatRow key={chat.chatId} chat={chat} isOpen={chat.chatId === chatId} onOpen={open} />
          ))}
        </ul>
      )}
      {state !== 'loading' && ordered.length === 0 && <EmptyState title={say('noMatches')} />}
    </section>
  )
}

const ChatRow = memo(function ChatRow({
  chat,
  isOpen,
  onOpen,
}: {
  chat: PageChat
  isOpen: boolean
  onOpen: (chatId: string) => void
}) {
  const { user } = useSession()
  const directory = useDirectory()
  const locale = useLocale()
  const say = useWords()
  const name = directory.chatName(chat, locale)
  const { lastMessage: last, unread } = chat
  const showsSender =
    chat.type === 'group' && last && !last.deleted && last.messageType !== 'system' && last.sender.id !== user
  const sender = showsSender ? `${directory.senderName(last, locale)}${locale === 'zh' ? '：' : ': '}` : ''
  const isOffline = chat.type === 'p2p' && directory.offlineApps(chat).length > 0
  return (
    <li>
      <button
        type="button"
        className={styles.chat}
        aria-current={isOpen ? 'true' : undefined}
        data-chat={chat.chatId}
        onClick={() => onOpen(chat.chatId)}
      >
        <span className={styles.picture}>
          <Avatar
            id={chat.type === 'p2p' ? (chat.appIds[0] ?? '') : chat.chatId}
            name={name}
            kind={chat.type === 'p2p' ? 'bot' : 'group'}
            size={40}
          />
          {chat.type === 'p2p' && <span className={isOffline ? styles.offline : styles.online} />}
        </span>
        <span className={styles.text}>
          <span className={styles.top}>
            <span className={styles.name}>{name}</span>
            {chat.type === 'p2p' && <span className={styles.tag}>{say('bot')}</span>}
            {last && <time className={styles.time}>{shortTime(last.createTimeMs, locale)}</time>}
          </span>
          <span className={styles.bottom}>
            <span className={styles.last}>
              {last ? sender + summaryOf(last, user, directory, locale) : chat.description}
            </span>
            {unread > 0 && <span className={styles.badge}>{unread > 99 ? '99+' : unread}</span>}
          </span>
        </span>
      </button>
    </li>
  )
})
