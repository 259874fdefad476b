import type { StorageSettings } from '../storage/settings.ts'

/** The usual settings for a database in a test. */
export function storageSettings(url: string): StorageSettings {
  return {
    ...{ url, maxConnections: 10, inboxConnections: 3, acquireTimeoutMs: 5000, inboxAcquireTimeoutMs: 1000 },
    ...{ connectionLifeMs: 3_600_000, statementTimeoutMs: 10_000, clockOffsetMs: 0 },
  }
}
