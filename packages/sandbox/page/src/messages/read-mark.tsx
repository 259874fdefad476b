import { Check, CheckCheck } from 'lucide-react'
import type { PageMessage } from '../../../src/page-server/page-records.ts'
import { useChat, useDirectory } from '../session/use-session.ts'
import { useLocale, useWords } from '../words/locale.ts'
import styles from './read-mark.module.css'

/** Who of a group has read one's message; direct chats with bots have nobody who reads. */
export function ReadMark({ message }: { message: PageMessage }) {
  const chat = useChat(message.chatId)
  const directory = useDirectory()
  const locale = useLocale()
  const say = useWords()
  if (chat?.type !== 'group') return null
  const others = chat.userIds.filter((id) => id !== message.sender.id)
  const readers = others.filter((id) => (chat.readSeqs[id] ?? 0) >= message.seq)
  if (others.length === 0) return null
  const all = readers.length === others.length
  const names = readers.map((id) => directory.nameOf(id, locale)).join(locale === 'zh' ? '、' : ', ')
  const words = readers.length === 0 ? say('unreadOne') : say('readBy', { count: readers.length, all: others.length })
  return (
    <span className={all ? styles.all : styles.mark} title={names} data-readers={readers.length}>
      {all ? <CheckCheck size={13} aria-hidden="true" /> : <Check size={13} aria-hidden="true" />}
      {all ? say('readByAll') : words}
    </span>
  )
}
