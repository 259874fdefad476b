import type { Platform } from '../api-call.ts'
import type { CardEntity } from '../cardkit/card-entities.ts'
import { PlatformError } from '../platform-error.ts'
import type { Actor, AppRecord, Tenant } from '../tenant.ts'
import type { CardTexts } from './card.ts'
import type { Mention } from './message-store.ts'

/** Content of a bot's message after its checks. */
export interface CheckedContent {
  /** JSON text as the platform gives it back. */
  content: string
  mentions: readonly Mention[]
  /** The card entity that is sent; its card takes the place of what the bot wrote. */
  entity?: CardEntity
}

type Content = Record<string, unknown>

const maxTextBytes = 150 * 1024
const maxRichBytes = 30 * 1024
const resourceTypes: Readonly<Record<string, string>> = {
  image: 'image_key',
  file: 'file_key',
  audio: 'file_key',
  media: 'file_key',
}

const uploadTypes: Readonly<Record<string, string>> = { audio: 'opus', media: 'mp4' }

/**
 * Checks what a bot wants to send and turns it into what others read (docs: im-v1 message content descriptions).
 *
 * @throws PlatformError 230001 for content that does not fit its type, 230025 when it is too long, 230015 for a direct chat that
 * cannot be shared, 230017 for keys that the bot did not upload and stickers that it did not receive, 230055 for files of another type, 230099 for cards that cannot be made.
 */
export function checkContent(platform: Platform, app: AppRecord, messageType: string, content: string): CheckedContent {
  const { tenant } = platform
  const bytes = Buffer.byteLength(content)
  const rich = messageType === 'post' || messageType === 'interactive'
  if (bytes > (rich ? maxRichBytes : maxTextBytes)) throw new PlatformError(230025)
  const value = parsedContent(content)
  if (messageType === 'text') return checkText(tenant, app.appId, value)
  if (messageType === 'post') return checkPost(tenant, app.appId, value)
  if (messageType === 'interactive') {
    const entity = value.type === 'card' ? sendableEntity(platform, app, value) : undefined
    const card = entity?.card ?? checkCard(value)
    return { content: JSON.stringify(cardAsRead(card)), mentions: [], ...(entity && { entity }) }
  }
  if (messageType === 'share_chat') {
    const chat = platform.chats.find(requireText(value, 'chat_id'))
    if (!chat?.appIds.has(app.appId)) throw new PlatformError(230001, 'chat_id is unknown')
    if (chat.type === 'p2p') throw new PlatformError(230015)
    return { content, mentions: [] }
  }
  if (messageType === 'share_user') {
    const known = tenant.actorByOpenId(requireText(value, 'user_id'))
    if (known?.viewerAppId !== app.appId) throw new PlatformError(230001, 'user_id is unknown')
    return { content, mentions: [] }
  }
  if (messageType === 'sticker') {
    return { content: JSON.stringify({ file_key: receivedSticker(platform, app, value) }), mentions: [] }
  }
  return { content: JSON.stringify(checkResource(platform, app, messageType, value)), mentions: [] }
}

/** Stickers cannot be uploaded; a bot sends those that it received (docs: im-v1 message create_json, sticker). */
function receivedSticker(platform: Platform, app: AppRecord, value: Content): string {
  const key = requireText(value, 'file_key')
  for (const { appIds, chatId } of platform.chats.all()) {
    if (!appIds.has(app.appId)) continue
    const known = platform.messages.inChat(chatId).some(({ messageType, content }) => {
      return messageType === 'sticker' && content.includes(JSON.stringify(key))
    })
    if (known) return key
  }
  throw new PlatformError(230017, 'file_key is no sticker that the bot received')
}

function checkResource(platform: Platform, app: AppRecord, messageType: string, value: Content): Content {
  const name = resourceTypes[messageType]
  if (name === undefined) throw new PlatformError(230001, `msg_type ${messageType} is invalid`)
  const key = requireText(value, name)
  const resource = platform.resources.find(key)
  const owned = resource?.appId === app.appId && resource.kind === (name === 'image_key' ? 'image' : 'file')
  if (!resource || !owned) throw new PlatformError(230017, `${name} is unknown`)
  const wanted = uploadTypes[messageType]
  if (wanted !== undefined && resource.type !== wanted) throw new PlatformError(230055)
  const { fileName, durationMs } = resource
  if (messageType === 'image') return { image_key: key }
  if (messageType === 'file') return { file_key: key, file_name: fileName }
  if (messageType === 'audio') return { file_key: key, duration: durationMs }
  return { file_key: key, image_key: value.image_key ?? '', file_name: fileName, duration: durationMs }
}

function parsedContent(content: string): Content {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch {
    throw new PlatformError(230001, 'content is not a string in json format')
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Content
  throw new PlatformError(230001, 'content is not a json object')
}

function requireText(value: Content, key: string): string {
  const text = value[key]
  if (typeof text === 'string' && text !== '') return text
  throw new PlatformError(230001, `content misses ${key}`)
}

/** Collects mentions and hands out their placeholders, one for each person or bot. */
class MentionList {
  readonly list: Mention[] = []
  readonly #tenant: Tenant
  readonly #appId: string

  constructor(tenant: Tenant, appId: string) {
    this.#tenant = tenant
    this.#appId = appId
  }

  /** The placeholder for an id in an at tag; the id is open_id, union_id or user_id, or `all`. */
  key(id: string): string | undefined {
    if (id === 'all') return this.#add('@_all', 'all', '所有人')
    const known = this.#tenant.actorByOpenId(id)
    const user = known ? undefined : this.#tenant.findUser(id)
    const actor: Actor | undefined =
      known?.viewerAppId === this.#appId ? known.actor : user ? { type: 'user', id: user.userId } : undefined
    if (!actor) return undefined
    const present = this.list.find(
      (mention) => mention.actor !== 'all' && mention.actor.type === actor.type && mention.actor.id === actor.id,
    )
    return present?.key ?? this.#add(`@_user_${this.list.length + 1}`, actor, this.#tenant.nameOf(actor))
  }

  #add(key: string, actor: Actor | 'all', name: string): string {
    if (!this.list.some((mention) => mention.key === key)) this.list.push({ key, actor, name })
    return key
  }
}

function checkText(tenant: Tenant, appId: string, value: Content): CheckedContent {
  const text = requireText(value, 'text')
  const mentions = new MentionList(tenant, appId)
  const read = text
    .replaceAll(/<at\s+(?:user_id|id)\s*=\s*"([^"]*)"\s*>([^<]*)<\/at>/g, (tag, id: string, name: string) => {
      return mentions.key(id) ?? (name === '' ? tag : `@${name}`)
    })
    .replaceAll(/<\/?(?:b|i|u|s)>/g, '')
  return { content: JSON.stringify({ text: read }), mentions: mentions.list }
}

function checkPost(tenant: Tenant, appId: string, value: Content): CheckedContent {
  const localised = Object.values(value).filter((part) => typeof part === 'object' && part !== null)
  const post = (Array.isArray(value.content) ? value : (value.zh_cn ?? localised[0])) as Content | undefined
  const lines = post?.content
  if (!Array.isArray(lines) || lines.some((line) => !Array.isArray(line))) {
    throw new PlatformError(230001, 'post content must be a list of lines in a locale such as zh_cn')
  }
  const mentions = new MentionList(tenant, appId)
  const read = (lines as Content[][]).map((line) =>
    line.map((node) => {
      if (typeof node !== 'object' || node === null || typeof node.tag !== 'string') {
        throw new PlatformError(230001, 'a post node misses its tag')
      }
      if (node.tag !== 'at') return node
      const key = mentions.key(requireText(node, 'user_id'))
      if (!key) throw new PlatformError(230001, 'a post mentions an unknown user_id')
      const name = mentions.list.find((mention) => mention.key === key)?.name
      return { tag: 'at', user_id: key, user_name: name, style: node.style ?? [] }
    }),
  )
  return { content: JSON.stringify({ title: post?.title ?? '', content: read }), mentions: mentions.list }
}

function checkCard(value: Content): Content {
  const data = value.data as Content | undefined
  if (value.type === 'template') {
    requireText(data ?? {}, 'template_id')
    throw new PlatformError(230099, 'ErrCode: 200380; ErrMsg: template does not exist')
  }
  if (value.schema === undefined || value.schema === '2.0') return value
  throw new PlatformError(230099, `ErrCode: 200621; ErrMsg: unknown schema ${String(value.schema)}`)
}

/** An entity of the app that was not sent yet; it can be sent once (docs: cardkit-v1 card create). */
function sendableEntity(platform: Platform, app: AppRecord, value: Content): CardEntity {
  const cardId = requireText((value.data as Content | undefined) ?? {}, 'card_id')
  try {
    const entity = platform.cardEntities.usable(cardId, app.appId)
    if (entity.messageId === undefined) return entity
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error
    throw new PlatformError(230099, `ErrCode: ${error.code}; ErrMsg: ${error.message}`)
  }
  throw new PlatformError(230099, 'ErrCode: 300311; ErrMsg: the card entity was sent before')
}

/** The two texts of a card that was checked. */
export function cardTexts(card: Content): CardTexts {
  return { content: JSON.stringify(cardAsRead(card)), sentContent: JSON.stringify(card) }
}

/** Cards are read back degraded to a title and lines of text (docs: message_content, interactive). */
function cardAsRead(card: Content): { title: string; elements: unknown[][] } {
  const title = objectIn(objectIn(card, 'header'), 'title').content
  const elements = elementsIn(objectIn(card, 'body').elements ?? card.elements)
  const lines = elements.map(elementAsRead).filter((line) => line.length > 0)
  return { title: typeof title === 'string' ? title : '', elements: lines }
}

function elementAsRead(element: Content): unknown[] {
  const text = objectIn(element, 'text').content
  if (element.tag === 'hr') return [{ tag: 'hr' }]
  if (element.tag === 'img') return [{ tag: 'img', image_key: element.img_key }]
  if (element.tag === 'button') return [{ tag: 'button', text: typeof text === 'string' ? text : '' }]
  const inner = element.actions ?? element.elements ?? element.columns
  if (inner !== undefined) return elementsIn(inner).flatMap(elementAsRead)
  const words = element.content ?? text
  return typeof words === 'string' ? [{ tag: 'text', text: words }] : []
}

function elementsIn(value: unknown): Content[] {
  if (value === undefined) return []
  if (Array.isArray(value) && value.every((element) => typeof element === 'object' && element !== null)) return value
  throw new PlatformError(230099, 'ErrCode: 200621; ErrMsg: elements must be a list of objects')
}

function objectIn(value: Content, key: string): Content {
  const inner = value[key]
  return typeof inner === 'object' && inner !== null ? (inner as Content) : {}
}
