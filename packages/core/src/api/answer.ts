import { coreError } from '../errors/catalogue.ts'
import type { LarkspurError } from '../errors/larkspur-error.ts'
import { meaningOf } from './platform-codes.ts'
import { type HttpAnswer, logIdOf } from './transport.ts'

/** The platform's envelope (open.feishu.cn docs: api-call-guide). */
export interface ApiEnvelope {
  readonly code: number
  readonly msg?: string | undefined
  readonly data?: unknown
  readonly error?: ApiErrorDetail | undefined
}

interface ApiErrorDetail {
  readonly log_id?: string | undefined
  readonly logid?: string | undefined
  readonly permission_violations?: readonly { readonly subject?: string | undefined }[] | undefined
  readonly field_violations?: readonly { readonly field?: string; readonly description?: string }[] | undefined
}

/**
 * Reads an answer as the platform's envelope. An HTTP error and a code other than 0 are the same error.
 * @throws API_ANSWER_UNREADABLE, API_REFUSED, API_RATE_LIMITED, API_PERMISSION_DENIED, API_TOKEN_REFUSED
 */
export async function readEnvelopeOf(answer: HttpAnswer, api: string): Promise<ApiEnvelope> {
  const text = await answer.text()
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw unreadable(answer, api, text)
  }
  const envelope = json as ApiEnvelope
  const ok = answer.status < 400
  if (typeof json !== 'object' || json === null || (ok && typeof envelope.code !== 'number'))
    throw unreadable(answer, api, text)
  if (ok && envelope.code === 0) return envelope
  throw refusal(answer, api, envelope)
}

/** The error of a download that was refused: its body is an envelope, or nothing useful. */
export async function refusedDownload(answer: HttpAnswer, api: string): Promise<LarkspurError> {
  try {
    await readEnvelopeOf(answer, api)
  } catch (error) {
    return error as LarkspurError
  }
  return unreadable(answer, api, '')
}

function refusal(answer: HttpAnswer, api: string, envelope: ApiEnvelope): LarkspurError {
  const { code, msg, error } = envelope
  const known = typeof code === 'number' ? code : undefined
  const meaning = meaningOf(known, answer.status)
  const logId = error?.log_id ?? error?.logid ?? logIdOf(answer.headers)
  const missingScopes = error?.permission_violations?.flatMap(({ subject }) => subject ?? [])
  const fields = error?.field_violations?.map(({ field, description }) => `${field}: ${description}`).join('; ')
  const details = [msg, fields, missingScopes?.length ? `missing scopes ${missingScopes.join(', ')}` : undefined]
  return coreError(meaning.error, {
    message: `${api} was refused with code ${known ?? 'none'} (HTTP ${answer.status}): ${details.filter(Boolean).join(' – ')}`,
    retryable: meaning.retryable ?? false,
    retryAfterMs: meaning.error === 'API_RATE_LIMITED' ? waitMs(answer.headers) : undefined,
    platform: { code: known, msg, httpStatus: answer.status, logId, api, missingScopes },
  })
}

/** `x-ogw-ratelimit-reset` (seconds; open.feishu.cn docs: frequency control), else `Retry-After`. */
function waitMs(headers: HttpAnswer['headers']): number | undefined {
  for (const name of ['x-ogw-ratelimit-reset', 'retry-after']) {
    const value = headers[name]
    const seconds = Number(Array.isArray(value) ? value[0] : value)
    if (Number.isFinite(seconds) && seconds >= 0 && value !== undefined) return seconds * 1000
  }
  return undefined
}

function unreadable(answer: HttpAnswer, api: string, text: string): LarkspurError {
  const type = answer.headers['content-type']
  return coreError('API_ANSWER_UNREADABLE', {
    message: `${api} was answered with HTTP ${answer.status} and ${text.length} characters of ${String(type ?? 'no content type')} that are not the platform's JSON`,
    // An error page of a gateway in between passes; a route that does not exist does not.
    retryable: answer.status >= 500 || answer.status === 200,
    platform: { httpStatus: answer.status, logId: logIdOf(answer.headers), api },
  })
}
