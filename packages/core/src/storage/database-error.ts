import { coreError } from '../errors/catalogue.ts'
import { LarkspurError } from '../errors/larkspur-error.ts'

/** SQLSTATE classes and codes after which the same statement may succeed: connection, resources, shutdown, conflict. */
const passing = /^(08|53|57P|40001|40P01|55P03|57014|25P0[34])/

/** What the drivers and Node say when the server is away or silent. */
const connectionProblem =
  /timeout|terminated|not queryable|Connection ended|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/i

/** Whether the database was away, busy or silent, so that the same statement may succeed later. */
export function isPassing(cause: unknown): boolean {
  if (cause instanceof LarkspurError) return cause.retryable
  const code = codeOf(cause)
  if (/^SQLITE_(BUSY|LOCKED|IOERR|FULL)/.test(code) || passing.test(code) || connectionProblem.test(code)) return true
  return (
    cause instanceof AggregateError || (code === '' && cause instanceof Error && connectionProblem.test(cause.message))
  )
}

/** Whether two transactions met (serialisation failure or deadlock); nothing of this one happened. */
export function isConflict(cause: unknown): boolean {
  const code = codeOf(cause)
  return code === '40001' || code === '40P01'
}

/** What a driver threw, as STORAGE_UNAVAILABLE, STORAGE_READ_ONLY, STORAGE_CORRUPT or STORAGE_QUERY_FAILED. */
export function databaseError(cause: unknown, during: string): LarkspurError {
  if (cause instanceof LarkspurError) return cause
  const message = `${during}: ${describe(cause)}`
  const code = codeOf(cause)
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/.test(code)) return coreError('STORAGE_READ_ONLY', { message, cause })
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return coreError('STORAGE_CORRUPT', { message, cause })
  if (isPassing(cause)) return coreError('STORAGE_UNAVAILABLE', { message, cause })
  return coreError('STORAGE_QUERY_FAILED', { message, cause })
}

function codeOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}

function describe(cause: unknown): string {
  const code = codeOf(cause)
  // Data exceptions quote the value, which may be personal data.
  if (code.startsWith('22')) return `the database refused a value (SQLSTATE ${code})`
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message
  return `${cause instanceof Error ? cause.message : String(cause)}${code ? ` (${code})` : ''}`
}
