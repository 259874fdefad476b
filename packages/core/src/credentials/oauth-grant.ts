import type { App } from '../config/app.ts'
import { askForToken, lifeMsOf, type PostJson } from './platform-answer.ts'
import type { AuthorizationCode, UserGrant } from './user-tokens.ts'

/** open.feishu.cn docs: authen-v2, get-user-access-token and refresh-user-access-token. */
const path = '/open-apis/authen/v2/oauth/token'

/** The client secret is wrong, the app does not exist or is not enabled (same pages). */
const refusedCodes: ReadonlySet<number> = new Set([20002, 20048, 20069])
/**
 * The refresh token is invalid, expired, revoked or was used (same pages). Of every other code, also one that nobody
 * has heard of, the grant may live on.
 */
const endCodes: ReadonlySet<number> = new Set([20026, 20037, 20064, 20073])
/** The code is unknown, expired, used, of another app or address, or not proven (same pages). */
const codeCodes: ReadonlySet<number> = new Set([20003, 20004, 20024, 20049, 20065, 20071])

/**
 * Exchanges a code for a grant.
 * @throws CREDENTIAL_CODE_REFUSED, CREDENTIAL_REFUSED, CREDENTIAL_TOKEN_FAILED
 */
export async function redeemCode(app: App, given: AuthorizationCode, post: PostJson): Promise<UserGrant> {
  const { code: value, redirectUri, codeVerifier } = given
  return fetchGrant(app, post, {
    body: {
      ...{ grant_type: 'authorization_code', code: value, redirect_uri: redirectUri },
      ...(codeVerifier !== undefined && { code_verifier: codeVerifier }),
    },
    sent: codeVerifier === undefined ? [value] : [value, codeVerifier],
    what: `a user's token by code for ${app.appId}`,
    refusal: (code) => (codeCodes.has(code) ? 'CREDENTIAL_CODE_REFUSED' : undefined),
  })
}

/**
 * Exchanges a refresh token for a new grant; the old refresh token is void from then on.
 * @throws CREDENTIAL_GRANT_ENDED when the user has to authorise again; CREDENTIAL_REFUSED, CREDENTIAL_TOKEN_FAILED
 */
export async function refreshGrant(app: App, refreshToken: string, post: PostJson): Promise<UserGrant> {
  return fetchGrant(app, post, {
    body: { grant_type: 'refresh_token', refresh_token: refreshToken },
    sent: [refreshToken],
    what: `a user's token by refresh for ${app.appId}`,
    refusal: (code) => (endCodes.has(code) ? 'CREDENTIAL_GRANT_ENDED' : undefined),
  })
}

async function fetchGrant(
  app: App,
  post: PostJson,
  request: {
    readonly body: Readonly<Record<string, unknown>>
    readonly sent: readonly string[]
    readonly what: string
    readonly refusal: (code: number) => 'CREDENTIAL_CODE_REFUSED' | 'CREDENTIAL_GRANT_ENDED' | undefined
  },
): Promise<UserGrant> {
  const { body, sent, what, refusal } = request
  const client = { client_id: app.appId, client_secret: app.secret() }
  const { fields, code, failed } = await askForToken(app, post, { path, body: { ...client, ...body }, what, sent })
  const { access_token: accessToken, refresh_token: refreshToken, scope } = fields
  const lifeMs = lifeMsOf(fields.expires_in)
  if (code === 0 && typeof accessToken === 'string' && accessToken !== '' && lifeMs !== undefined)
    return {
      ...{ accessToken, lifeMs },
      refreshToken: typeof refreshToken === 'string' && refreshToken !== '' ? refreshToken : undefined,
      refreshLifeMs: lifeMsOf(fields.refresh_token_expires_in),
      scopes: typeof scope === 'string' ? scope.split(' ').filter((each) => each !== '') : [],
    }
  if (code === undefined) throw failed('CREDENTIAL_TOKEN_FAILED')
  throw failed(refusal(code) ?? (refusedCodes.has(code) ? 'CREDENTIAL_REFUSED' : 'CREDENTIAL_TOKEN_FAILED'))
}
