import {
  type ApiCall,
  type ApiHandler,
  callingApp,
  type Platform,
  page,
  queryText,
  userById,
  userIdOf,
} from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { AppRecord } from '../tenant.ts'
import type { ChatRecord } from './chat-store.ts'
import { visibleMessage } from './message-api.ts'
import type { MessageRecord } from './message-store.ts'

const readersKnownMs = 7 * 24 * 3_600_000

/** Who read a message, and calls for attention (docs: im-v1 message read_users, buzz-messages urgent_app). */
export const attentionHandlers: Readonly<Record<string, ApiHandler>> = {
  'GET /open-apis/im/v1/messages/:message_id/read_users': (platform, call) => {
    const app = callingApp(call)
    const { message } = ownMessage(platform, app, call)
    if (platform.clock.now() - message.createTimeMs > readersKnownMs) throw new PlatformError(230033)
    const idType = queryText(call, 'user_id_type') ?? 'open_id'
    const { items, ...rest } = page(call, [...message.readers], 230001)
    const readers = items.map(([userId, timeMs]) => ({
      user_id_type: idType,
      user_id: userIdOf(platform.tenant, app, userId, idType),
      timestamp: String(timeMs),
      tenant_key: platform.tenant.tenantKey,
    }))
    return { data: { items: readers, ...rest } }
  },
  'PATCH /open-apis/im/v1/messages/:message_id/urgent_app': (platform, call) => {
    const app = callingApp(call)
    const { message, chat } = ownMessage(platform, app, call)
    const ids = call.body.user_id_list as string[]
    if (ids.length === 0) throw new PlatformError(230001, 'user_id_list is empty')
    const idType = queryText(call, 'user_id_type') ?? 'open_id'
    const outside = ids.filter((id) => !chat.userIds.has(userById(platform.tenant, app, id, idType).userId))
    return {
      data: { invalid_user_id_list: outside },
      fields: { message_id: message.messageId, chat_id: message.chatId },
    }
  },
}

function ownMessage(platform: Platform, app: AppRecord, call: ApiCall): { message: MessageRecord; chat: ChatRecord } {
  const found = visibleMessage(platform, app, call.params.message_id ?? '', 230110)
  const { sender } = found.message
  if (sender.type !== 'bot' || sender.id !== app.appId) throw new PlatformError(230012)
  return found
}
