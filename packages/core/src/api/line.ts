import { TokenBucket } from 'limiter'
import type { WaitingCall } from './waiting-call.ts'

/** Why a call waits: for its API, for the one who gets the message, or because the platform said how long. */
export type WaitReason = 'bucket' | 'receiver' | 'platform'

/**
 * The platform's second and a tenth: calls arrive later than they leave, and not all by the same time. So two calls whose
 * order or distance changes on the way are still counted in their own seconds.
 */
const secondMs = 1100

/**
 * One line of calls, first come first served, of which a number pass each second. They leave one by one, evenly, so that
 * no second of the platform, wherever it begins, sees more than that number.
 */
export class Line {
  readonly #perSecond: () => number
  readonly #reason: WaitReason
  readonly #onWaited: (reason: WaitReason, seconds: number) => void
  readonly #waiting = new Set<WaitingCall>()
  readonly #bucket: TokenBucket
  #closedUntil = 0

  /** `perSecond` may change; 0 is no limit. */
  constructor(perSecond: () => number, reason: WaitReason, onWaited: (reason: WaitReason, seconds: number) => void) {
    this.#perSecond = perSecond
    this.#reason = reason
    this.#onWaited = onWaited
    this.#bucket = new TokenBucket({ ...rate(perSecond()), interval: secondMs })
    this.#bucket.content = this.#bucket.bucketSize
  }

  /** Nothing to remember: nobody waits, and a new line would let pass as much. */
  get idle(): boolean {
    return this.#waiting.size === 0 && this.#waitMs(this.#bucket.bucketSize) <= 0
  }

  /** Whether a call that comes now passes at once. */
  get open(): boolean {
    return this.#waiting.size === 0 && this.#waitMs(1) <= 0
  }

  /** Counts a call that passes. */
  take(): void {
    this.#bucket.tryRemoveTokens(1)
  }

  /** Nobody passes for so long. */
  close(ms: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, performance.now() + ms)
  }

  /** Resolves when it is the call's turn in this line and then in the next; only then the call counts in both. */
  async pass(call: WaitingCall, next?: Line): Promise<void> {
    const startedAt = performance.now()
    let reason: WaitReason | undefined
    this.#waiting.add(call)
    try {
      while (this.#first !== call) {
        reason ??= this.#reason
        await call.pause()
      }
      // Asked again after each pause: the platform may have prolonged it, and the number may have changed.
      for (let ms = this.#waitMs(1); ms > 0; ms = this.#waitMs(1)) {
        reason = this.#closedUntil > performance.now() ? 'platform' : (reason ?? this.#reason)
        await call.pause(ms)
      }
      if (reason) this.#onWaited(reason, (performance.now() - startedAt) / 1000)
      await next?.pass(call)
      this.take()
    } finally {
      this.#waiting.delete(call)
      this.#first?.wake()
    }
  }

  get #first(): WaitingCall | undefined {
    for (const call of this.#waiting) return call
    return undefined
  }

  #waitMs(calls: number): number {
    const { bucketSize, tokensPerInterval } = rate(this.#perSecond())
    this.#bucket.bucketSize = bucketSize
    this.#bucket.tokensPerInterval = tokensPerInterval
    const closedMs = this.#closedUntil - performance.now()
    return bucketSize === 0 ? closedMs : Math.max(closedMs, this.#bucket.getWaitTime(calls))
  }
}

/** A bucket of one is what keeps calls evenly apart; past 25 a second it holds what timers that run late would lose. */
function rate(perSecond: number): { bucketSize: number; tokensPerInterval: number } {
  return { bucketSize: perSecond === 0 ? 0 : Math.max(1, perSecond / 25), tokensPerInterval: perSecond }
}
