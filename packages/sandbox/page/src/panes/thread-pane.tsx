import { useEffect, useMemo, useState } from 'react'
import type { PageChat, PageMessage } from '../../../src/page-server/page-records.ts'
import { Composer } from '../composer/composer.tsx'
import { MessageList } from '../messages/message-list.tsx'
import { useMessageActions } from '../messages/use-message-actions.ts'
import { emptyWindow } from '../session/message-window.ts'
import { windowKey } from '../session/session.ts'
import { useDirectory, useSession, useWindow } from '../session/use-session.ts'
import { useLocale, useWords } from '../words/locale.ts'
import { Pane } from './pane.tsx'
import styles from './thread-pane.module.css'

const nothing = () => {}

/** The replies that belong to one message; before the first of them there is the message alone. */
export function ThreadPane({ chat, opener }: { chat: PageChat; opener: PageMessage }) {
  const session = useSession()
  const [editing, setEditing] = useState<PageMessage>()
  const say = useWords()
  const locale = useLocale()
  const directory = useDirectory()
  const conversation = useWindow(chat.chatId)
  const { messageId } = opener
  const root = conversation?.messages.find((message) => message.messageId === messageId) ?? opener
  const key = root.threadId === undefined ? undefined : windowKey(chat.chatId, root.threadId)
  const window = useWindow(key ?? '')
  const alone = useMemo(() => ({ ...emptyWindow, messages: [root], state: 'ready' as const }), [root])
  const actions = useMessageActions(chat.chatId, nothing, setEditing)

  useEffect(() => {
    if (key !== undefined) void session.show(key)
  }, [session, key])

  return (
    <Pane title={say('thread')} hint={directory.chatName(chat, locale)}>
      <div className={styles.thread} data-conversation>
        <MessageList
          windowKey={key ?? messageId}
          window={key === undefined ? alone : window}
          inThread
          actions={actions}
        />
        <Composer
          key={editing?.messageId ?? messageId}
          chat={chat}
          draftKey={`${session.user} ${messageId}`}
          replyTo={root}
          editing={editing}
          inThread
          onDone={() => setEditing(undefined)}
        />
      </div>
    </Pane>
  )
}
