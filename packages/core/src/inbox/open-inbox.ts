import type { Log } from '../observe/log.ts'
import { type StorageSettings, storagePlace } from '../storage/settings.ts'
import type { InboxStore } from './inbox-store.ts'
import { openSqliteInbox } from './sqlite-inbox.ts'

/** What is done when an inbox is opened. */
export interface OpenInboxOptions {
  /** Whether this process runs what is in it; on SQLite only one at a time may. */
  readonly hold: boolean
  /** PostgreSQL: `auto` makes missing tables, `check` (default) refuses. SQLite always makes them. */
  readonly migrate?: 'auto' | 'check' | undefined
  readonly log: Log
}

/**
 * Opens the inbox where the settings say: `inbox.db` in the SQLite folder, or tables in the PostgreSQL database.
 * @throws STORAGE_URL_INVALID, INBOX_IN_USE, INBOX_UNAVAILABLE, STORAGE_READ_ONLY, STORAGE_CORRUPT, STORAGE_BEHIND, STORAGE_NEWER
 */
export async function openInbox(settings: StorageSettings, options: OpenInboxOptions): Promise<InboxStore> {
  const { clockOffsetMs } = settings
  const place = storagePlace(settings)
  if (place.flavour === 'sqlite')
    return openSqliteInbox({ folder: place.folder, hold: options.hold, clockOffsetMs, log: options.log })
  // Loaded by those who use it: most bots start without PostgreSQL.
  const { openPostgresInbox } = await import('./postgres-inbox.ts')
  return openPostgresInbox({
    url: place.url,
    schema: place.schema,
    maxConnections: settings.inboxConnections,
    acquireTimeoutMs: settings.inboxAcquireTimeoutMs,
    connectionLifeMs: settings.connectionLifeMs,
    caFile: settings.caFile,
    migrate: options.migrate,
    clockOffsetMs,
    log: options.log,
  })
}
