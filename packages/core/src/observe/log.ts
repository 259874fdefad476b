/** Levels, least to most severe; `silent` logs nothing. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** Context of a log line. Secrets are masked by key and by value; message text does not belong here. */
export type LogFields = Readonly<Record<string, unknown>>

/**
 * Writes structured log lines. App, event and handler of the running code are added by itself.
 *
 * ```ts
 * log.warn('list is nearly full', { listId, entries })
 * ```
 */
export interface Log {
  trace(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  /** Put a caught error into `fields.error`. */
  error(message: string, fields?: LogFields): void
  /** A log that adds `fields` to every line. */
  child(fields: LogFields): Log
}
