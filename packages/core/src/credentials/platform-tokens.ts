import type { App } from '../config/app.ts'
import { coreError } from '../errors/catalogue.ts'
import { isLarkspurError } from '../errors/larkspur-error.ts'

/** The kinds of token that the platform gives to an app itself. */
export type PlatformTokenKind = 'tenant' | 'app'

/** A token as the platform gave it. */
export interface FetchedToken {
  readonly value: string
  /** Milliseconds that it lives from the answer on. */
  readonly lifeMs: number
}

/** Sends one JSON request; the api layer's transport. */
export type PostJson = (
  url: string,
  body: Readonly<Record<string, unknown>>,
) => Promise<{ readonly status: number; readonly json: unknown; readonly logId: string | undefined }>

/** App id or secret are wrong or the app may not be used (open.feishu.cn docs: auth-v3; 99991543 generic codes). */
const refusedCodes: ReadonlySet<number> = new Set([10003, 10005, 10014, 10015, 99991543])

/**
 * Fetches a tenant or app token of a self-built app (open.feishu.cn docs: auth-v3, internal). While 30 minutes or more
 * remain, the platform answers with the token that it gave before.
 * @throws CREDENTIAL_REFUSED, CREDENTIAL_TOKEN_FAILED
 */
export async function fetchPlatformToken(app: App, kind: PlatformTokenKind, post: PostJson): Promise<FetchedToken> {
  const path = `/open-apis/auth/v3/${kind}_access_token/internal`
  const api = `POST ${path}`
  let answer: Awaited<ReturnType<PostJson>>
  try {
    answer = await post(app.domain + path, { app_id: app.appId, app_secret: app.secret() })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const hint = isLarkspurError(error) ? error.hint : undefined
    const message = `the ${kind} token of ${app.appId} could not be fetched: ${reason}`
    throw coreError('CREDENTIAL_TOKEN_FAILED', { message, hint, cause: error })
  }
  const { status, json, logId } = answer
  const fields = (typeof json === 'object' && json !== null ? json : {}) as Readonly<Record<string, unknown>>
  const { code, expire } = fields
  // What was sent must not come back through the platform's words.
  const msg = typeof fields.msg === 'string' ? fields.msg.slice(0, 300).replaceAll(app.secret(), '***') : undefined
  const value = fields[`${kind}_access_token`]
  if (code === 0 && typeof value === 'string' && value !== '' && Number.isFinite(expire) && (expire as number) > 0)
    return { value, lifeMs: (expire as number) * 1000 }
  const platform = {
    code: typeof code === 'number' ? code : undefined,
    msg,
    ...{ httpStatus: status, logId, api },
  }
  const said =
    code === 0
      ? 'without a token or its life'
      : `with code ${String(code ?? 'none')} (HTTP ${status}): ${msg ?? 'no message'}`
  const refused = typeof code === 'number' && refusedCodes.has(code)
  throw coreError(refused ? 'CREDENTIAL_REFUSED' : 'CREDENTIAL_TOKEN_FAILED', {
    message: `the platform answered a request for the ${kind} token of ${app.appId} ${said}`,
    platform,
  })
}
