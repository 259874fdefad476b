import type { Platform } from '../api-call.ts'
import type { AuthorizeOptions } from '../control.ts'

/**
 * What a user's decision on the consent page leads to: the redirect with code, or with `error=access_denied`
 * (docs: obtain-oauth-code).
 *
 * @throws Error for an address that the page would refuse
 */
export function authorize(platform: Platform, options: AuthorizeOptions): { redirectUrl: string } {
  const user = platform.tenant.user(options.user)
  const query = URL.parse(options.url)?.searchParams
  if (!query) throw new Error(`"${options.url}" is no address of an authorize page.`)
  const required = (name: string): string => {
    const value = query.get(name)
    if (value) return value
    throw new Error(`The authorize address misses ${name}.`)
  }
  const app = platform.tenant.app(required('client_id'))
  const redirectUri = required('redirect_uri')
  const redirect = URL.parse(redirectUri)
  if (!redirect) throw new Error(`redirect_uri must be an address, received "${redirectUri}".`)
  if (required('response_type') !== 'code') throw new Error('response_type must be "code".')
  const method = query.get('code_challenge_method') ?? 'plain'
  if (method !== 'plain' && method !== 'S256')
    throw new Error(`code_challenge_method is S256 or plain, not "${method}".`)
  if (!platform.tenant.isAvailable(app, user.userId)) {
    throw new Error(`App ${app.appId} is not available to ${user.userId}; see availableTo of the app.`)
  }
  if (options.decision === 'deny') redirect.searchParams.set('error', 'access_denied')
  else {
    const scopes = [...new Set((query.get('scope') ?? '').split(' ').filter((scope) => scope !== ''))]
    const consent = { appId: app.appId, userId: user.userId, scopes, agreedAtMs: platform.clock.now() }
    const challenge = query.get('code_challenge') ?? undefined
    redirect.searchParams.set('code', platform.grants.issueCode(consent, { redirectUri, challenge, method }))
  }
  const state = query.get('state')
  if (state !== null) redirect.searchParams.set('state', state)
  return { redirectUrl: redirect.href }
}
