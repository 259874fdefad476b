import type { ApiAnswer, ApiCall, ApiHandler, Platform } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'

/** Token endpoints of self-built apps (docs: authentication-management access-token). Errors come with HTTP 200. */
export const tokenHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/auth/v3/tenant_access_token/internal': (platform, call) => {
    const tenant = platform.tokens.issue('tenant', checkedAppId(platform, call))
    return tokenAnswer({ tenant_access_token: tenant.token, expire: tenant.expire })
  },
  'POST /open-apis/auth/v3/app_access_token/internal': (platform, call) => {
    const appId = checkedAppId(platform, call)
    const tenant = platform.tokens.issue('tenant', appId)
    const app = platform.tokens.issue('app', appId)
    return tokenAnswer({
      app_access_token: app.token,
      tenant_access_token: tenant.token,
      expire: Math.min(app.expire, tenant.expire),
    })
  },
}

function tokenAnswer(topLevel: Record<string, unknown>): ApiAnswer {
  return { topLevel: { msg: 'ok', ...topLevel } }
}

function checkedAppId(platform: Platform, call: ApiCall): string {
  const app = platform.tenant.apps.get(String(call.body.app_id))
  if (!app) throw new PlatformError(10003)
  if (call.body.app_secret !== app.appSecret) throw new PlatformError(10014)
  return app.appId
}
