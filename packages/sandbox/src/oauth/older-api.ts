import { type ApiAnswer, type ApiCall, type ApiHandler, callingApp, type Platform } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { Grant } from './grants.ts'
import { personOf } from './oauth-api.ts'

const refreshLifeMs = 30 * 24 * 3_600_000

/**
 * The older sign-in endpoints (docs: historic-version authen create-oidc-access_token and create-access_token, and their
 * refreshing): the app shows itself by a token, and there is always something to refresh with. Self-built apps may show
 * their tenant token too, as the node SDK does.
 */
export const olderOauthHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/authen/v1/oidc/access_token': (platform, call) => tokens(platform, call, codeGrant(platform, call)),
  'POST /open-apis/authen/v1/oidc/refresh_access_token': (platform, call) =>
    tokens(platform, call, refreshGrant(platform, call)),
  'POST /open-apis/authen/v1/access_token': (platform, call) => {
    return withPerson(platform, call, codeGrant(platform, call))
  },
  'POST /open-apis/authen/v1/refresh_access_token': (platform, call) => {
    return withPerson(platform, call, refreshGrant(platform, call))
  },
}

function codeGrant(platform: Platform, call: ApiCall): Grant {
  if (call.body.grant_type !== 'authorization_code') throw new PlatformError(20036)
  const proof = { appId: callingApp(call).appId, redirectUri: undefined, verifier: undefined }
  // A code that was used, or that needs a verifier, is as good as unknown here.
  return known(() => platform.grants.code(String(call.body.code), proof), { 20049: 20003, 20065: 20003 })
}

function refreshGrant(platform: Platform, call: ApiCall): Grant {
  if (call.body.grant_type !== 'refresh_token') throw new PlatformError(20036)
  const { appId } = callingApp(call)
  return known(() => platform.grants.refreshToken(String(call.body.refresh_token), appId), { 20073: 20038 })
}

/** The grant, with the codes that these endpoints had for the same refusals. */
function known(find: () => Grant, codes: Readonly<Record<number, number>>): Grant {
  try {
    return find()
  } catch (error) {
    const code = error instanceof PlatformError ? codes[error.code] : undefined
    throw code === undefined ? error : new PlatformError(code)
  }
}

function tokens(platform: Platform, call: ApiCall, grant: Grant): ApiAnswer & { data: Record<string, unknown> } {
  const { consent } = grant
  if (!platform.tenant.users.has(consent.userId)) throw new PlatformError(20021)
  grant.used = true
  const access = platform.tokens.issueUser(callingApp(call).appId, consent.userId)
  const refresh = platform.grants.issueRefreshToken(consent, refreshLifeMs)
  return {
    data: {
      access_token: access.token,
      refresh_token: refresh.token,
      token_type: 'Bearer',
      expires_in: access.expire,
      refresh_expires_in: refresh.expire,
      scope: consent.scopes.join(' '),
    },
  }
}

/** The oldest endpoints tell who signed in, and no scopes. */
function withPerson(platform: Platform, call: ApiCall, grant: Grant): ApiAnswer {
  const { scope: _, ...rest } = tokens(platform, call, grant).data
  const user = platform.tenant.users.get(grant.consent.userId)
  return { data: { ...rest, ...(user && personOf(platform, callingApp(call), user)) } }
}
