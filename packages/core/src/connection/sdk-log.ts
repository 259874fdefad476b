import type { Log } from '../observe/log.ts'

/** A logger for the SDK: keeps what it says about broken input, within bounds, and nothing else. */
export interface SdkLog {
  error(message: readonly unknown[]): void
  warn(message: readonly unknown[]): void
  info(message: readonly unknown[]): void
  debug(message: readonly unknown[]): void
  trace(message: readonly unknown[]): void
}

/** One link logs this many lines about broken input; the rest is counted alone. */
const maxLines = 5
const maxLength = 200

/**
 * The SDK logs the address with its ticket and whole messages at lower levels, so only its errors get through, cut short.
 * `onPing` is called for each ping that it sends, `onUnreadable` for each message that it could not read.
 */
export function createSdkLog(log: Log, onPing: () => void, onUnreadable: () => void): SdkLog {
  const nothing = (): void => {}
  let errors = 0
  return {
    error(message) {
      const text = message.map(String).join(' ')
      // Attempts and refused events are reported where they are decided.
      if (!/failed to handle inbound frame|failed to merge|invalid pong/.test(text)) return
      errors += 1
      onUnreadable()
      if (errors <= maxLines)
        log.warn('a message of the platform could not be read', { reason: readable(text), errors })
      if (errors === maxLines) log.warn('more of them on this connection are counted, not logged')
    },
    warn: nothing,
    info: nothing,
    debug: nothing,
    trace(message) {
      if (message[1] === 'ping success') onPing()
    },
  }
}

/** What a JSON parser quotes of a broken message may be somebody's words. */
function readable(text: string): string {
  return text
    .replace(/"[\s\S]*"/, '"…"')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, maxLength)
}
