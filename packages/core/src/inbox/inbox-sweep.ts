import type { Log } from '../observe/log.ts'
import type { InboxRetention, InboxStore } from './inbox-store.ts'

/** Between sweeps; each deletes what is past its retention, in small batches. */
const sweepMs = 600_000

/** Sweeps the inbox now and then. Returns what stops it. */
export function sweepInbox(store: InboxStore, retention: InboxRetention, log: Log): () => void {
  const timer = setInterval(() => {
    store.sweep(retention).then(
      (rows) => log.debug('the inbox was swept', { rows }),
      (error: unknown) => log.warn('the inbox could not be swept; trying again later', { error }),
    )
  }, sweepMs).unref()
  return () => clearInterval(timer)
}
