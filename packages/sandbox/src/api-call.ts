import type { AilyAnswers } from './aily/answers.ts'
import type { AilySessions } from './aily/sessions.ts'
import type { Workspaces } from './apaas/workspaces.ts'
import type { QueryValues } from './api-contract.ts'
import type { Applications } from './application/applications.ts'
import type { Bases } from './bitable/bases.ts'
import type { TableWrites } from './bitable/table-writes.ts'
import type { CardEntities } from './cardkit/card-entities.ts'
import type { SandboxClock } from './clock.ts'
import type { CommentNotices } from './drive/comment-notices.ts'
import type { DriveFiles } from './drive/drive-files.ts'
import type { DriveTasks } from './drive/drive-tasks.ts'
import type { MediaStore } from './drive/media-store.ts'
import type { Subscriptions } from './drive/subscriptions.ts'
import type { Uploads } from './drive/uploads.ts'
import type { BatchMessages } from './im/batch-messages.ts'
import type { ChatRecord, ChatStore } from './im/chat-store.ts'
import type { MessageStore } from './im/message-store.ts'
import type { ResourceStore } from './im/resource-store.ts'
import type { UpdateTokens } from './im/update-tokens.ts'
import type { Grants } from './oauth/grants.ts'
import { PlatformError } from './platform-error.ts'
import type { PushEngine } from './push-engine.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Spreadsheets } from './sheets/spreadsheets.ts'
import type { Actor, AppRecord, Tenant, UserRecord } from './tenant.ts'
import type { Tokens } from './tokens.ts'
import type { WebhookClient } from './webhook.ts'
import type { WikiSpaces } from './wiki/wiki-spaces.ts'

/** The state that API handlers work on. */
export interface Platform {
  tenant: Tenant
  tokens: Tokens
  applications: Applications
  chats: ChatStore
  messages: MessageStore
  batches: BatchMessages
  resources: ResourceStore
  cardEntities: CardEntities
  updateTokens: UpdateTokens
  clock: SandboxClock
  pushes: PushEngine
  webhooks: WebhookClient
  rateLimits: RateLimits
  grants: Grants
  bases: Bases
  tableWrites: TableWrites
  subscriptions: Subscriptions
  commentNotices: CommentNotices
  spreadsheets: Spreadsheets
  drive: DriveFiles
  media: MediaStore
  uploads: Uploads
  tasks: DriveTasks
  wiki: WikiSpaces
  workspaces: Workspaces
  aily: AilySessions
  ailyAnswers: AilyAnswers
}

/** A call whose route, token and parameters were found right. */
export interface ApiCall {
  /** The caller; absent for APIs without a token. */
  app: AppRecord | undefined
  /** Who calls with a user token. */
  user?: UserRecord | undefined
  params: Readonly<Record<string, string>>
  query: QueryValues
  body: Readonly<Record<string, unknown>>
  /** `host:port` by which the caller reached the sandbox. */
  host?: string
  /** The header `Prefer`. */
  prefer?: string | undefined
}

/** What a handler answers. */
export interface ApiAnswer {
  /** Becomes `data`. */
  data?: unknown
  /** Put beside code and msg instead of `data`, as old APIs do. */
  topLevel?: Record<string, unknown>
  /** Instead of a JSON body. */
  binary?: {
    bytes: Buffer
    contentType: string
    fileName: string
    /** The header `Range` asks for a part, answered with HTTP 206. */
    takesRange?: true
  }
  /** Ids for the ledger. */
  fields?: Record<string, string>
}

/**
 * Answers a call.
 *
 * @throws PlatformError for a documented refusal
 */
export type ApiHandler = (platform: Platform, call: ApiCall) => ApiAnswer | Promise<ApiAnswer>

/** The caller of an API that takes a token. */
export function callingApp(call: ApiCall): AppRecord {
  if (!call.app) throw new PlatformError(99991661)
  return call.app
}

/** Who does what the call does: the person of its user token, or the app's bot. */
export function callingActor(call: ApiCall): Actor {
  return call.user ? { type: 'user', id: call.user.userId } : { type: 'bot', id: callingApp(call).appId }
}

/** A query value given once. */
export function queryText(call: ApiCall, name: string): string | undefined {
  const value = call.query[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A person by an id of the given type in the eyes of the app, with the documented code for each kind of wrong id. */
export function userById(tenant: Tenant, app: AppRecord, id: string, idType: string): UserRecord {
  if (idType === 'open_id') {
    const known = tenant.actorByOpenId(id)
    if (!known) throw new PlatformError(99992351, `Invalid ids: [${id}]`)
    if (known.viewerAppId !== app.appId) throw new PlatformError(99992361)
    const user = known.actor.type === 'user' ? tenant.users.get(known.actor.id) : undefined
    if (!user) throw new PlatformError(99992351, `Invalid ids: [${id}]`)
    return user
  }
  const user = [...tenant.users.values()].find((known) => (idType === 'union_id' ? known.unionId : known.userId) === id)
  if (user) return user
  throw new PlatformError(idType === 'union_id' ? 99992363 : 99992360, `Invalid ids: [${id}]`)
}

/** A person's id of the given type in the eyes of the app. */
export function userIdOf(tenant: Tenant, app: AppRecord, userId: string, idType: string): string {
  if (idType === 'user_id') return userId
  if (idType === 'union_id') return tenant.users.get(userId)?.unionId ?? ''
  return tenant.openId(app.appId, { type: 'user', id: userId })
}

/** A page of a list; tokens are opaque to callers. */
export function page<T>(
  call: ApiCall,
  list: readonly T[],
  invalidCode: number,
  defaultSize = 20,
): { items: readonly T[]; has_more: boolean; page_token: string } {
  const size = Number(queryText(call, 'page_size') ?? defaultSize)
  const from = pageStart(call, invalidCode)
  const end = from + size
  const more = end < list.length
  return { items: list.slice(from, end), has_more: more, page_token: more ? pageToken(end) : '' }
}

/** The entry that a page starts with. */
export function pageStart(call: ApiCall, invalidCode: number): number {
  const token = queryText(call, 'page_token')
  const start = token === undefined ? '0' : Buffer.from(token, 'base64url').toString('latin1')
  if (/^\d{1,9}$/.test(start)) return Number(start)
  throw new PlatformError(invalidCode, 'page_token is invalid')
}

/** The token of a page that starts with this entry. */
export function pageToken(start: number): string {
  return Buffer.from(String(start)).toString('base64url')
}

/** A chat that the bot may act in. */
export function memberChat(platform: Platform, app: AppRecord, chatId: string): ChatRecord {
  const chat = platform.chats.find(chatId)
  if (!chat) throw new PlatformError(232006, chatId)
  if (!chat.appIds.has(app.appId)) throw new PlatformError(232011)
  return chat
}
