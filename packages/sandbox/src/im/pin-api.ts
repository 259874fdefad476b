import { type ApiHandler, callingApp, page, queryText } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { visibleMessage } from './message-api.ts'
import type { MessageRecord } from './message-store.ts'

/** im v1 pins (docs: im-v1 pin create, delete, list). */
export const pinHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/im/v1/pins': (platform, call) => {
    const app = callingApp(call)
    const { message } = visibleMessage(platform, app, String(call.body.message_id), 230011)
    message.pin ??= { appId: app.appId, timeMs: platform.clock.now() }
    return { data: { pin: pinAnswer(message) }, fields: { message_id: message.messageId, chat_id: message.chatId } }
  },
  'DELETE /open-apis/im/v1/pins/:message_id': (platform, call) => {
    const { message } = visibleMessage(platform, callingApp(call), call.params.message_id ?? '', 230001)
    message.pin = undefined
    return { fields: { message_id: message.messageId, chat_id: message.chatId } }
  },
  'GET /open-apis/im/v1/pins': (platform, call) => {
    const app = callingApp(call)
    const chat = platform.chats.find(queryText(call, 'chat_id') ?? '')
    if (!chat) throw new PlatformError(230001, 'chat_id is invalid')
    if (!chat.appIds.has(app.appId)) throw new PlatformError(230002)
    const from = Number(queryText(call, 'start_time') ?? 0)
    const until = Number(queryText(call, 'end_time') ?? Number.POSITIVE_INFINITY)
    if (Number.isNaN(from) || Number.isNaN(until)) throw new PlatformError(230001, 'times are in milliseconds')
    const pinned = platform.messages.inChat(chat.chatId).filter(({ pin, deleted }) => {
      return pin && !deleted && pin.timeMs >= from && pin.timeMs <= until
    })
    const { items, ...rest } = page(call, pinned, 230001)
    return { data: { items: items.map(pinAnswer), ...rest } }
  },
}

function pinAnswer({ messageId, chatId, pin }: MessageRecord): Record<string, unknown> {
  return {
    message_id: messageId,
    chat_id: chatId,
    operator_id: pin?.appId,
    operator_id_type: 'app_id',
    create_time: String(pin?.timeMs),
  }
}
