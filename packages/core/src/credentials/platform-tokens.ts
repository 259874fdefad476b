import type { App } from '../config/app.ts'
import { askForToken, lifeMsOf, type PostJson } from './platform-answer.ts'

/** The kinds of token that the platform gives to an app itself. */
export type PlatformTokenKind = 'tenant' | 'app'

/** A token as the platform gave it. */
export interface FetchedToken {
  readonly value: string
  /** Milliseconds that it lives from the answer on. */
  readonly lifeMs: number
}

/** App id or secret are wrong or the app may not be used (open.feishu.cn docs: auth-v3; 99991543 generic codes). */
const refusedCodes: ReadonlySet<number> = new Set([10003, 10005, 10014, 10015, 99991543])

/**
 * Fetches a tenant or app token of a self-built app (open.feishu.cn docs: auth-v3, internal). While 30 minutes or more
 * remain, the platform answers with the token that it gave before.
 * @throws CREDENTIAL_REFUSED, CREDENTIAL_TOKEN_FAILED
 */
export async function fetchPlatformToken(app: App, kind: PlatformTokenKind, post: PostJson): Promise<FetchedToken> {
  const { appId } = app
  const { fields, code, failed } = await askForToken(app, post, {
    path: `/open-apis/auth/v3/${kind}_access_token/internal`,
    body: { app_id: appId, app_secret: app.secret() },
    what: `the ${kind} token of ${appId}`,
  })
  const value = fields[`${kind}_access_token`]
  const lifeMs = lifeMsOf(fields.expire)
  if (code === 0 && typeof value === 'string' && value !== '' && lifeMs !== undefined) return { value, lifeMs }
  throw failed(code !== undefined && refusedCodes.has(code) ? 'CREDENTIAL_REFUSED' : 'CREDENTIAL_TOKEN_FAILED')
}
