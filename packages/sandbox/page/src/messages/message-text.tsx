import type { ReactNode } from 'react'
import type { PageMessage } from '../../../src/page-server/page-records.ts'
import { SafeLink } from '../card/safe-link.tsx'
import { EmojiPicture } from '../emoji-picture.tsx'
import { useDirectory, useSession } from '../session/use-session.ts'
import { useLocale, useWords } from '../words/locale.ts'
import styles from './message-text.module.css'

type Mention = PageMessage['mentions'][number]

const parts = /(https?:\/\/[^\s<>"'，。；、）\)]+)|(@_user_\d+|@_all)|(\p{RGI_Emoji})/gv

/** Words with links and mentions made out of what stands in them. */
export function RunningText({ text, mentions }: { text: string; mentions: readonly Mention[] }) {
  const nodes: ReactNode[] = []
  let end = 0
  for (const match of text.matchAll(parts)) {
    const [whole, url, , emoji] = match
    if (match.index > end) nodes.push(text.slice(end, match.index))
    end = match.index + whole.length
    const mention = mentions.find(({ key }) => key === whole)
    if (url) {
      nodes.push(
        <SafeLink key={match.index} href={url}>
          {url}
        </SafeLink>,
      )
    } else if (emoji) nodes.push(<EmojiPicture key={match.index} character={emoji} />)
    else if (mention) nodes.push(<MentionMark key={match.index} mention={mention} />)
    else nodes.push(whole)
  }
  nodes.push(text.slice(end))
  return <>{nodes}</>
}

/** Somebody's name in a message. */
export function MentionMark({ mention }: { mention: Pick<Mention, 'type' | 'id' | 'name'> }) {
  const { user } = useSession()
  const directory = useDirectory()
  const locale = useLocale()
  const isOwn = mention.type === 'all' || (mention.type === 'user' && mention.id === user)
  const say = useWords()
  const name =
    mention.type === 'all'
      ? say('everyone')
      : mention.type === 'user'
        ? directory.nameOf(mention.id, locale)
        : mention.name
  return <span className={isOwn ? styles.ownMention : styles.mention}>@{name}</span>
}
