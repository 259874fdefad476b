import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { summaryOf } from '../messages/summary.ts'
import { useChat, useDirectory, useSession, useSessionState } from '../session/use-session.ts'
import { Avatar } from '../ui/avatar.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { useLocale, useWords } from '../words/locale.ts'
import { useWorkspace } from '../workspace.ts'
import styles from './new-message-notice.module.css'

const shownMs = 5000

/** The newest message of a chat that is not open, for a moment; a click goes to it. */
export function NewMessageNotice() {
  const say = useWords()
  const locale = useLocale()
  const directory = useDirectory()
  const { user } = useSession()
  const { chatId, open } = useWorkspace()
  const message = useSessionState((state) => state.news)
  const chat = useChat(message?.chatId)
  const [passed, setPassed] = useState(message)

  useEffect(() => {
    const timer = setTimeout(setPassed, shownMs, message)
    return () => clearTimeout(timer)
  }, [message])

  const isShown = message && chat && message !== passed && chat.unread > 0 && chat.chatId !== chatId
  const name = message ? directory.senderName(message, locale) : ''
  return (
    <div className={styles.region} role="status">
      {isShown && (
        <div className={styles.notice}>
          <button
            type="button"
            className={styles.message}
            aria-label={say('newMessageFrom', { name })}
            onClick={() => open(chat.chatId, message.messageId)}
          >
            <Avatar id={message.sender.id} name={name} kind={message.sender.type} size={36} />
            <span className={styles.text}>
              <span className={styles.from}>
                <b>{name}</b> {chat.type === 'group' && chat.name}
              </span>
              <span className={styles.words}>{summaryOf(message, user, directory, locale)}</span>
            </span>
          </button>
          <IconButton name={say('close')} side="bottom" onClick={() => setPassed(message)}>
            <X size={16} />
          </IconButton>
        </div>
      )}
    </div>
  )
}
