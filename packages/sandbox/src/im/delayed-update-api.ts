import { type ApiHandler, callingApp } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { isShared, setCard } from './card.ts'
import { checkContent } from './message-content.ts'

const maxBytes = 100 * 1024

/** The update of a card after its callback was answered (docs: im-v1 message-card delayed update). */
export const delayedUpdateHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/interactive/v1/card/update': (platform, call) => {
    const app = callingApp(call)
    const token = String(call.body.token)
    const { messageId, userId } = platform.updateTokens.check(token, app.appId)
    const { open_ids: openIds, ...card } = call.body.card as Record<string, unknown>
    const sentContent = JSON.stringify(card)
    if (Buffer.byteLength(sentContent) > maxBytes) throw new PlatformError(100000)
    const message = platform.messages.find(messageId)
    if (!message || message.deleted) throw new PlatformError(200000)
    const people = isShared(card) ? [undefined] : viewers(openIds)
    const userIds = people.map((openId) => {
      if (openId === undefined) return undefined
      const known = platform.tenant.actorByOpenId(openId)
      if (known?.viewerAppId !== app.appId || known.actor.type !== 'user') throw new PlatformError(200320)
      return known.actor.id
    })
    const { content } = checkContent(platform, app, 'interactive', sentContent)
    for (const one of userIds) setCard(message, { content, sentContent }, platform.clock.now(), one)
    platform.messages.changed(message)
    platform.updateTokens.use(token)
    return { fields: { message_id: messageId, chat_id: message.chatId, user_id: userId } }
  },
}

function viewers(openIds: unknown): string[] {
  if (openIds === undefined) throw new PlatformError(300090)
  if (Array.isArray(openIds) && openIds.length > 0 && openIds.every((id) => typeof id === 'string')) return openIds
  throw new PlatformError(200320)
}
