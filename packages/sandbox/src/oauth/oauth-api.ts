import { type ApiAnswer, type ApiCall, type ApiHandler, callingApp, type Platform } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { AppRecord, UserRecord } from '../tenant.ts'
import type { Consent, Grant } from './grants.ts'

const v2Path = '/open-apis/authen/v2/oauth/token'
const v3Path = '/oauth/v3/token'

/** The token endpoints, whose errors have a shape of their own. */
export const oauthTokenPaths: ReadonlySet<string> = new Set([v2Path, v3Path])

/** OAuth v2 and v3 and the signed-in user (docs: get-user-access-token and -v3, refresh-user-access-token, login-state-management get). */
export const oauthHandlers: Readonly<Record<string, ApiHandler>> = {
  [`POST ${v2Path}`]: (platform, call) => signIn(platform, call, false),
  [`POST ${v3Path}`]: (platform, call) => signIn(platform, call, true),
  'GET /open-apis/authen/v1/user_info': (platform, call) => {
    if (!call.user) throw new PlatformError(20005)
    return { data: personOf(platform, callingApp(call), call.user) }
  },
}

/** v3 differs in one thing: a verifier of a code that was asked for without a challenge is refused. */
function signIn(platform: Platform, call: ApiCall, strict: boolean): ApiAnswer {
  const app = clientApp(platform, call)
  const { grant_type: grantType } = call.body
  if (grantType === 'authorization_code') {
    const [redirectUri, verifier] = [text(call, 'redirect_uri'), text(call, 'code_verifier')]
    const proof = { appId: app.appId, redirectUri, verifier, strict }
    return tokens(platform, call, platform.grants.code(required(call, 'code'), proof))
  }
  if (grantType === 'refresh_token') {
    return tokens(platform, call, platform.grants.refreshToken(required(call, 'refresh_token'), app.appId))
  }
  throw new PlatformError(20036)
}

/** What sign-in tells of a person. */
export function personOf({ tenant }: Platform, app: AppRecord, user: UserRecord): Record<string, unknown> {
  const avatar = { avatar_url: '', avatar_thumb: '', avatar_middle: '', avatar_big: '' }
  return {
    name: user.name,
    en_name: user.enName,
    ...avatar,
    open_id: tenant.openId(app.appId, { type: 'user', id: user.userId }),
    union_id: user.unionId,
    email: user.email,
    enterprise_email: user.email,
    user_id: user.userId,
    mobile: user.mobile,
    tenant_key: tenant.tenantKey,
    employee_no: '',
  }
}

/** A refusal of the token endpoint as RFC 6749 shapes it. */
export function oauthRefusal({ code, message }: PlatformError): {
  code: number
  error: string
  error_description: string
} {
  if (code === 9499) return { code: 20063, error: 'invalid_request', error_description: message }
  if (code === 10003) return { code: 20001, error: 'invalid_request', error_description: message }
  return { code, error: errorNames[code] ?? 'invalid_grant', error_description: message }
}

const errorNames: Readonly<Record<number, string>> = {
  20001: 'invalid_request',
  20002: 'invalid_client',
  20010: 'access_denied',
  20036: 'unsupported_grant_type',
  20048: 'invalid_client',
  20067: 'invalid_scope',
  20068: 'invalid_scope',
}

function tokens(platform: Platform, call: ApiCall, grant: Grant): ApiAnswer {
  const { consent } = grant
  const scopes = grantedScopes(call, consent)
  grant.used = true
  const access = platform.tokens.issueUser(consent.appId, consent.userId)
  // Without this scope there is nothing to refresh with.
  const refresh = scopes.includes('offline_access')
    ? platform.grants.issueRefreshToken({ ...consent, scopes })
    : undefined
  return {
    topLevel: {
      msg: undefined,
      access_token: access.token,
      expires_in: access.expire,
      ...(refresh && { refresh_token: refresh.token, refresh_token_expires_in: refresh.expire }),
      scope: scopes.join(' '),
      token_type: 'Bearer',
    },
  }
}

function grantedScopes(call: ApiCall, consent: Consent): readonly string[] {
  const wanted = text(call, 'scope')?.split(' ')
  if (!wanted) return consent.scopes
  if (new Set(wanted).size < wanted.length) throw new PlatformError(20067)
  if (wanted.some((scope) => !consent.scopes.includes(scope))) throw new PlatformError(20068)
  return wanted
}

function clientApp(platform: Platform, call: ApiCall): AppRecord {
  const app = platform.tenant.apps.get(String(call.body.client_id))
  if (!app) throw new PlatformError(20048)
  if (call.body.client_secret !== app.appSecret) throw new PlatformError(20002)
  return app
}

function required(call: ApiCall, name: string): string {
  const value = text(call, name)
  if (value === undefined) throw new PlatformError(20001, name)
  return value
}

function text(call: ApiCall, name: string): string | undefined {
  const value = call.body[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
