import type { CSSProperties, ReactNode } from 'react'
import type { PageMessage } from '../../../src/page-server/page-records.ts'
import { SafeLink } from '../card/safe-link.tsx'
import { Emoji } from '../emoji-picture.tsx'
import { ImageThumb } from './attachment.tsx'
import { MentionMark, RunningText } from './message-text.tsx'
import styles from './post.module.css'
import { PostMarkdown } from './post-markdown.tsx'

interface PostNode {
  tag?: string
  text?: string
  href?: string
  user_id?: string
  user_name?: string
  image_key?: string
  emoji_type?: string
  language?: string
  style?: readonly string[]
}

interface Post {
  title?: string
  content?: readonly (readonly PostNode[])[]
}

/** A rich text (docs: im-v1 message content, post): a title and lines of nodes. */
export function PostBody({ message, content }: { message: PageMessage; content: unknown }) {
  const { title, content: lines } = postIn(content)
  return (
    <div className={styles.post}>
      {title && <p className={styles.title}>{title}</p>}
      {lines?.map((line, row) => (
        <div key={row} className={styles.line}>
          {line.length === 0 ? <br /> : line.map((node, at) => postNode(node, at, message))}
        </div>
      ))}
    </div>
  )
}

// Posts of users may keep the language around them that they were sent with.
function postIn(content: unknown): Post {
  const value = (content ?? {}) as Post & Record<string, Post | undefined>
  if (Array.isArray(value.content)) return value
  const inner = value.zh_cn ?? value.en_us ?? Object.values(value).find((each) => typeof each === 'object')
  return inner && Array.isArray(inner.content) ? inner : {}
}

function postNode(node: PostNode, at: number, message: PageMessage): ReactNode {
  const style = textStyle(node.style ?? [])
  switch (node.tag) {
    case 'a':
      return (
        <SafeLink key={at} href={node.href}>
          <span style={style}>{node.text}</span>
        </SafeLink>
      )
    case 'at': {
      const known = message.mentions.find(({ key }) => key === node.user_id)
      const written = { type: 'user', id: node.user_id ?? '', name: node.user_name ?? '' } as const
      return <MentionMark key={at} mention={known ?? written} />
    }
    case 'img':
      return <ImageThumb key={at} imageKey={node.image_key ?? ''} />
    case 'emotion':
      return <Emoji key={at} type={node.emoji_type ?? ''} />
    case 'code_block':
      return (
        <pre key={at} className={styles.code}>
          <code>{node.text}</code>
        </pre>
      )
    case 'md':
      return <PostMarkdown key={at} text={node.text ?? ''} />
    case 'hr':
      return <hr key={at} className={styles.rule} />
    default:
      return (
        <span key={at} style={style}>
          <RunningText text={node.text ?? ''} mentions={message.mentions} />
        </span>
      )
  }
}

function textStyle(styles: readonly string[]): CSSProperties {
  const lines = [styles.includes('underline') && 'underline', styles.includes('lineThrough') && 'line-through']
  const decoration = lines.filter(Boolean).join(' ')
  return {
    ...(styles.includes('bold') && { fontWeight: 600 }),
    ...(styles.includes('italic') && { fontStyle: 'italic' }),
    ...(decoration !== '' && { textDecoration: decoration }),
  }
}
