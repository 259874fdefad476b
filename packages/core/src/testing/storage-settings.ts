import { createHash } from 'node:crypto'
import type { StorageSettings } from '../storage/settings.ts'

/** A key for databases of tests; the same in every process, so that one opens what another has sealed. */
export const testEncryptionKey = createHash('sha256').update('a key for tests alone').digest('base64')

/** The usual settings for a database in a test. */
export function storageSettings(url: string): StorageSettings {
  return {
    ...{ url, maxConnections: 10, inboxConnections: 3, acquireTimeoutMs: 5000, inboxAcquireTimeoutMs: 1000 },
    ...{ connectionLifeMs: 3_600_000, statementTimeoutMs: 10_000, clockOffsetMs: 0 },
  }
}
