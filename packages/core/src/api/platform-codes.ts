import type { CoreErrorCode } from '../errors/catalogue.ts'

/** The errors that platform codes are told apart by. */
export type PlatformErrorCode = Extract<
  CoreErrorCode,
  'API_REFUSED' | 'API_RATE_LIMITED' | 'API_PERMISSION_DENIED' | 'API_TOKEN_REFUSED'
>

/** What a platform code means to the api client. */
export interface PlatformCodeRow {
  readonly error: PlatformErrorCode
  /** The platform is busy or mends itself: the same call may succeed later. */
  readonly retryable?: boolean
}

const rateLimited: PlatformCodeRow = { error: 'API_RATE_LIMITED', retryable: true }
const token: PlatformCodeRow = { error: 'API_TOKEN_REFUSED' }
const permission: PlatformCodeRow = { error: 'API_PERMISSION_DENIED' }
const busy: PlatformCodeRow = { error: 'API_REFUSED', retryable: true }

/**
 * Platform codes that the client acts on; every other code stays API_REFUSED. Nothing is guessed from message text.
 * Source: open.feishu.cn docs, read in May 2026; the page is named behind each row.
 */
export const platformCodes: ReadonlyMap<number, PlatformCodeRow> = new Map([
  [99991400, rateLimited], // api-call-guide: frequency control
  [230020, rateLimited], // im-v1: messages, per chat or user
  [11232, rateLimited], // im-v1: messages, system wide
  [11233, rateLimited], // im-v1: messages, per group
  [232019, rateLimited], // im-v1: chats
  [1061045, rateLimited], // drive-v1: files, "can retry"
  [1063006, rateLimited], // drive-v1: permissions
  [1069923, rateLimited], // drive-v1: tasks
  [1254290, rateLimited], // bitable-v1: too many requests
  [1254291, rateLimited], // bitable-v1: write conflict
  [1310217, rateLimited], // sheets-v3
  [90217, rateLimited], // sheets-v2
  [131009, rateLimited], // wiki-v2: lock contention
  [99991661, token], // generic codes: Authorization missing
  [99991663, token], // generic codes: tenant token invalid
  [99991664, token], // generic codes: app token invalid
  [99991665, token], // generic codes: tenant token illegal
  [99991668, token], // generic codes: user token invalid
  [99991671, token], // generic codes: token without a valid prefix
  [99991677, token], // generic codes: user token expired
  [20005, token], // authen-v1: user token invalid
  [99991672, permission], // generic codes: the app lacks the scope
  [99991676, permission], // generic codes: token without permission
  [99991679, permission], // generic codes: the user has not granted the scope
  [230027, permission], // im-v1: lack of necessary permissions
  [1, busy], // generic codes: internal error, try again
  [20050, busy], // authen-v2: server error
  [20072, busy], // authen-v2: temporarily unavailable
  [230049, busy], // im-v1: the message is being sent
  [1254607, busy], // bitable-v1: data not ready
])

/** What a code means; a code that the table does not name is a plain refusal. */
export function meaningOf(code: number | undefined, httpStatus: number): PlatformCodeRow {
  const known = code === undefined ? undefined : platformCodes.get(code)
  if (known) return known
  if (httpStatus === 429) return rateLimited
  return httpStatus >= 500 ? busy : { error: 'API_REFUSED' }
}
