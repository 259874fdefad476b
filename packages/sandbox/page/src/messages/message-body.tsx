import { Contact } from 'lucide-react'
import type { PageMessage } from '../../../src/page-server/page-records.ts'
import { useChat, useDirectory } from '../session/use-session.ts'
import { Avatar } from '../ui/avatar.tsx'
import { useLocale, useWords } from '../words/locale.ts'
import { useWorkspace } from '../workspace.ts'
import { AudioPlayer, FileCard, ImageThumb, VideoPlayer } from './attachment.tsx'
import { CardMessage } from './card-message.tsx'
import styles from './message-body.module.css'
import { RunningText } from './message-text.tsx'
import { PostBody } from './post.tsx'

type Content = Record<string, unknown>

/** What a message holds, by its type (docs: im-v1 message content descriptions). */
export function MessageBody({ message }: { message: PageMessage }) {
  const say = useWords()
  const content = contentOf(message)
  switch (message.messageType) {
    case 'text':
      return (
        <p className={styles.text}>
          <RunningText text={textOf(content.text)} mentions={message.mentions} />
        </p>
      )
    case 'post':
      return <PostBody message={message} content={content} />
    case 'image':
      return <ImageThumb imageKey={textOf(content.image_key)} />
    case 'file':
      return <FileCard fileKey={textOf(content.file_key)} name={textOf(content.file_name) || say('file')} />
    case 'audio':
      return <AudioPlayer fileKey={textOf(content.file_key)} durationMs={Number(content.duration ?? 0)} />
    case 'media':
      return (
        <VideoPlayer
          fileKey={textOf(content.file_key)}
          imageKey={textOf(content.image_key)}
          name={textOf(content.file_name)}
        />
      )
    case 'sticker':
      return <ImageThumb imageKey={textOf(content.file_key)} />
    case 'share_chat':
      return <SharedChat chatId={textOf(content.chat_id)} />
    case 'share_user':
      return <SharedPerson id={textOf(content.user_id)} />
    case 'interactive':
      return <CardMessage message={message} />
    default:
      return <p className={styles.unknown}>{say('unknownType', { type: message.messageType })}</p>
  }
}

/** Whether the message stands in a bubble; cards and pictures have a frame of their own. */
export function isBare(messageType: string): boolean {
  return ['image', 'sticker', 'file', 'interactive', 'share_chat', 'share_user', 'media'].includes(messageType)
}

/** The content's JSON; empty when it is none. */
export function contentOf(message: Pick<PageMessage, 'content'>): Content {
  try {
    const value: unknown = JSON.parse(message.content)
    return typeof value === 'object' && value !== null ? (value as Content) : {}
  } catch {
    return {}
  }
}

function SharedChat({ chatId }: { chatId: string }) {
  const say = useWords()
  const chat = useChat(chatId)
  const { open } = useWorkspace()
  return (
    <button type="button" className={styles.shared} disabled={!chat} onClick={() => open(chatId)}>
      <Avatar id={chatId} name="" kind="group" size={32} />
      <span className={styles.sharedText}>
        <span>{chat?.name || chatId}</span>
        <small>{say('sharedChat')}</small>
      </span>
    </button>
  )
}

function SharedPerson({ id }: { id: string }) {
  const say = useWords()
  const directory = useDirectory()
  const locale = useLocale()
  const name = directory.nameOf(id, locale)
  const person = directory.person(id)
  return (
    <div className={styles.shared}>
      {person ? <Avatar id={person.userId} name={name} size={32} /> : <Contact size={20} aria-hidden="true" />}
      <span className={styles.sharedText}>
        <span>{name}</span>
        <small>{say('sharedPerson')}</small>
      </span>
    </div>
  )
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
