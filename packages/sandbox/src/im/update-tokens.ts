import type { SandboxClock } from '../clock.ts'
import type { RunIds } from '../ids.ts'
import { PlatformError } from '../platform-error.ts'

const lifeMs = 30 * 60_000
const maxUses = 2

/** A click whose card may still be updated. */
export interface UpdateToken {
  appId: string
  messageId: string
  /** Who clicked. */
  userId: string
}

/** Tokens of `card.action.trigger` for the delayed update: 30 minutes, two uses (docs: im-v1 message-card delayed update). */
export class UpdateTokens {
  readonly #clock: SandboxClock
  readonly #ids: RunIds
  readonly #tokens = new Map<string, UpdateToken & { until: number; uses: number }>()

  constructor(clock: SandboxClock, ids: RunIds) {
    this.#clock = clock
    this.#ids = ids
  }

  /** A token for one click, `c-…`. */
  issue(click: UpdateToken): string {
    const now = this.#clock.now()
    // Expired ones answer 300030 for another half hour.
    for (const [known, { until }] of this.#tokens) if (until + lifeMs <= now) this.#tokens.delete(known)
    const token = `c-${this.#ids.secret(38)}`
    this.#tokens.set(token, { ...click, until: now + lifeMs, uses: 0 })
    return token
  }

  /**
   * What the token may update.
   *
   * @throws PlatformError 300020 for an unknown token, 300030 for an expired one, 300040 for one used up, 200310 for another app's
   */
  check(token: string, appId: string): UpdateToken {
    const known = this.#tokens.get(token)
    if (!known) throw new PlatformError(300020)
    if (known.appId !== appId) throw new PlatformError(200310)
    if (known.until <= this.#clock.now()) throw new PlatformError(300030)
    if (known.uses >= maxUses) throw new PlatformError(300040)
    return known
  }

  /** Counts one use of a token that was checked. */
  use(token: string): void {
    const known = this.#tokens.get(token)
    if (known) known.uses += 1
  }

  reset(): void {
    this.#tokens.clear()
  }
}
