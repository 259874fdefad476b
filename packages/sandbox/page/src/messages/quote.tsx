import type { PageMessage } from '../../../src/page-server/page-records.ts'
import { useDirectory, useSession, useWindow } from '../session/use-session.ts'
import { useLocale, useWords } from '../words/locale.ts'
import styles from './quote.module.css'
import { summaryOf } from './summary.ts'

/** What a message answers, in one line. */
export function Quote({ message, onOpen }: { message: PageMessage; onOpen: (messageId: string) => void }) {
  const { user } = useSession()
  const directory = useDirectory()
  const locale = useLocale()
  const say = useWords()
  const window = useWindow(message.chatId)
  const parentId = message.parentId ?? ''
  const parent = window?.messages.find((known) => known.messageId === parentId) ?? message.parent
  const name = parent && directory.senderName(parent, locale)
  return (
    <button type="button" className={styles.quote} onClick={() => onOpen(parentId)}>
      {parent?.deleted ? (
        say('replyRecalled')
      ) : parent ? (
        <>
          <span className={styles.name}>{say('replyTo', { name: name ?? '' })}</span>
          {`${locale === 'zh' ? '：' : ': '}${summaryOf(parent, user, directory, locale)}`}
        </>
      ) : (
        say('replyGone')
      )}
    </button>
  )
}
