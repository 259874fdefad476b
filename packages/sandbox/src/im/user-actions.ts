import type { Platform } from '../api-call.ts'
import { base64Bytes } from '../base64.ts'
import type * as control from '../control.ts'
import type { UserRecord } from '../tenant.ts'
import { isShared, readCard, setCard } from './card.ts'
import { clickAction, clickedElement, formIsNamed } from './card-click.ts'
import { replacementCard } from './card-response.ts'
import { isEditable, maxEdits } from './edit-api.ts'
import { checkContent } from './message-content.ts'
import { pushRecalled } from './message-event.ts'
import type { MessageRecord } from './message-store.ts'
import { addReaction, isEmojiType, removeReaction } from './reaction-api.ts'
import { eventUserId } from './receive-event.ts'
import { userContent } from './user-message.ts'

/** Something of a user's device that can be said by its key. */
export function upload(
  platform: Platform,
  options: { kind: 'image' | 'file'; data: string; fileName?: string },
): { key: string } {
  const { kind, data, fileName = kind } = options
  if (kind !== 'image' && kind !== 'file') throw new Error(`An upload is an "image" or a "file", received "${kind}".`)
  const bytes = base64Bytes('data', data)
  const type = kind === 'image' ? 'message' : 'stream'
  const { key } = platform.resources.add({ kind, appId: undefined, fileName, type, durationMs: undefined, bytes })
  return { key }
}

/** What a person would see behind a key. */
export function download(
  platform: Platform,
  options: { key: string },
): { kind: 'image' | 'file'; fileName: string; data: string } {
  const resource = platform.resources.find(options.key)
  if (!resource) throw new Error(`Nothing was uploaded with the key "${options.key}".`)
  const { kind, fileName, bytes } = resource
  return { kind, fileName, data: Buffer.from(bytes).toString('base64') }
}

/** A user takes an own message back. */
export function recall(platform: Platform, options: { user: string; messageId: string }): { eventIds: string[] } {
  const message = ownMessage(platform, options)
  message.deleted = true
  platform.messages.changed(message)
  return { eventIds: pushRecalled(platform, message) }
}

/**
 * A user edits an own text or rich text, as often as the platform lets bots edit theirs (docs: im-v1 message update). Apps hear
 * nothing of it: no event is documented.
 */
export function edit(platform: Platform, options: control.EditOptions): void {
  const message = ownMessage(platform, options)
  const { messageType, content, mentions } = userContent(platform.tenant, options)
  for (const type of [message.messageType, messageType]) {
    if (!isEditable(type))
      throw new Error(`Texts and rich texts ("post") can be edited, not a message of type "${type}".`)
  }
  if (message.edits >= maxEdits) {
    throw new Error(`Message ${message.messageId} was edited ${maxEdits} times, which is all that the platform allows.`)
  }
  const edits = message.edits + 1
  const updateTimeMs = platform.clock.now()
  Object.assign(message, { messageType, content, sentContent: content, mentions, edits, updated: true, updateTimeMs })
  platform.messages.changed(message)
}

/** A user puts a reaction on a message. */
export function react(
  platform: Platform,
  options: { user: string; messageId: string; emojiType: string },
): { reactionId: string; eventIds: string[] } {
  const { user, message } = seenMessage(platform, options)
  if (!isEmojiType(options.emojiType)) throw new Error(`"${options.emojiType}" is no emoji type such as THUMBSUP.`)
  const actor = { type: 'user', id: user.userId } as const
  const { reaction, eventIds } = addReaction(platform, message, actor, options.emojiType)
  return { reactionId: reaction.reactionId, eventIds }
}

/** A user takes a reaction away. */
export function unreact(
  platform: Platform,
  options: { user: string; messageId: string; emojiType: string },
): { eventIds: string[] } {
  const { user, message } = seenMessage(platform, options)
  const reaction = message.reactions.find(
    ({ emojiType, actor }) => emojiType === options.emojiType && actor.type === 'user' && actor.id === user.userId,
  )
  if (!reaction) throw new Error(`${user.userId} has no reaction "${options.emojiType}" on ${message.messageId}.`)
  return { eventIds: removeReaction(platform, message, reaction) }
}

/** A user reads a chat; bots hear of it in direct chats (docs: im-v1 message events message_read). */
export function read(platform: Platform, options: { user: string; chatId: string }): { eventIds: string[] } {
  const user = platform.tenant.user(options.user)
  const chat = platform.chats.chat(options.chatId)
  if (!chat.userIds.has(user.userId)) throw new Error(`${user.userId} is not a member of chat ${chat.chatId}.`)
  const now = platform.clock.now()
  const inChat = platform.messages.inChat(chat.chatId)
  platform.chats.readUntil(chat, user.userId, inChat.at(-1)?.seq ?? 0)
  const unread = inChat.filter(({ sender, readers, deleted }) => {
    return !deleted && sender.type === 'bot' && !readers.has(user.userId)
  })
  for (const message of unread) message.readers = new Map(message.readers).set(user.userId, now)
  if (chat.type !== 'p2p' || unread.length === 0) return { eventIds: [] }
  const eventIds = [...chat.appIds].map((appId) => {
    const reader = {
      reader_id: eventUserId(platform.tenant, platform.tenant.app(appId), user),
      read_time: String(now),
      tenant_key: platform.tenant.tenantKey,
    }
    const event = { reader, message_id_list: unread.map(({ messageId }) => messageId) }
    return platform.pushes.push(appId, 'im.message.message_read_v1', event)
  })
  return { eventIds }
}

/** A user uses an element of a card; a legal answer of the bot with a card replaces it. */
export async function clickCard(platform: Platform, options: control.ClickOptions): Promise<control.CallbackResult> {
  const { user, message } = seenMessage(platform, options)
  if (message.messageType !== 'interactive' || message.sender.type !== 'bot') {
    throw new Error(`Message ${message.messageId} is no card of a bot; it is a ${message.messageType}.`)
  }
  const appId = message.sender.id
  const app = platform.tenant.app(appId)
  const seen = message.cardsByUser.get(user.userId) ?? message
  const card = readCard(seen.sentContent)
  const clicked = clickedElement(card, options)
  if (!formIsNamed(clicked)) return { outcome: 'failed', code: 200530, elapsedMs: 0 }
  const { union_id, user_id, open_id } = eventUserId(platform.tenant, app, user)
  const openIdOf = (id: string) => {
    const person = platform.tenant.findUser(id)
    return person && platform.tenant.openId(appId, { type: 'user', id: person.userId })
  }
  const event = {
    operator: { tenant_key: platform.tenant.tenantKey, user_id, union_id, open_id },
    token: platform.updateTokens.issue({ appId, messageId: message.messageId, userId: user.userId }),
    action: clickAction(clicked, options, openIdOf),
    host: 'im_message',
    context: { open_message_id: message.messageId, open_chat_id: message.chatId },
  }
  const result = await platform.cardEntities.whileClicked(message.messageId, () =>
    platform.pushes.callback(appId, 'card.action.trigger', event, {}, card),
  )
  const replacement = result.outcome === 'answered' ? replacementCard(result.response) : undefined
  if (!replacement || message.deleted) return result
  const sentContent = JSON.stringify(replacement)
  const { content } = checkContent(platform, app, 'interactive', sentContent)
  const onlyFor = isShared(replacement) ? undefined : user.userId
  setCard(message, { content, sentContent }, platform.clock.now(), onlyFor)
  platform.messages.changed(message)
  return result
}

function ownMessage(platform: Platform, options: { user: string; messageId: string }): MessageRecord {
  const { user, message } = seenMessage(platform, options)
  if (message.sender.type === 'user' && message.sender.id === user.userId) return message
  throw new Error(`Message ${message.messageId} is not from ${user.userId}, who can only recall and edit own ones.`)
}

function seenMessage(
  platform: Platform,
  options: { user: string; messageId: string },
): { user: UserRecord; message: MessageRecord } {
  const user = platform.tenant.user(options.user)
  const message = platform.messages.find(options.messageId)
  if (!message || message.deleted) throw new Error(`There is no message "${options.messageId}", or it was recalled.`)
  if (!platform.chats.chat(message.chatId).userIds.has(user.userId)) {
    throw new Error(`${user.userId} is not a member of chat ${message.chatId}.`)
  }
  return { user, message }
}
