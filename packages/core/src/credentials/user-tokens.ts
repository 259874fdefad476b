/**
 * The contract for tokens of users: the credential pool asks, a plugin (plugin-auth) answers. It lives here because
 * the caller owns the contract; without a plugin that fills it, calls `asUser` fail with CREDENTIAL_NO_USER_TOKENS.
 */
export interface UserTokenSource {
  /**
   * A token of the user that is good now, refreshed if need be.
   * @throws LarkspurError category `authentication` when the user has to authorise (again).
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
  /** `ou_…` */
  readonly openId: string
}

/** A token of a user. */
export interface UserToken {
  /** `u-…` or a JWT. A secret. */
  readonly value: string
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number
}
