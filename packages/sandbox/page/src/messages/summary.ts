import type { PageMessage } from '../../../src/page-server/page-records.ts'
import type { Directory } from '../session/directory.ts'
import type { Word } from '../words/en.ts'
import { type Locale, type Say, wordsNow } from '../words/locale.ts'
import { systemWords } from './system-words.ts'

const typeWords: Readonly<Record<string, Word>> = {
  image: 'image',
  file: 'file',
  audio: 'audio',
  media: 'video',
  sticker: 'sticker',
  share_chat: 'sharedChat',
  share_user: 'sharedPerson',
  interactive: 'card',
}

/** A message in one line, for lists and quotes. */
export function summaryOf(message: PageMessage, user: string, directory: Directory, locale: Locale): string {
  const say: Say = wordsNow()
  if (message.deleted) {
    const isOwn = message.sender.type === 'user' && message.sender.id === user
    return isOwn ? say('recalledOwn') : say('recalled', { name: directory.senderName(message, locale) })
  }
  if (message.messageType === 'system') return systemWords(message, directory, locale)
  const words = message.text.replaceAll(/\s+/g, ' ').trim()
  const kind = typeWords[message.messageType]
  if (!kind) return words || say('unknownType', { type: message.messageType })
  const title = message.messageType === 'interactive' ? ` ${cardTitle(message) || words}` : ''
  return `[${say(kind)}]${title}`.trim()
}

function cardTitle(message: PageMessage): string {
  try {
    const card = JSON.parse(message.card ?? '') as { header?: { title?: { content?: unknown } } }
    return typeof card.header?.title?.content === 'string' ? card.header.title.content : ''
  } catch {
    return ''
  }
}
