import { type ApiCall, type ApiHandler, callingApp, type Platform, queryText } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { AppRecord } from '../tenant.ts'
import type { ChatRecord } from './chat-store.ts'
import { messageAnswer, receivingChat, visibleMessage } from './message-api.ts'
import type { MessageRecord } from './message-store.ts'

/** im v1 forward (docs: im-v1 message forward). */
export const forwardHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/im/v1/messages/:message_id/forward': (platform, call) => {
    const app = callingApp(call)
    const { message } = visibleMessage(platform, app, call.params.message_id ?? '', 230065)
    if (message.messageType === 'system') throw new PlatformError(230061)
    const { chat, parent } = target(platform, app, call)
    platform.rateLimits.countMessage(chat.chatId)
    const { messageType, content, sentContent, mentions } = message
    const copy = platform.messages.add({
      chatId: chat.chatId,
      sender: { type: 'bot', id: app.appId },
      messageType,
      content,
      sentContent,
      mentions,
      parent,
      inThread: parent !== undefined,
    })
    const fields = { message_id: copy.messageId, chat_id: chat.chatId, forwarded_message_id: message.messageId }
    return { data: messageAnswer(platform, app, copy, undefined), fields }
  },
}

function target(
  platform: Platform,
  app: AppRecord,
  call: ApiCall,
): { chat: ChatRecord; parent: MessageRecord | undefined } {
  const idType = queryText(call, 'receive_id_type') ?? ''
  const receiveId = String(call.body.receive_id)
  if (idType !== 'thread_id') return { chat: receivingChat(platform, app, receiveId, idType), parent: undefined }
  const [parent] = platform.messages.inThread(receiveId)
  if (!parent) throw new PlatformError(230019)
  return { chat: receivingChat(platform, app, parent.chatId, 'chat_id'), parent }
}
