import { type ApiCall, type ApiHandler, callingApp, type Platform, userById } from '../api-call.ts'
import { membersBelow } from '../contact/department-api.ts'
import { PlatformError } from '../platform-error.ts'
import type { AppRecord, UserRecord } from '../tenant.ts'
import type { BatchMessage } from './batch-messages.ts'
import { type CheckedContent, checkContent } from './message-content.ts'
import { pushRecalled } from './message-event.ts'

const knownMs = 30 * 24 * 3_600_000
const receiverLists = ['department_ids', 'open_ids', 'user_ids', 'union_ids'] as const

/** Batch messages (docs: im-v1 batch_message send, get_progress, read_user, delete). The sandbox sends and recalls them at once. */
export const batchHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/message/v4/batch_send/': (platform, call) => {
    const app = callingApp(call)
    const { users, invalid } = receivers(platform, app, call)
    const messageType = String(call.body.msg_type)
    const sentContent = givenContent(call, messageType)
    const { content, mentions } = checkedContent(platform, app, messageType, sentContent)
    const messageIds = new Map<string, string>()
    for (const { userId } of users) {
      if (!platform.tenant.isAvailable(app, userId)) continue
      const { chatId } = platform.chats.direct(userId, app.appId)
      const sender = { type: 'bot', id: app.appId } as const
      const message = platform.messages.add({ chatId, sender, messageType, content, sentContent, mentions })
      messageIds.set(userId, message.messageId)
    }
    const createTimeMs = platform.clock.now()
    const batch = { appId: app.appId, createTimeMs, validUsers: users.size, messageIds }
    const { batchId } = platform.batches.add(batch)
    return { data: { message_id: batchId, ...invalid }, fields: { batch_message_id: batchId } }
  },
  'GET /open-apis/im/v1/batch_messages/:batch_message_id/get_progress': (platform, call) => {
    const batch = ownBatch(platform, call, 230012)
    return {
      data: {
        batch_message_send_progress: {
          valid_user_ids_count: batch.validUsers,
          success_user_ids_count: batch.messageIds.size,
          read_user_ids_count: readCount(platform, batch),
        },
        batch_message_recall_progress: {
          recall: batch.recalled,
          recall_count: batch.recalled ? batch.messageIds.size : 0,
        },
      },
    }
  },
  'GET /open-apis/im/v1/batch_messages/:batch_message_id/read_user': (platform, call) => {
    const batch = ownBatch(platform, call, 230012)
    const readUser = { read_count: String(readCount(platform, batch)), total_count: String(batch.messageIds.size) }
    return { data: { read_user: readUser } }
  },
  'DELETE /open-apis/im/v1/batch_messages/:batch_message_id': (platform, call) => {
    const batch = ownBatch(platform, call, 230026)
    batch.recalled = true
    for (const messageId of batch.messageIds.values()) {
      const message = platform.messages.find(messageId)
      if (!message || message.deleted) continue
      message.deleted = true
      platform.messages.changed(message)
      pushRecalled(platform, message)
    }
    return { fields: { batch_message_id: batch.batchId } }
  },
}

function ownBatch(platform: Platform, call: ApiCall, foreignCode: number): BatchMessage {
  const batch = platform.batches.find(call.params.batch_message_id ?? '')
  if (!batch || platform.clock.now() - batch.createTimeMs > knownMs) throw new PlatformError(230030)
  if (batch.appId !== callingApp(call).appId) throw new PlatformError(foreignCode)
  return batch
}

function readCount(platform: Platform, { messageIds }: BatchMessage): number {
  return [...messageIds].filter(([userId, messageId]) => platform.messages.find(messageId)?.readers.has(userId)).length
}

/** The people behind all lists, each once, and the ids that stand for nobody. */
function receivers(
  platform: Platform,
  app: AppRecord,
  call: ApiCall,
): { users: ReadonlySet<UserRecord>; invalid: Record<string, string[]> } {
  const users = new Set<UserRecord>()
  const invalid: Record<string, string[]> = {}
  let given = 0
  for (const list of receiverLists) {
    const unknown: string[] = []
    for (const id of (call.body[list] as string[] | undefined) ?? []) {
      given += 1
      const found =
        list === 'department_ids' ? membersBelow(platform, id) : userOf(platform, app, id, list.slice(0, -1))
      if (found) for (const user of found) users.add(user)
      else unknown.push(id)
    }
    invalid[`invalid_${list}`] = unknown
  }
  if (given === 0) throw new PlatformError(10003, `one of ${receiverLists.join(', ')} is required`)
  return { users, invalid }
}

function userOf(platform: Platform, app: AppRecord, id: string, idType: string): UserRecord[] | undefined {
  try {
    return [userById(platform.tenant, app, id, idType)]
  } catch (error) {
    if (error instanceof PlatformError) return undefined
    throw error
  }
}

/** The content as im v1 takes it; here it is an object, and some types have names of their own. */
function givenContent(call: ApiCall, messageType: string): string {
  const name = messageType === 'interactive' ? 'card' : 'content'
  const value = call.body[name] as Record<string, unknown> | undefined
  if (!value) throw new PlatformError(10003, `${name} is required for msg_type ${messageType}`)
  if (messageType === 'post') return JSON.stringify(value.post ?? {})
  if (messageType === 'share_chat') return JSON.stringify({ chat_id: value.share_chat_id })
  return JSON.stringify(value)
}

const ownCodes: Readonly<Record<number, number>> = { 230017: 11227, 230025: 10003 }

/** @throws PlatformError 11227 unknown image, 11231 unknown chat, 10003 too long, 11246 content that cannot be made */
function checkedContent(platform: Platform, app: AppRecord, messageType: string, given: string): CheckedContent {
  let checked: CheckedContent
  try {
    checked = checkContent(platform, app, messageType, given)
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error
    const isChat = messageType === 'share_chat' && error.code === 230001
    throw new PlatformError(isChat ? 11231 : (ownCodes[error.code] ?? 11246), error.message)
  }
  // An entity is sent once, and to one chat.
  if (checked.entity) throw new PlatformError(11246, 'a card entity cannot be sent to many')
  return checked
}
