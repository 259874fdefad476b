import type { LarkspurError } from '../errors/larkspur-error.ts'

/** How failed calls are repeated, in numbers; what is left out is as in the layer outside: call, app, bot, options. */
export interface RetryOptions {
  /** Calls in all, the first included. Default 4, `api.maxAttempts`. */
  readonly maxAttempts?: number | undefined
  /** Upper bound of the first delay, milliseconds; doubles each time, with full jitter. Default 500, `api.firstRetryMs`. */
  readonly firstRetryMs?: number | undefined
  /** Longest delay, milliseconds. Default 10,000, `api.maxRetryMs`. */
  readonly maxRetryMs?: number | undefined
  /**
   * Longest time of the whole call, milliseconds: every attempt, every delay and every wait for a rate limit. Default
   * 120,000, `api.deadlineMs`.
   */
  readonly deadlineMs?: number | undefined
}

/**
 * Decides after a failed attempt: milliseconds until the next one, `false` to give up, undefined to do what the numbers
 * say. `attempt` is 1 after the first. Milliseconds also repeat what the numbers would not. Three things it cannot change:
 * the deadline, the wait for a rate limit, and that an effect which repeating may double is not repeated; then it is not
 * asked.
 */
export type RetryDecision = (error: LarkspurError, attempt: number) => number | false | undefined

/** How failed calls are repeated: an option of the bot, of an app and of a call. `false` repeats nothing. */
export type Retry = RetryOptions | RetryDecision | false

const least = { maxAttempts: 1, firstRetryMs: 0, maxRetryMs: 0, deadlineMs: 1 } as const

/** What is wrong with a `retry`, in words; undefined when nothing is. */
export function retryProblem(retry: unknown): string | undefined {
  if (retry === undefined || retry === false || typeof retry === 'function') return undefined
  const wanted = `must be false, a function, or { ${Object.keys(least).join(', ')} }`
  if (typeof retry !== 'object' || retry === null) return wanted
  for (const [name, value] of Object.entries(retry)) {
    if (!(name in least)) return `${wanted}; ${name} is none of them`
    const from = least[name as keyof typeof least]
    if (value !== undefined && !(typeof value === 'number' && value >= from && Number.isFinite(value)))
      return `${name} must be a number from ${from} on`
  }
  return undefined
}
