import { CornerUpLeft, Ellipsis, MessageSquareText, SmilePlus } from 'lucide-react'
import type { PageMessage } from '../../../src/page-server/page-records.ts'
import { quickEmojis } from '../emoji.ts'
import { Emoji } from '../emoji-picture.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { useWords } from '../words/locale.ts'
import type { MessageActions } from '../workspace.ts'
import styles from './message-tools.module.css'
import { EmojiPopover } from './reactions.tsx'

/** What can be done with a message at a click, beside it while it is hovered or has the focus. */
export function MessageTools({
  message,
  inThread,
  actions,
  openMenu,
  setPicking,
}: {
  message: PageMessage
  inThread: boolean
  actions: MessageActions
  openMenu: (message: PageMessage, at: DOMRect) => void
  /** The board of emojis was opened or closed; the tools stay while it is open. */
  setPicking: (open: boolean) => void
}) {
  const say = useWords()
  return (
    <div className={styles.tools} role="toolbar" aria-label={say('messageTools')}>
      {quickEmojis.slice(0, 3).map((emojiType) => (
        <button
          key={emojiType}
          type="button"
          className={`${styles.quick} ${styles.often}`}
          aria-label={emojiType}
          onClick={() => actions.toggleReaction(message, emojiType)}
        >
          <Emoji type={emojiType} />
        </button>
      ))}
      <EmojiPopover
        label={say('react')}
        onOpenChange={setPicking}
        onPick={(emojiType) => actions.toggleReaction(message, emojiType)}
      >
        <button type="button" className={styles.quick} aria-label={say('react')}>
          <SmilePlus size={17} />
        </button>
      </EmojiPopover>
      <IconButton name={say('reply')} keys="R" onClick={() => actions.reply(message)}>
        <CornerUpLeft size={17} />
      </IconButton>
      {!inThread && (
        <IconButton name={say('replyInThread')} onClick={() => actions.openThread(message)}>
          <MessageSquareText size={17} />
        </IconButton>
      )}
      <IconButton
        name={say('more')}
        onClick={(event) => openMenu(message, event.currentTarget.getBoundingClientRect())}
      >
        <Ellipsis size={17} />
      </IconButton>
    </div>
  )
}
