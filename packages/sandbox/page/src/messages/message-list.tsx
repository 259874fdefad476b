import { ArrowDown, MessageSquare } from 'lucide-react'
import { Fragment, type ReactNode, useCallback, useLayoutEffect, useRef, useState } from 'react'
import type { PageMessage } from '../../../src/page-server/page-records.ts'
import { draftOf } from '../composer/draft.ts'
import type { MessageWindow } from '../session/message-window.ts'
import { useSession } from '../session/use-session.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState, Skeleton } from '../ui/state.tsx'
import { useLocale, useWords } from '../words/locale.ts'
import { dayName, sameDay } from '../words/time.ts'
import type { MessageActions } from '../workspace.ts'
import styles from './message-list.module.css'
import { type MenuPlace, MessageMenu } from './message-menu.tsx'
import { MessageRow } from './message-row.tsx'
import { useScroll } from './use-scroll.ts'

/** Messages of one sender within this time stand together. */
const groupMs = 5 * 60_000

/** A conversation or a thread: days, groups of messages, and its history as far as somebody scrolls. */
export function MessageList({
  windowKey,
  window,
  inThread = false,
  unreadFrom,
  target,
  actions,
  empty,
}: {
  windowKey: string
  window: MessageWindow | undefined
  inThread?: boolean
  /** Messages from this seq on were new when the conversation was opened. */
  unreadFrom?: number | undefined
  target?: { messageId: string } | undefined
  actions: MessageActions
  /** Shown while there are no messages. */
  empty?: ReactNode
}) {
  const session = useSession()
  const say = useWords()
  const locale = useLocale()
  const messages = window?.messages ?? []
  const firstUnread =
    unreadFrom === undefined
      ? undefined
      : messages.find(({ seq, sender }) => seq >= unreadFrom && sender.id !== session.user)
  const scroll = useScroll(windowKey, window)
  const [menu, setMenu] = useState<MenuPlace>()
  const [highlighted, setHighlighted] = useState<string>()
  const shownTarget = useRef<object>(undefined)
  const openMenu = useCallback(
    (message: PageMessage, at: DOMRect) => setMenu({ message, x: at.left, y: at.bottom + 4 }),
    [],
  )

  useLayoutEffect(() => {
    if (!target || shownTarget.current === target || !scroll.goTo(target.messageId)) return
    shownTarget.current = target
    setHighlighted(target.messageId)
    const timer = setTimeout(setHighlighted, 2000, undefined)
    return () => clearTimeout(timer)
  })

  if (!window || window.state === 'loading') return <Skeleton rows={6} label={say('loading')} />
  if (window.state === 'failed') {
    return (
      <EmptyState icon={<MessageSquare size={36} />} title={say('loadFailed')}>
        <Button onClick={() => void session.toNewest(windowKey)}>{say('retry')}</Button>
      </EmptyState>
    )
  }
  if (messages.length === 0) return empty

  const walk = (event: React.KeyboardEvent) => walkMessages(event, messages, actions)

  return (
    <div className={styles.frame}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows walk through the messages in it */}
      <div
        ref={scroll.ref}
        className={styles.scroller}
        onScroll={scroll.onScroll}
        onKeyDown={walk}
        onContextMenu={(event) => {
          const row = (event.target as HTMLElement).closest<HTMLElement>('li[data-message]')
          const message = messages.find(({ messageId }) => messageId === row?.dataset.message)
          // A right click on selected words or a link is for the browser.
          if (!message || message.deleted || message.messageType === 'system' || document.getSelection()?.toString())
            return
          if ((event.target as HTMLElement).closest('a, input, textarea')) return
          event.preventDefault()
          setMenu({ message, x: event.clientX, y: event.clientY })
        }}
      >
        {window.hasOlder && <Skeleton rows={2} label={say('loading')} />}
        <ol className={inThread ? undefined : styles.messages} aria-label={say('messages')}>
          {messages.map((message, at) => {
            const before = messages[at - 1]
            const newDay = !before || !sameDay(before.createTimeMs, message.createTimeMs)
            const firstNew = message === firstUnread && before !== undefined
            return (
              <Fragment key={message.messageId}>
                {newDay && (
                  <li className={styles.day}>
                    <span>{dayName(message.createTimeMs, locale)}</span>
                  </li>
                )}
                {firstNew && (
                  <li className={styles.newLine}>
                    <span>{say('newMessages')}</span>
                  </li>
                )}
                <MessageRow
                  message={message}
                  // What a thread is about stands apart from its replies.
                  first={newDay || firstNew || (inThread && at === 1) || !continues(before, message)}
                  inThread={inThread}
                  highlighted={highlighted === message.messageId}
                  actions={actions}
                  openMenu={openMenu}
                />
              </Fragment>
            )
          })}
        </ol>
        {window.hasNewer && <Skeleton rows={2} label={say('loading')} />}
      </div>
      {(!scroll.atBottom || window.hasNewer) && (
        <button
          type="button"
          className={styles.down}
          aria-label={say('toNewest')}
          onClick={() => (window.hasNewer ? session.toNewest(windowKey) : Promise.resolve()).then(scroll.toBottom)}
        >
          <ArrowDown size={16} />
          {scroll.missed > 0 && <span>{say('newCount', { count: scroll.missed })}</span>}
        </button>
      )}
      <MessageMenu place={menu} inThread={inThread} actions={actions} onClose={() => setMenu(undefined)} />
    </div>
  )
}

function continues(before: PageMessage, message: PageMessage): boolean {
  return (
    !before.deleted &&
    before.messageType !== 'system' &&
    before.sender.type === message.sender.type &&
    before.sender.id === message.sender.id &&
    message.createTimeMs - before.createTimeMs < groupMs
  )
}

function walkMessages(event: React.KeyboardEvent, messages: readonly PageMessage[], actions: MessageActions): void {
  const row = document.activeElement
  if (!(row instanceof HTMLElement) || !row.dataset.message || event.ctrlKey || event.metaKey || event.altKey) return
  const message = messages.find(({ messageId }) => messageId === row.dataset.message)
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('li[data-message][tabindex]')]
  const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0
  if (step !== 0) rows[rows.indexOf(row) + step]?.focus()
  else if (event.key.toLowerCase() === 'r' && message) actions.reply(message)
  else if (event.key.toLowerCase() === 't' && message) actions.openThread(message)
  else if (event.key.toLowerCase() === 'e' && message && row.dataset.own && draftOf(message)) actions.edit(message)
  else if (event.key === '+' && message) actions.toggleReaction(message, 'THUMBSUP')
  else return
  event.preventDefault()
}
