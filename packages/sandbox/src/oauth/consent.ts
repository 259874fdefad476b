import type { Platform } from '../api-call.ts'
import type { AuthorizeOptions } from '../control.ts'
import type { AppRecord } from '../tenant.ts'
import type { CodeBinding } from './grants.ts'

/** Path of the consent page, on the platform's hosts and here (docs: obtain-oauth-code). */
export const consentPath = '/open-apis/authen/v1/authorize'

/** What an app asks a user for. */
interface ConsentRequest {
  app: AppRecord
  scopes: readonly string[]
  redirect: URL
  binding: CodeBinding
  state: string | undefined
}

/**
 * Why the consent page refuses to ask. Documented is 20029 for the redirect_uri; the page's codes for a missing parameter
 * (20001), a person out of reach (20010) and an unknown app (20048) are those of the token endpoint.
 */
export class ConsentError extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * What the query of an authorize address asks for.
 *
 * @throws ConsentError for a query that the page refuses
 */
export function consentRequest(platform: Platform, query: URLSearchParams): ConsentRequest {
  const required = (name: string): string => {
    const value = query.get(name)
    if (value) return value
    throw new ConsentError(20001, `The authorize address misses ${name}.`)
  }
  const appId = required('client_id')
  const app = platform.tenant.apps.get(appId)
  if (!app) throw new ConsentError(20048, `There is no app "${appId}"; client_id is the App ID.`)
  const redirectUri = required('redirect_uri')
  const redirect = URL.parse(redirectUri)
  if (!redirect || !/^https?:$/.test(redirect.protocol)) {
    throw new ConsentError(20029, `redirect_uri must start with http:// or https://, received "${redirectUri}".`)
  }
  const { redirectUrls } = platform.applications.of(app)
  if (redirectUrls.length > 0 && !redirectUrls.includes(redirectUri)) {
    throw new ConsentError(20029, `redirect_uri ${redirectUri} is none of the app's: ${redirectUrls.join(', ')}.`)
  }
  if (required('response_type') !== 'code') throw new ConsentError(20001, 'response_type must be "code".')
  const method = query.get('code_challenge_method') ?? 'plain'
  if (method !== 'plain' && method !== 'S256') {
    throw new ConsentError(20001, `code_challenge_method is S256 or plain, not "${method}".`)
  }
  const scopes = [...new Set((query.get('scope') ?? '').split(' ').filter((scope) => scope !== ''))]
  const binding = { redirectUri, challenge: query.get('code_challenge') ?? undefined, method } as const
  return { app, scopes, redirect, binding, state: query.get('state') ?? undefined }
}

/**
 * What a user's decision on the consent page leads to: the redirect with code, or with `error=access_denied`
 * (docs: obtain-oauth-code).
 *
 * @throws ConsentError for an address that the page refuses, and for a person who may not use the app
 */
export function authorize(platform: Platform, options: AuthorizeOptions): { redirectUrl: string } {
  const user = platform.tenant.user(options.user)
  const query = URL.parse(options.url)?.searchParams
  if (!query) throw new Error(`"${options.url}" is no address of an authorize page.`)
  const { app, scopes, redirect, binding, state } = consentRequest(platform, query)
  if (!platform.tenant.isAvailable(app, user.userId)) {
    throw new ConsentError(20010, `App ${app.appId} is not available to ${user.userId}; see availableTo of the app.`)
  }
  if (options.decision === 'deny') redirect.searchParams.set('error', 'access_denied')
  else {
    const consent = { appId: app.appId, userId: user.userId, scopes, agreedAtMs: platform.clock.now() }
    redirect.searchParams.set('code', platform.grants.issueCode(consent, binding))
  }
  if (state !== undefined) redirect.searchParams.set('state', state)
  return { redirectUrl: redirect.href }
}
