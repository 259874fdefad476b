import { ArrowLeft, Info, MessageSquare, Users } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import type { PageChat, PageMessage } from '../../src/page-server/page-records.ts'
import { Composer } from './composer/composer.tsx'
import styles from './conversation.module.css'
import { LinkBanner } from './link-banner.tsx'
import { MessageList } from './messages/message-list.tsx'
import { useMessageActions } from './messages/use-message-actions.ts'
import { useDirectory, useSession, useWindow } from './session/use-session.ts'
import { Avatar } from './ui/avatar.tsx'
import { IconButton } from './ui/icon-button.tsx'
import { EmptyState } from './ui/state.tsx'
import { useLocale, useWords } from './words/locale.ts'
import { useWorkspace } from './workspace.ts'

/** An open chat: who it is with, what was said, and the text field. */
export function Conversation({ chat }: { chat: PageChat }) {
  const session = useSession()
  const say = useWords()
  const { target } = useWorkspace()
  const { chatId } = chat
  const window = useWindow(chatId)
  const [replyTo, setReplyTo] = useState<PageMessage>()
  const [dropped, setDropped] = useState<readonly File[]>()
  const [dragging, setDragging] = useState(false)
  const [editing, setEditing] = useState<PageMessage>()
  const actions = useMessageActions(chatId, setReplyTo, setEditing)
  // Where the new messages began when the chat was opened; the line stays while it is open.
  const [unreadFrom] = useState(() => (chat.unread > 0 ? firstUnread(chat, session.user) : undefined))

  useEffect(() => {
    void session.show(chatId, target?.messageId)
  }, [session, chatId, target])
  useReadMarks(chat)

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped anywhere; the buttons do the same
    <section
      className={styles.conversation}
      data-conversation
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setDragging(true)
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDragging(false)
      }}
      onDrop={(event) => {
        event.preventDefault()
        setDragging(false)
        setDropped([...event.dataTransfer.files])
      }}
    >
      <ConversationHeader chat={chat} />
      <LinkBanner chat={chat} />
      <MessageList
        windowKey={chatId}
        window={window}
        unreadFrom={unreadFrom}
        target={target}
        actions={actions}
        empty={<EmptyConversation chat={chat} />}
      />
      <Composer
        key={editing?.messageId}
        chat={chat}
        draftKey={`${session.user} ${chatId}`}
        replyTo={replyTo}
        editing={editing}
        onDone={() => (editing ? setEditing(undefined) : setReplyTo(undefined))}
        dropped={dropped}
      />
      {dragging && <div className={styles.drop}>{say('dropHere')}</div>}
    </section>
  )
}

function ConversationHeader({ chat }: { chat: PageChat }) {
  const say = useWords()
  const locale = useLocale()
  const directory = useDirectory()
  const { open, pane, setPane } = useWorkspace()
  const name = directory.chatName(chat, locale)
  const isGroup = chat.type === 'group'
  const [appId = ''] = chat.appIds
  const offline = directory.offlineApps(chat).length > 0
  const status = isGroup
    ? say('memberCount', { count: chat.userIds.length + chat.appIds.length })
    : say(offline ? 'notConnected' : 'connected')
  const infoOpen = pane?.kind === 'info'
  return (
    <header className={styles.header}>
      <IconButton name={say('back')} className={styles.back} onClick={() => open(undefined)}>
        <ArrowLeft size={20} />
      </IconButton>
      <Avatar id={isGroup ? chat.chatId : appId} name={name} kind={isGroup ? 'group' : 'bot'} size={38} />
      <div className={styles.heading}>
        <h1>{name}</h1>
        <p>
          {!isGroup && <span className={offline ? styles.offlineDot : styles.onlineDot} />}
          {status}
          {chat.description && ` · ${chat.description}`}
        </p>
      </div>
      <IconButton
        name={say(isGroup ? 'groupInfo' : 'profile')}
        side="bottom"
        aria-pressed={infoOpen}
        onClick={() => setPane(infoOpen ? undefined : { kind: 'info' })}
      >
        {isGroup ? <Users size={19} /> : <Info size={19} />}
      </IconButton>
    </header>
  )
}

function EmptyConversation({ chat }: { chat: PageChat }) {
  const say = useWords()
  const locale = useLocale()
  const directory = useDirectory()
  if (chat.type === 'group') {
    return <EmptyState icon={<MessageSquare size={40} />} title={say('emptyGroupTitle')} hint={say('emptyGroupHint')} />
  }
  const name = directory.chatName(chat, locale)
  return (
    <EmptyState
      icon={<Avatar id={chat.appIds[0] ?? ''} name={name} kind="bot" size={64} />}
      title={say('emptyBotTitle', { name })}
      hint={say('emptyBotHint')}
    />
  )
}

/** Marks the chat as read while somebody really looks at it. */
function useReadMarks(chat: PageChat): void {
  const session = useSession()
  const { chatId, unread } = chat
  const look = useCallback(() => {
    if (document.visibilityState === 'visible') void session.read(chatId)
  }, [session, chatId])
  useEffect(look, [look, unread])
  useEffect(() => {
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [look])
}

function firstUnread(chat: PageChat, user: string): number {
  return (chat.readSeqs[user] ?? 0) + 1
}
