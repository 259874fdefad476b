import { type ApiHandler, callingApp, type Platform } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { AppRecord } from '../tenant.ts'
import { isShared, readCard, setCard } from './card.ts'
import { messageAnswer, visibleMessage } from './message-api.ts'
import { checkContent } from './message-content.ts'
import { pushRecalled } from './message-event.ts'
import type { MessageRecord } from './message-store.ts'

/** A message can be edited this often (docs: im-v1 message update). */
export const maxEdits = 20
const cardLifeMs = 14 * 24 * 3_600_000

/** im v1 changes of messages that were sent (docs: im-v1 message update, delete, patch). */
export const editHandlers: Readonly<Record<string, ApiHandler>> = {
  'PUT /open-apis/im/v1/messages/:message_id': (platform, call) => {
    const app = callingApp(call)
    const message = ownMessage(platform, app, call.params.message_id ?? '', 230071)
    const messageType = String(call.body.msg_type)
    if (!isEditable(messageType)) throw new PlatformError(230001, 'msg_type is text or post')
    if (!isEditable(message.messageType)) throw new PlatformError(230054)
    if (message.edits >= maxEdits) throw new PlatformError(230072)
    const sentContent = String(call.body.content)
    const { content, mentions } = checkContent(platform, app, messageType, sentContent)
    const edits = message.edits + 1
    const updateTimeMs = platform.clock.now()
    Object.assign(message, { messageType, content, sentContent, mentions, edits, updated: true, updateTimeMs })
    platform.messages.changed(message)
    return { data: messageAnswer(platform, app, message, undefined), fields: idsOf(message) }
  },
  'DELETE /open-apis/im/v1/messages/:message_id': (platform, call) => {
    const app = callingApp(call)
    const { message } = visibleMessage(platform, app, call.params.message_id ?? '', 230110)
    if (!isSender(app, message)) throw new PlatformError(230026)
    message.deleted = true
    platform.messages.changed(message)
    pushRecalled(platform, message)
    return { fields: idsOf(message) }
  },
  'PATCH /open-apis/im/v1/messages/:message_id': (platform, call) => {
    const app = callingApp(call)
    const message = ownMessage(platform, app, call.params.message_id ?? '', 230027)
    if (message.messageType !== 'interactive') throw new PlatformError(230001, 'the message is no card')
    if (platform.clock.now() - message.createTimeMs > cardLifeMs) throw new PlatformError(230031)
    const sentContent = String(call.body.content)
    const { content } = checkContent(platform, app, 'interactive', sentContent)
    if (!isShared(readCard(message.sentContent)) || !isShared(readCard(sentContent))) {
      throw new PlatformError(230099, 'update_multi must be true before and after the update')
    }
    setCard(message, { content, sentContent }, platform.clock.now())
    platform.messages.changed(message)
    return { fields: idsOf(message) }
  },
}

/** Text and rich text alone can be edited, also into each other (docs: im-v1 message update). */
export function isEditable(messageType: string): boolean {
  return messageType === 'text' || messageType === 'post'
}

/** A message that the app sent and that was not recalled; `foreignCode` refuses messages of others. */
function ownMessage(platform: Platform, app: AppRecord, messageId: string, foreignCode: number): MessageRecord {
  const { message } = visibleMessage(platform, app, messageId, 230011)
  if (!isSender(app, message)) throw new PlatformError(foreignCode)
  return message
}

function isSender(app: AppRecord, message: MessageRecord): boolean {
  return message.sender.type === 'bot' && message.sender.id === app.appId
}

function idsOf(message: MessageRecord): Record<string, string> {
  return { message_id: message.messageId, chat_id: message.chatId }
}
