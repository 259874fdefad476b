/**
 * Tokens of users. Core keeps grants, renews them and sends calls `asUser` with them; a plugin (plugin-auth) obtains
 * them: it sends people to the consent page, redeems the code, checks whose it is, and puts the grant in.
 * In `setup` it is `credentials.userTokens`. Not inside `database.write`: STORAGE_CALL_INSIDE_WRITE.
 */
export interface UserTokens extends UserTokenSource {
  /**
   * Exchanges the code of a consent for a grant (open.feishu.cn docs: authen-v2 get-user-access-token). Nothing is stored:
   * whose grant it is must be compared with the one who was asked, by `GET /open-apis/authen/v1/user_info` with its token.
   * @throws CREDENTIAL_CODE_REFUSED when the code is of no use; CREDENTIAL_REFUSED, CREDENTIAL_TOKEN_FAILED
   */
  redeem(code: AuthorizationCode): Promise<UserGrant>
  /**
   * Stores a grant instead of the one that the user had.
   * @throws CREDENTIAL_USER_ID_INVALID, STORAGE_UNAVAILABLE and other STORAGE_… errors
   */
  put(user: UserIdentity, grant: UserGrant): Promise<void>
  /** Forgets a user's grant; false when there was none. A refresh that is on its way does not bring it back. */
  remove(user: UserIdentity): Promise<boolean>
}

/**
 * Where tokens of users come from: by default the grants in the bot's database. A plugin that has them elsewhere fills
 * the contract `userTokens` with a source of its own.
 */
export interface UserTokenSource {
  /**
   * A token of the user that is good now, refreshed if need be.
   * @throws LarkspurError category `authentication` when the user has to authorise (again): of core's own source
   *   CREDENTIAL_USER_NOT_AUTHORISED and CREDENTIAL_GRANT_ENDED; CREDENTIAL_USER_ID_INVALID
   */
  get(user: UserIdentity): Promise<UserToken>
  /** The platform refused exactly this token: drop it, keep the grant. */
  refused(user: UserIdentity, token: string): Promise<void>
}

/** Whose token. */
export interface UserIdentity {
  /** `cli_…` */
  readonly appId: string
  /** Tenant of the event being handled, when it came to this app; empty outside of one. */
  readonly tenantKey?: string | undefined
  /** `ou_…`: another one in each app. */
  readonly openId: string
}

/** A token of a user. */
export interface UserToken {
  /** `u-…` or a JWT. A secret. */
  readonly value: string
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number
  /** What the user granted, where the source knows it. */
  readonly scopes?: readonly string[] | undefined
}

/** What the platform gives for a consent. */
export interface UserGrant {
  /** A secret; `u-…` or a JWT of up to 4 KB. */
  readonly accessToken: string
  /** Milliseconds that the access token lives, from the answer on. Usually 2 h. */
  readonly lifeMs: number
  /** A secret, good for one refresh. Only with the scope `offline_access`. */
  readonly refreshToken?: string | undefined
  /** Milliseconds in which it can be refreshed. Usually 7 days. */
  readonly refreshLifeMs?: number | undefined
  readonly scopes: readonly string[]
}

/** A code that came back from the consent page. */
export interface AuthorizationCode {
  /** `cli_…`: the app that asked for the consent. */
  readonly appId: string
  /** Good once, for 5 minutes. */
  readonly code: string
  /** The same as in the address of the consent page. */
  readonly redirectUri: string
  /** PKCE: what the challenge was made of. */
  readonly codeVerifier?: string | undefined
}
