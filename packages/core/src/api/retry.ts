import type { LarkspurError } from '../errors/larkspur-error.ts'
import type { ApiCall, RetryOptions } from './call.ts'
import { hadNoEffect } from './effects.ts'

/** Retry settings with every default filled in. */
export interface RetryPolicy {
  readonly maxAttempts: number
  readonly firstRetryMs: number
  readonly maxRetryMs: number
}

/** The longest time that a rate limit is waited for inside one call; past it the caller is told instead. */
const maxRateLimitWaitMs = 60_000

/** The settings of one call: its own, else the bot's. `retry: false` means one attempt. */
export function retryPolicy(retry: RetryOptions | false | undefined, defaults: RetryPolicy): RetryPolicy {
  if (retry === false) return { ...defaults, maxAttempts: 1 }
  return {
    maxAttempts: retry?.maxAttempts ?? defaults.maxAttempts,
    firstRetryMs: retry?.firstRetryMs ?? defaults.firstRetryMs,
    maxRetryMs: retry?.maxRetryMs ?? defaults.maxRetryMs,
  }
}

/**
 * How long to wait before the next attempt, milliseconds; undefined: give up. An effect that would double is repeated
 * only when the failed attempt surely had none: it never left, or the platform refused it before doing anything.
 */
export function retryDelayMs(
  error: LarkspurError,
  attempt: number,
  effect: NonNullable<ApiCall['effect']>,
  policy: RetryPolicy,
  random: () => number,
): number | undefined {
  if (attempt >= policy.maxAttempts || !error.retryable) return undefined
  if (effect === 'once' && !hadNoEffect(error)) return undefined
  const grown = Math.min(policy.firstRetryMs * 2 ** (attempt - 1), policy.maxRetryMs)
  const jittered = grown * random()
  if (error.retryAfterMs === undefined) return jittered
  return error.retryAfterMs > maxRateLimitWaitMs ? undefined : error.retryAfterMs + jittered
}
