import type { AppClient } from '@larkspur/core'
import { messagingError } from './errors.ts'
import type { MessagingEvents } from './events.ts'
import type { MessagingMetrics } from './metrics.ts'
import { type Receiver, receiveIdOf } from './receiver.ts'
import { type TextInput, textContent } from './text.ts'

/** A message that was sent. */
export interface SentMessage {
  /** `om_…` */
  readonly messageId: string
  /** `oc_…` */
  readonly chatId: string
}

/** How a message is sent. */
export interface SendOptions {
  /**
   * Names the message, so that sending it again within an hour sends nothing and answers the first one; at most 50
   * characters. Default: made by the handler's run, so that a repeated run does not send twice; random outside handlers.
   */
  readonly key?: string | undefined
  /** `cli_…` of the app that sends. Default: the app of the running handler, else see "which app". */
  readonly appId?: string | undefined
  /** `ou_…`: send in the name of this user, with a token from plugin-auth. */
  readonly asUser?: string | undefined
}

/** How a message is answered. */
export interface ReplyOptions {
  /** As in {@link SendOptions}. */
  readonly key?: string | undefined
  /** Answer in a thread (topic) below the message. Default: as the chat does it. */
  readonly inThread?: boolean | undefined
}

/** What sending needs of the plugin's context. */
export interface OutboxParts {
  app(appId?: string): AppClient
  emit(name: 'messaging:sent', fact: MessagingEvents['messaging:sent']): void
  readonly sent: MessagingMetrics['sent']
}

/** `data` of the answer (open.feishu.cn docs: im-v1 message create, reply). */
interface MessageAnswer {
  readonly message_id?: string
  readonly chat_id?: string
}

/** The way of messages to the platform. */
export class Outbox {
  readonly #parts: OutboxParts

  constructor(parts: OutboxParts) {
    this.#parts = parts
  }

  /**
   * Sends a text (open.feishu.cn docs: im-v1 message create).
   * @throws MESSAGING_TEXT_EMPTY, MESSAGING_TEXT_TOO_LONG, MESSAGING_RECEIVER_INVALID, and those of AppClient.request
   */
  async sendText(to: Receiver, text: TextInput, options: SendOptions = {}): Promise<SentMessage> {
    const { idType, id } = receiveIdOf(to)
    const content = textContent(text)
    const app = this.#parts.app(options.appId)
    return this.#send(app, undefined, () =>
      app.request<MessageAnswer>({
        method: 'POST',
        path: '/open-apis/im/v1/messages',
        query: { receive_id_type: idType },
        body: { receive_id: id, msg_type: 'text', content },
        effect: 'keyed',
        uuidIn: 'body',
        receiver: id,
        key: options.key,
        asUser: options.asUser,
      }),
    )
  }

  /**
   * Answers a message with a text (open.feishu.cn docs: im-v1 message reply).
   * @throws as {@link sendText}
   */
  async replyText(
    to: { readonly appId: string; readonly messageId: string; readonly chatId?: string | undefined },
    text: TextInput,
    options: ReplyOptions = {},
  ): Promise<SentMessage> {
    const content = textContent(text)
    const app = this.#parts.app(to.appId)
    return this.#send(app, to.messageId, () =>
      app.request<MessageAnswer>({
        method: 'POST',
        path: '/open-apis/im/v1/messages/:message_id/reply',
        params: { message_id: to.messageId },
        body: {
          msg_type: 'text',
          content,
          ...(options.inThread !== undefined && { reply_in_thread: options.inThread }),
        },
        effect: 'keyed',
        uuidIn: 'body',
        receiver: to.messageId,
        chatId: to.chatId,
        key: options.key,
      }),
    )
  }

  async #send(
    app: AppClient,
    repliedTo: string | undefined,
    request: () => Promise<MessageAnswer>,
  ): Promise<SentMessage> {
    let sent: SentMessage
    try {
      sent = sentMessage(await request())
    } catch (error) {
      this.#parts.sent.add({ outcome: 'failed' })
      throw error
    }
    this.#parts.sent.add({ outcome: 'ok' })
    this.#parts.emit('messaging:sent', { appId: app.appId, ...sent, messageType: 'text', repliedTo })
    return sent
  }
}

function sentMessage(answer: MessageAnswer | undefined): SentMessage {
  const { message_id: messageId, chat_id: chatId } = answer ?? {}
  if (messageId && chatId) return { messageId, chatId }
  throw messagingError('MESSAGING_ANSWER_UNREADABLE', {
    message: `the platform sent a message but answered without ${messageId ? 'chat_id' : 'message_id'}`,
  })
}
