import type { SandboxClock } from './clock.ts'
import type { RunIds } from './ids.ts'

export type TokenKind = 'tenant' | 'app'

interface IssuedToken {
  value: string
  kind: TokenKind
  appId: string
  expiresAt: number
}

/** Asking again gives the same token while this much of its life is left. */
const reuseMs = 30 * 60_000

/** Tenant and app tokens: issue, check, expiry on the platform's clock, and void at will. */
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
  issue(kind: TokenKind, appId: string): { token: string; expire: number } {
    const now = this.#clock.now()
    const current = this.#current.get(`${kind} ${appId}`)
    if (current && this.#valid.has(current.value) && current.expiresAt - now >= reuseMs) {
      return { token: current.value, expire: Math.floor((current.expiresAt - now) / 1000) }
    }
    for (const token of this.#valid.values()) if (token.expiresAt <= now) this.#valid.delete(token.value)
    const lifetimeSeconds = this.#lifetimeSeconds()
    const prefix = kind === 'tenant' ? 't-' : 'a-'
    const token = { value: prefix + this.#ids.secret(40), kind, appId, expiresAt: now + lifetimeSeconds * 1000 }
    this.#valid.set(token.value, token)
    this.#current.set(`${kind} ${appId}`, token)
    return { token: token.value, expire: lifetimeSeconds }
  }

  /** Whose token it is; nothing when it is unknown, voided or past its end. */
  check(value: string): { kind: TokenKind; appId: string } | undefined {
    const token = this.#valid.get(value)
    return token && token.expiresAt > this.#clock.now() ? token : undefined
  }

  /** Makes the tokens of one app, or of all, invalid at once; answers how many. */
  void(appId?: string): number {
    let count = 0
    for (const token of this.#valid.values()) {
      if (appId !== undefined && token.appId !== appId) continue
      this.#valid.delete(token.value)
      count += 1
    }
    return count
  }
}
