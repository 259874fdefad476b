import type { Log } from '../observe/log.ts'

const nothing = () => {}

/** A log that says nothing. */
export const silentLog: Log = {
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLog,
}
