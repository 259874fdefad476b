/** Who or what failed. Branch on this; `code` is for documentation and search. */
export type ErrorCategory =
  | 'config'
  | 'input'
  | 'authentication'
  | 'permission'
  | 'rate_limit'
  | 'network'
  | 'platform'
  | 'timeout'
  | 'internal'

/** What the platform said, when it was the platform that refused. */
export interface PlatformAnswer {
  /** The platform's own code, e.g. 230002. Absent when it answered without one. */
  readonly code?: number | undefined
  /** The platform's own words. They change without notice: show them, never match on them. */
  readonly msg?: string | undefined
  /** HTTP status of the answer. */
  readonly httpStatus?: number | undefined
  /** The platform's log id (header `X-Tt-Logid`), which its support asks for. */
  readonly logId?: string | undefined
  /** The API that was called, e.g. `POST /open-apis/im/v1/messages`. */
  readonly api?: string | undefined
  /** Permissions that the app or the user still lacks, e.g. `im:message`. */
  readonly missingScopes?: readonly string[] | undefined
}

/** What a {@link LarkspurError} is made of. */
export interface LarkspurErrorDetail {
  readonly code: string
  readonly category: ErrorCategory
  readonly message: string
  readonly hint: string
  readonly retryable: boolean
  readonly retryAfterMs?: number | undefined
  readonly platform?: PlatformAnswer | undefined
  readonly cause?: unknown
}

const brand = Symbol.for('@larkspur/core/error')

/**
 * The one error that Larkspur and its plugins throw.
 *
 * `message` says what happened with what was received, `hint` what to do next, `code` is unique per cause and listed in
 * docs/errors.md. `retryable` means that the same call may succeed later; it does not mean that repeating is safe.
 */
export class LarkspurError extends Error {
  readonly code: string
  readonly category: ErrorCategory
  readonly hint: string
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined
  readonly platform: PlatformAnswer | undefined
  /** Lets {@link isLarkspurError} recognise errors made by another copy of this package. */
  readonly [brand] = true

  constructor(detail: LarkspurErrorDetail) {
    super(detail.message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = 'LarkspurError'
    this.code = detail.code
    this.category = detail.category
    this.hint = detail.hint
    this.retryable = detail.retryable
    this.retryAfterMs = detail.retryAfterMs
    this.platform = detail.platform
  }

  /** The error as plain data, for logs and JSON answers: no stack and no cause. */
  toJSON(): Omit<LarkspurErrorDetail, 'cause'> {
    const { code, category, message, hint, retryable, retryAfterMs, platform } = this
    return { code, category, message, hint, retryable, retryAfterMs, platform }
  }
}

/** Whether a caught value is a {@link LarkspurError}, also one made by another copy of this package. */
export function isLarkspurError(value: unknown): value is LarkspurError {
  return value instanceof Error && (value as Partial<LarkspurError>)[brand] === true
}
