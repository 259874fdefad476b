import type { PageMessage } from '../../../src/page-server/page-records.ts'
import type { Directory } from '../session/directory.ts'
import type { Word } from '../words/en.ts'
import { type Locale, wordsNow } from '../words/locale.ts'

/** By the templates of the sandbox's system messages; others are shown as they are. */
const words: Readonly<Record<string, Word>> = {
  '{from_user} invited {to_chatters} to this chat.': 'systemInvited',
  '{from_user} removed {to_chatters} from this chat.': 'systemRemoved',
  '{from_user} withdrew the invitation of {to_chatters}.': 'systemWithdrew',
  '{from_user} left this chat.': 'systemLeft',
  '{from_user} changed the name of this chat to {chat_name}.': 'systemRenamed',
}

interface SystemContent {
  template?: string
  from_user?: readonly string[]
  to_chatters?: readonly string[]
  chat_name?: readonly string[]
  divider_text?: { text?: string; i18n_text?: Readonly<Record<string, string>> }
}

/** What a system message tells, in the page's language (docs: im-v1 message content, system). */
export function systemWords(message: PageMessage, directory: Directory, locale: Locale): string {
  const content = JSON.parse(message.content) as SystemContent
  const { divider_text: divider, template = '' } = content
  if (divider) return divider.i18n_text?.[locale === 'zh' ? 'zh_cn' : 'en_us'] ?? divider.text ?? ''
  const word = words[template]
  if (!word) return message.text
  const list = (names: readonly string[] = []) =>
    names.map((name) => directory.localName(name, locale)).join(locale === 'zh' ? '、' : ', ')
  const { from_user, to_chatters, chat_name } = content
  return wordsNow()(word, { name: list(from_user), others: list(to_chatters), chat: chat_name?.join('') ?? '' })
}
