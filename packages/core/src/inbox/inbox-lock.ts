import { join, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import { coreError } from '../errors/catalogue.ts'
import { databaseError } from '../storage/database-error.ts'
import { makePrivateFile } from '../storage/sqlite.ts'

/** The right to run the events of a SQLite inbox. */
export interface InboxLock {
  release(): void
}

/**
 * Locks the inbox of a folder for this process. The lock is the operating system's, on an empty database beside the
 * inbox that stays in an exclusive transaction: it ends with the process, however that ends.
 * @throws INBOX_IN_USE, STORAGE_READ_ONLY
 */
export function lockInbox(folder: string): InboxLock {
  const path = join(resolve(folder), 'inbox.lock')
  makePrivateFile(folder, path)
  const file = new Sqlite(path, { timeout: 0 })
  try {
    file.exec('begin exclusive')
    return { release: () => file.close() }
  } catch (cause) {
    file.close()
    if ((cause as { code?: unknown }).code === 'SQLITE_BUSY')
      throw coreError('INBOX_IN_USE', { message: `another running bot holds the inbox in ${resolve(folder)}`, cause })
    throw databaseError(cause, `locking ${path}`)
  }
}
