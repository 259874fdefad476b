import type { App } from '../config/app.ts'
import { coreError } from '../errors/catalogue.ts'
import { isLarkspurError, type LarkspurError } from '../errors/larkspur-error.ts'

/** Sends one JSON request; the api layer's transport. */
export type PostJson = (
  url: string,
  body: Readonly<Record<string, unknown>>,
) => Promise<{ readonly status: number; readonly json: unknown; readonly logId: string | undefined }>

/** What an endpoint of tokens answered. */
export interface TokenAnswer {
  readonly fields: Readonly<Record<string, unknown>>
  /** The platform's code, 0 for success. */
  readonly code: number | undefined
  /** An error that tells what was answered. */
  failed(error: TokenError): LarkspurError
}

type TokenError =
  | 'CREDENTIAL_REFUSED'
  | 'CREDENTIAL_TOKEN_FAILED'
  | 'CREDENTIAL_CODE_REFUSED'
  | 'CREDENTIAL_GRANT_ENDED'

/**
 * Asks an endpoint of tokens. `what` names the wanted thing in errors; `sent` are secrets that the platform's words must
 * not bring back.
 * @throws CREDENTIAL_TOKEN_FAILED when no answer came
 */
export async function askForToken(
  app: App,
  post: PostJson,
  request: {
    readonly path: string
    readonly body: Readonly<Record<string, unknown>>
    readonly what: string
    readonly sent?: readonly string[]
  },
): Promise<TokenAnswer> {
  const { path, body, what, sent = [] } = request
  let answer: Awaited<ReturnType<PostJson>>
  try {
    answer = await post(app.domain + path, body)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const hint = isLarkspurError(error) ? error.hint : undefined
    const message = `${what} could not be fetched: ${reason}`
    throw coreError('CREDENTIAL_TOKEN_FAILED', { message, hint, cause: error })
  }
  const { status, json, logId } = answer
  const fields = (typeof json === 'object' && json !== null ? json : {}) as Readonly<Record<string, unknown>>
  const code = typeof fields.code === 'number' ? fields.code : undefined
  // The newer endpoint words its errors as RFC 6749 does.
  const said = [fields.msg, fields.error_description].find((text) => typeof text === 'string') as string | undefined
  const msg = [app.secret(), ...sent].reduce((text, secret) => text?.replaceAll(secret, '***'), said?.slice(0, 2000))
  const told =
    code === 0
      ? 'without a token or its life'
      : `with code ${String(fields.code ?? 'none')} (HTTP ${status}): ${msg?.slice(0, 300) ?? 'no message'}`
  return {
    fields,
    code,
    failed: (error) =>
      coreError(error, {
        message: `the platform answered a request for ${what} ${told}`,
        platform: { code, msg: msg?.slice(0, 300), httpStatus: status, logId, api: `POST ${path}` },
      }),
  }
}

/** Seconds of an answer as milliseconds; undefined unless they are a number above 0. */
export function lifeMsOf(seconds: unknown): number | undefined {
  return Number.isFinite(seconds) && (seconds as number) > 0 ? (seconds as number) * 1000 : undefined
}
