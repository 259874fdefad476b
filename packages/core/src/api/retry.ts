import { type Retry, type RetryDecision, retryProblem } from '../config/retry.ts'
import { coreError } from '../errors/catalogue.ts'
import type { LarkspurError } from '../errors/larkspur-error.ts'
import type { ApiCall } from './call.ts'
import { hadNoEffect } from './effects.ts'

/** Retry settings with every default filled in. */
export interface RetryPolicy {
  readonly maxAttempts: number
  readonly firstRetryMs: number
  readonly maxRetryMs: number
  /** Of the whole call, waits included. */
  readonly deadlineMs: number
  readonly decide?: RetryDecision | undefined
}

/**
 * Lays the settings of a layer over those outside. Numbers and `false` also put the function of a layer outside aside.
 * @throws API_REQUEST_INVALID
 */
export function retryPolicy(outer: RetryPolicy, retry: Retry | undefined): RetryPolicy {
  if (retry === undefined) return outer
  const problem = retryProblem(retry)
  if (problem) throw coreError('API_REQUEST_INVALID', { message: `retry: ${problem}` })
  if (typeof retry === 'function') return { ...outer, decide: retry }
  const { maxAttempts, firstRetryMs, maxRetryMs, deadlineMs } = outer
  if (retry === false) return { maxAttempts: 1, firstRetryMs, maxRetryMs, deadlineMs }
  return {
    maxAttempts: retry.maxAttempts ?? maxAttempts,
    firstRetryMs: retry.firstRetryMs ?? firstRetryMs,
    maxRetryMs: retry.maxRetryMs ?? maxRetryMs,
    deadlineMs: retry.deadlineMs ?? deadlineMs,
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
  if (error.code === 'API_CANCELLED' || error.code === 'API_RUN_ENDED') return undefined
  if (effect === 'once' && !hadNoEffect(error)) return undefined
  const decided = policy.decide?.(error, attempt)
  if (decided === false) return undefined
  if (decided !== undefined) return checkedDelay(decided)
  if (attempt >= policy.maxAttempts || !error.retryable) return undefined
  const grown = Math.min(policy.firstRetryMs * 2 ** (attempt - 1), policy.maxRetryMs)
  return (error.retryAfterMs ?? 0) + grown * random()
}

function checkedDelay(delayMs: number): number {
  if (delayMs >= 0 && Number.isFinite(delayMs)) return delayMs
  throw coreError('API_REQUEST_INVALID', {
    message: `the retry function gave ${String(delayMs)}`,
    hint: 'Give milliseconds, false to give up, or undefined to do what the numbers say.',
  })
}
