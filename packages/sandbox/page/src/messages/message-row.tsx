import { MessageSquareText } from 'lucide-react'
import { memo, useState } from 'react'
import type { PageMessage } from '../../../src/page-server/page-records.ts'
import { useDirectory, useSession } from '../session/use-session.ts'
import { Avatar } from '../ui/avatar.tsx'
import { useLocale, useWords } from '../words/locale.ts'
import { clockTime, fullTime } from '../words/time.ts'
import type { MessageActions } from '../workspace.ts'
import { isBare, MessageBody } from './message-body.tsx'
import styles from './message-row.module.css'
import { MessageTools } from './message-tools.tsx'
import { ProfilePopover } from './profile-popover.tsx'
import { Quote } from './quote.tsx'
import { Reactions } from './reactions.tsx'
import { ReadMark } from './read-mark.tsx'
import { summaryOf } from './summary.ts'

/** One message of a conversation, with what can be done with it. */
export const MessageRow = memo(function MessageRow({
  message,
  first,
  inThread,
  highlighted,
  actions,
  openMenu,
}: {
  message: PageMessage
  /** The first of several of one sender: it shows who that is. */
  first: boolean
  /** Shown in a thread's own pane. */
  inThread: boolean
  highlighted: boolean
  actions: MessageActions
  /** Opens the menu of the message below the button. */
  openMenu: (message: PageMessage, at: DOMRect) => void
}) {
  const { user } = useSession()
  const directory = useDirectory()
  const locale = useLocale()
  const say = useWords()
  const isOwn = message.sender.type === 'user' && message.sender.id === user
  const name = directory.senderName(message, locale)
  // The tools of all rows at once would be most of the page.
  const [near, setNear] = useState(false)
  const [picking, setPicking] = useState(false)
  const active = near || picking
  const picture = <Avatar id={message.sender.id} name={name} kind={message.sender.type} />

  if (message.deleted || message.messageType === 'system') {
    return (
      <li className={styles.notice} data-message={message.messageId}>
        {summaryOf(message, user, directory, locale)}
      </li>
    )
  }

  const classes = [styles.row, first && styles.first, isOwn && styles.own, highlighted && styles.highlighted]
  return (
    <li
      className={classes.filter(Boolean).join(' ')}
      data-message={message.messageId}
      data-own={isOwn || undefined}
      aria-label={`${name} ${clockTime(message.createTimeMs)}`}
      tabIndex={-1}
      onPointerEnter={() => setNear(true)}
      onPointerLeave={(event) => setNear(event.currentTarget.contains(document.activeElement))}
      onFocus={() => setNear(true)}
      onBlur={(event) => setNear(event.currentTarget.contains(event.relatedTarget))}
    >
      <div className={styles.side}>
        {first && active && (
          <ProfilePopover sender={message.sender} onOpenChange={setPicking}>
            {picture}
          </ProfilePopover>
        )}
        {first && !active && picture}
      </div>
      <div className={styles.main}>
        {first && (
          <div className={styles.head}>
            {!isOwn && <span className={styles.name}>{name}</span>}
            {message.sender.type === 'bot' && <span className={styles.tag}>{say('bot')}</span>}
            <time title={fullTime(message.createTimeMs, locale)}>{clockTime(message.createTimeMs)}</time>
          </div>
        )}
        <div className={styles.line}>
          <div className={isBare(message.messageType) && !message.parentId ? styles.bare : styles.bubble}>
            {message.parentId && !inThread && <Quote message={message} onOpen={actions.goTo} />}
            <MessageBody message={message} />
            {message.updated && message.messageType !== 'interactive' && (
              <span className={styles.edited}>{say('edited')}</span>
            )}
          </div>
          {active && <MessageTools {...{ message, inThread, actions, openMenu, setPicking }} />}
        </div>
        <Reactions message={message} onToggle={(emojiType) => actions.toggleReaction(message, emojiType)} />
        {!inThread && message.threadReplies !== undefined && (
          <button type="button" className={styles.thread} onClick={() => actions.openThread(message)}>
            <MessageSquareText size={15} aria-hidden="true" />
            {message.threadReplies === 1 ? say('threadReply') : say('threadReplies', { count: message.threadReplies })}
          </button>
        )}
        {isOwn && !inThread && <ReadMark message={message} />}
      </div>
      {!first && <time className={styles.hoverTime}>{clockTime(message.createTimeMs)}</time>}
    </li>
  )
})
