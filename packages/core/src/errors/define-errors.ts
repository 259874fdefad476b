import { type ErrorCategory, LarkspurError, type PlatformAnswer } from './larkspur-error.ts'

/** One row of an error catalogue: a cause, and what to do about it. */
export interface ErrorRow {
  readonly category: ErrorCategory
  /** What it means, one sentence, for docs/errors.md. */
  readonly meaning: string
  /** What to do next, in the imperative. Used as the error's hint unless the throw site knows better. */
  readonly hint: string
  /** Whether the same call may succeed later. Default false. */
  readonly retryable?: boolean
}

/** What a throw site adds to its catalogue row. */
export interface ErrorOccurrence {
  /** What happened, with what was received. Never a secret, never message text. */
  readonly message: string
  readonly hint?: string | undefined
  readonly retryable?: boolean | undefined
  readonly retryAfterMs?: number | undefined
  readonly platform?: PlatformAnswer | undefined
  readonly cause?: unknown
}

/** Makes errors of one catalogue; `rows` is the catalogue itself, from which documentation is generated. */
export interface ErrorMaker<Code extends string> {
  (code: Code, occurrence: ErrorOccurrence): LarkspurError
  readonly rows: Readonly<Record<Code, ErrorRow>>
}

/**
 * Declares the errors of a package. Codes are upper snake case and begin with the package's prefix (`MESSAGING_…`).
 *
 * ```ts
 * export const todoError = defineErrors({
 *   TODO_LIST_FULL: { category: 'input', meaning: 'A list holds 100 entries at most.', hint: 'Delete some first.' },
 * })
 * throw todoError('TODO_LIST_FULL', { message: `list ${id} holds 100 entries` })
 * ```
 */
export function defineErrors<const Code extends string>(rows: Readonly<Record<Code, ErrorRow>>): ErrorMaker<Code> {
  const make = (code: Code, occurrence: ErrorOccurrence): LarkspurError => {
    const row = rows[code]
    const error = new LarkspurError({
      code,
      category: row.category,
      message: occurrence.message,
      hint: occurrence.hint ?? row.hint,
      retryable: occurrence.retryable ?? row.retryable ?? false,
      retryAfterMs: occurrence.retryAfterMs,
      platform: occurrence.platform,
      cause: occurrence.cause,
    })
    Error.captureStackTrace(error, make)
    return error
  }
  return Object.assign(make, { rows })
}
