import type { SandboxClock } from './clock.ts'
import type { RunIds } from './ids.ts'

export type TokenKind = 'tenant' | 'app' | 'user'

interface IssuedToken {
  value: string
  kind: TokenKind
  appId: string
  /** Of user tokens. */
  userId?: string
  expiresAt: number
}

/** Asking again gives the same token while this much of its life is left. */
const reuseMs = 30 * 60_000

/** A user token answers "expired" for this long after its end, "invalid" from then on. */
const expiredKnownMs = 24 * 60 * 60_000

/** Tenant, app and user tokens: issue, check, expiry on the platform's clock, and void at will. */
export class Tokens {
  readonly #clock: SandboxClock
  readonly #ids: RunIds
  readonly #lifetimeSeconds: () => number
  readonly #valid = new Map<string, IssuedToken>()
  readonly #current = new Map<string, IssuedToken>()

  constructor(clock: SandboxClock, ids: RunIds, lifetimeSeconds: () => number) {
    this.#clock = clock
    this.#ids = ids
    this.#lifetimeSeconds = lifetimeSeconds
  }

  /** The app's token and the seconds until its end; a new one, beside the old, when less than 30 minutes are left. */
  issue(kind: 'tenant' | 'app', appId: string): { token: string; expire: number } {
    const now = this.#clock.now()
    const current = this.#current.get(`${kind} ${appId}`)
    if (current && this.#valid.has(current.value) && current.expiresAt - now >= reuseMs) {
      return { token: current.value, expire: Math.floor((current.expiresAt - now) / 1000) }
    }
    this.#sweep(now)
    const lifetimeSeconds = this.#lifetimeSeconds()
    const prefix = kind === 'tenant' ? 't-' : 'a-'
    const token = { value: prefix + this.#ids.secret(40), kind, appId, expiresAt: now + lifetimeSeconds * 1000 }
    this.#valid.set(token.value, token)
    this.#current.set(`${kind} ${appId}`, token)
    return { token: token.value, expire: lifetimeSeconds }
  }

  /** A new token of a user for one app, in the shape of a JWT, and the seconds until its end. */
  issueUser(appId: string, userId: string): { token: string; expire: number } {
    const now = this.#clock.now()
    this.#sweep(now)
    const expire = this.#lifetimeSeconds()
    const token = `eyJ${this.#ids.secret(1200)}`
    this.#valid.set(token, { value: token, kind: 'user', appId, userId, expiresAt: now + expire * 1000 })
    return { token, expire }
  }

  /** Whether it is a user token that was good until its end. */
  isExpiredUserToken(value: string): boolean {
    const token = this.#valid.get(value)
    return token?.kind === 'user' && token.expiresAt <= this.#clock.now()
  }

  /** Whose token it is; nothing when it is unknown, voided or past its end. */
  check(value: string): { kind: TokenKind; appId: string; userId?: string } | undefined {
    const token = this.#valid.get(value)
    return token && token.expiresAt > this.#clock.now() ? token : undefined
  }

  /** Makes tokens of one app, or of all, and of one kind, or of all, invalid at once; answers how many. */
  void(filter: { appId?: string; kind?: TokenKind }): number {
    let count = 0
    for (const token of this.#valid.values()) {
      if (filter.appId !== undefined && token.appId !== filter.appId) continue
      if (filter.kind !== undefined && token.kind !== filter.kind) continue
      this.#valid.delete(token.value)
      count += 1
    }
    return count
  }

  #sweep(now: number): void {
    for (const { value, kind, expiresAt } of this.#valid.values()) {
      if (expiresAt + (kind === 'user' ? expiredKnownMs : 0) <= now) this.#valid.delete(value)
    }
  }
}
