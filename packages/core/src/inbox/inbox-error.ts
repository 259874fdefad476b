import { coreError } from '../errors/catalogue.ts'
import { LarkspurError } from '../errors/larkspur-error.ts'
import { databaseError } from '../storage/database-error.ts'

/** INBOX_UNAVAILABLE: nothing is known to have changed. */
export function inboxUnavailable(message: string, cause?: unknown): LarkspurError {
  return coreError('INBOX_UNAVAILABLE', { message, cause })
}

/** What a driver threw: INBOX_UNAVAILABLE when it may pass, else the storage error that says what is wrong. */
export function inboxError(cause: unknown, during: string): LarkspurError {
  if (cause instanceof LarkspurError && cause.code.startsWith('INBOX_')) return cause
  const error = databaseError(cause, during)
  return error.code === 'STORAGE_UNAVAILABLE' ? inboxUnavailable(error.message, cause) : error
}
