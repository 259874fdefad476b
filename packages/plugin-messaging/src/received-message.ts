import type { PlatformEvent, PlatformEvents } from '@larkspur/core'
import { type Mention, placeholderText, resolveMentions } from './content-text.ts'
import { messagingError } from './errors.ts'

/** Types of message that the platform documents. */
export type MessageType =
  | 'text'
  | 'post'
  | 'image'
  | 'file'
  | 'folder'
  | 'audio'
  | 'media'
  | 'sticker'
  | 'interactive'
  | 'share_chat'
  | 'share_user'
  | 'system'
  | 'location'
  | 'merge_forward'

/** Who sent a message. */
export interface Sender {
  /** `ou_…`; empty where the platform does not tell. */
  readonly openId: string
  /** `on_…` */
  readonly unionId?: string | undefined
  /** Only with the permission contact:user.employee_id:readonly. */
  readonly userId?: string | undefined
  readonly type: 'user' | 'bot'
  readonly tenantKey: string
}

/** A message as it came in (open.feishu.cn docs: im-v1 message events receive). */
export interface ReceivedMessage {
  /** `cli_…` of the app that received it. */
  readonly appId: string
  /** `om_…` */
  readonly messageId: string
  /** `oc_…` */
  readonly chatId: string
  /** `group` stands for topic groups too. */
  readonly chatType: 'p2p' | 'group'
  /** `omt_…`, in topic groups and threads. */
  readonly threadId?: string | undefined
  /** `om_…` of the first message of the chain of replies. */
  readonly rootId?: string | undefined
  /** `om_…` of the message that it answers. */
  readonly parentId?: string | undefined
  readonly sender: Sender
  readonly type: MessageType | (string & {})
  /**
   * What a person reads: mentions as `@Name`, without the mention of this bot, trimmed. Rich text (`post`) is its title
   * and lines. Empty for other types.
   */
  readonly text: string
  readonly mentions: readonly Mention[]
  /** Whether this bot is mentioned. `@all` does not count. */
  readonly mentioned: boolean
  /** The parsed content, in the shape that the platform documents for `type`; undefined where it is no JSON. */
  readonly content: unknown
  /** The content as the platform sent it: a JSON text. */
  readonly rawContent: string
  /** When it was sent, milliseconds since 1970. */
  readonly createdAtMs: number
}

/** The event behind a message. */
export type ReceiveEvent = PlatformEvent<PlatformEvents['im.message.receive_v1']>

/** The parts of the event that are read; the platform's promises, not ours, so all may be missing. */
interface RawEvent {
  readonly sender?: { readonly sender_id?: RawIds; readonly sender_type?: string; readonly tenant_key?: string }
  readonly message?: {
    readonly message_id?: string
    readonly root_id?: string
    readonly parent_id?: string
    readonly thread_id?: string
    readonly create_time?: string
    readonly chat_id?: string
    readonly chat_type?: string
    readonly message_type?: string
    readonly content?: string
    readonly mentions?: readonly RawMention[]
  }
}

interface RawIds {
  readonly open_id?: string
  readonly union_id?: string
  readonly user_id?: string
}

interface RawMention {
  readonly key?: string
  readonly id?: RawIds
  readonly mentioned_type?: string
  readonly name?: string
}

/** Whether the event cannot be read without knowing who the bot is: it may be mentioned, or be the sender. */
export function needsIdentity(event: ReceiveEvent): boolean {
  const { sender, message } = (event.body ?? {}) as RawEvent
  if (senderType(sender?.sender_type) === 'bot') return true
  // Older events do not say whether a mention is of a person or a bot.
  return message?.mentions?.some((each) => each.key !== '@_all' && each.mentioned_type !== 'user') ?? false
}

/**
 * Reads an event `im.message.receive_v1`. `ownOpenId` is the bot's, undefined where {@link needsIdentity} is false.
 * @throws MESSAGING_EVENT_UNREADABLE
 */
export function readMessage(event: ReceiveEvent, ownOpenId: string | undefined): ReceivedMessage {
  const { sender, message } = (event.body ?? {}) as RawEvent
  const messageId = required(event, 'message_id', message?.message_id)
  const chatId = required(event, 'chat_id', message?.chat_id)
  const type = required(event, 'message_type', message?.message_type)
  const rawContent = message?.content ?? ''
  const content = parsed(rawContent)
  const mentions = (message?.mentions ?? []).map(readMention)
  return {
    appId: event.appId,
    messageId,
    chatId,
    chatType: message?.chat_type === 'p2p' ? 'p2p' : 'group',
    threadId: message?.thread_id || undefined,
    rootId: message?.root_id || undefined,
    parentId: message?.parent_id || undefined,
    sender: {
      openId: sender?.sender_id?.open_id ?? '',
      unionId: sender?.sender_id?.union_id || undefined,
      userId: sender?.sender_id?.user_id || undefined,
      type: senderType(sender?.sender_type),
      tenantKey: sender?.tenant_key ?? event.tenantKey,
    },
    type,
    text: resolveMentions(placeholderText(type, content), mentions, ownOpenId),
    mentions,
    mentioned: ownOpenId !== undefined && mentions.some(({ openId }) => openId === ownOpenId),
    content,
    rawContent,
    createdAtMs: Number(message?.create_time) || event.receivedAtMs,
  }
}

/** Bots are `bot` in events and `app` in answers of the API. */
function senderType(type: string | undefined): 'user' | 'bot' {
  return type === 'bot' || type === 'app' ? 'bot' : 'user'
}

function readMention(mention: RawMention): Mention {
  const isAll = mention.key === '@_all'
  return {
    key: mention.key ?? '',
    openId: mention.id?.open_id ?? '',
    name: mention.name ?? '',
    isBot: mention.mentioned_type === 'bot',
    isAll,
  }
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    // The message still reaches its handlers, which have rawContent.
    return undefined
  }
}

function required(event: ReceiveEvent, field: string, value: string | undefined): string {
  if (typeof value === 'string' && value !== '') return value
  throw messagingError('MESSAGING_EVENT_UNREADABLE', { message: `the event ${event.key} has no message.${field}` })
}
