import type { LinkFailureReason } from './failure.ts'

/** Bounds of the waits between attempts. */
export interface RetryBounds {
  /** Upper bound of the first wait. */
  readonly firstRetryMs: number
  readonly maxRetryMs: number
}

/**
 * How long to wait before the next attempt; `retries` counts the waits since the last stable link, from 0. With the
 * default bounds of 1 s and 30 s:
 *
 * - full jitter below 1, 2, 4 … 30 s, so that bots that were cut off together do not come back together;
 * - 5 s to 5 min where the app has too many links: each question would count against the limit;
 * - 10 min where repeating does not cure it: somebody must change something first.
 */
export function retryDelayMs(
  reason: LinkFailureReason,
  retries: number,
  { firstRetryMs, maxRetryMs }: RetryBounds,
  random: () => number,
): number {
  if (reason === 'refused') return 20 * maxRetryMs
  if (reason === 'limit') return Math.min(10 * maxRetryMs, 5 * firstRetryMs * 2 ** retries) * (1 + random() / 2)
  return Math.min(maxRetryMs, firstRetryMs * 2 ** retries) * random()
}
