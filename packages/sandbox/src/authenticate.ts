import type { Platform } from './api-call.ts'
import type { ApiContract } from './api-contract.ts'
import { PlatformError } from './platform-error.ts'
import type { AppRecord, UserRecord } from './tenant.ts'

/** Who calls: an app, and with a user token the person that it calls for. */
export interface Caller {
  app: AppRecord
  user: UserRecord | undefined
}

/** The token in the header `Authorization`. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1]
}

/**
 * Holds the token of a call against the kinds that its API takes (docs: api-call-guide, and the page of each API); nobody calls
 * an API that takes none.
 *
 * @throws PlatformError 99991661 without a token, 99991671 without prefix, 99991663 for a tenant or app token that is void or of
 * a kind that the API does not take, 99991668 for a void user token and 99991677 for one past its end; login APIs have codes of
 * their own: 20005, 20013 and 20014
 */
export function authenticate(
  platform: Platform,
  contract: ApiContract,
  authorization: string | undefined,
): Caller | undefined {
  if (contract.tokens.length === 0) return undefined
  const token = bearerToken(authorization)
  if (token === undefined) throw new PlatformError(99991661)
  if (!/^(?:[tua]-|eyJ)/.test(token)) throw new PlatformError(99991671)
  const { tenant, tokens } = platform
  const known = tokens.check(token)
  if (known && contract.tokens.includes(known.kind)) {
    const user = known.userId === undefined ? undefined : tenant.users.get(known.userId)
    return { app: tenant.app(known.appId), user }
  }
  if (contract.errors?.[20005] !== undefined) throw new PlatformError(20005)
  if (contract.errors?.[20014] !== undefined) throw new PlatformError(token.startsWith('t-') ? 20013 : 20014)
  const takesUsers = contract.tokens.includes('user')
  if (takesUsers && tokens.isExpiredUserToken(token)) throw new PlatformError(99991677)
  const isUserToken = token.startsWith('u-') || token.startsWith('eyJ')
  throw new PlatformError(isUserToken && takesUsers ? 99991668 : 99991663)
}
