import { coreError } from '../errors/catalogue.ts'
import type { LarkspurError } from '../errors/larkspur-error.ts'
import type { ApiCall } from './call.ts'
import { meaningOf } from './platform-codes.ts'
import { type HttpAnswer, headerOf, parseJson } from './transport.ts'

/**
 * What a call gives for an answer: `data` of the envelope, the whole envelope, or the bytes. An HTTP error and a `code`
 * other than 0 are the same (open.feishu.cn docs: api-call-guide, error codes).
 * `secrets` are values that the platform may repeat in its words; they are hidden.
 * @throws API_REFUSED, API_RATE_LIMITED, API_PERMISSION_DENIED, API_TOKEN_REFUSED, API_ANSWER_UNREADABLE
 */
export function readAnswer(
  answer: HttpAnswer,
  api: string,
  kind: ApiCall['answer'],
  secrets: readonly string[] = [],
): unknown {
  const fine = answer.status >= 200 && answer.status < 300
  if (kind === 'bytes' && fine && !mayBeRefusal(answer)) return answer.body
  const json = parseJson(answer.body)
  if (!isRecord(json)) {
    if (!fine) throw refused(answer, {}, api, secrets)
    throw unreadable(answer, api, json === undefined ? 'no JSON' : 'JSON that is not an object')
  }
  const { code } = json
  if (fine && code === 0) return kind === 'bytes' ? answer.body : kind === 'envelope' ? json : json.data
  if (fine && typeof code !== 'number') {
    if (kind === 'bytes') return answer.body
    throw unreadable(answer, api, 'JSON without a code')
  }
  throw refused(answer, json, api, secrets)
}

/** Whether a body may be the platform's own words: a file that happens to be JSON comes with a name. */
export function mayBeRefusal(answer: Pick<HttpAnswer, 'status' | 'headers'>): boolean {
  return (
    answer.status >= 300 ||
    (headerOf(answer, 'content-disposition') === undefined &&
      headerOf(answer, 'content-type')?.includes('application/json') === true)
  )
}

function unreadable(answer: HttpAnswer, api: string, what: string): LarkspurError {
  const { status, body } = answer
  const type = headerOf(answer, 'content-type') ?? 'none'
  const message = `${api} answered HTTP ${status} with ${what} (${body.length} bytes, content type ${type.slice(0, 100)})`
  const platform = { httpStatus: status, logId: headerOf(answer, 'x-tt-logid'), api }
  return coreError('API_ANSWER_UNREADABLE', { message, platform })
}

function refused(
  answer: HttpAnswer,
  json: Readonly<Record<string, unknown>>,
  api: string,
  secrets: readonly string[],
): LarkspurError {
  const { status } = answer
  const code = typeof json.code === 'number' && json.code !== 0 ? json.code : undefined
  const msg = typeof json.msg === 'string' ? cut(hide(json.msg, secrets)) : undefined
  const detail = isRecord(json.error) ? json.error : {}
  const inBody = detail.log_id ?? detail.logid
  const logId = headerOf(answer, 'x-tt-logid') ?? (typeof inBody === 'string' ? inBody : undefined)
  const missingScopes = scopesIn(detail.permission_violations)
  const { error, retryable = false } = meaningOf(code, status)
  const said = code === undefined ? `HTTP ${status} without a code` : `code ${code} (HTTP ${status})`
  const scopes = missingScopes ? `; missing: ${missingScopes.join(', ')}` : ''
  return coreError(error, {
    message: `${api} answered ${said}${msg ? `: ${msg}` : ''}${violationsIn(detail.field_violations)}${scopes}`,
    retryable,
    retryAfterMs: error === 'API_RATE_LIMITED' ? retryAfterMs(answer) : undefined,
    platform: { code, msg, httpStatus: status, logId, api, missingScopes },
  })
}

/** open.feishu.cn docs: api-call-guide, frequency control: `x-ogw-ratelimit-reset` holds the seconds to wait. */
function retryAfterMs(answer: HttpAnswer): number | undefined {
  const given = headerOf(answer, 'x-ogw-ratelimit-reset') ?? headerOf(answer, 'retry-after')
  if (given === undefined || given.trim() === '') return undefined
  const seconds = Number(given)
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(given) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

/** open.feishu.cn docs: api-call-guide, generic codes: the scopes stand in `permission_violations[].subject`. */
function scopesIn(violations: unknown): readonly string[] | undefined {
  if (!Array.isArray(violations)) return undefined
  const scopes = violations.flatMap((each: unknown) =>
    isRecord(each) && typeof each.subject === 'string' ? each.subject : [],
  )
  return scopes.length > 0 ? scopes : undefined
}

// The values are left out: they may be message text.
function violationsIn(violations: unknown): string {
  if (!Array.isArray(violations)) return ''
  const fields = violations.flatMap((each: unknown) =>
    isRecord(each) && typeof each.field === 'string' ? each.field : [],
  )
  return fields.length > 0 ? ` (fields: ${cut(fields.join(', '))})` : ''
}

function cut(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}… (cut at 300 of ${text.length} characters)` : text
}

function hide(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => (secret === '' ? shown : shown.replaceAll(secret, '***')), text)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
