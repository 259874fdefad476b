import type { BackupProgress, BackupSummary } from '../backup/backup-format.ts'
import { type RestoreOptions, restoreBackup } from '../backup/restore-backup.ts'
import { withSnapshot } from '../backup/snapshot.ts'
import { writeBackup } from '../backup/write-backup.ts'
import type { BotConfig } from '../config/define-config.ts'
import type { ConfigSources } from '../config/origins.ts'
import { commandParts } from './command-parts.ts'
import { migrationSets } from './migration-sets.ts'

/** How a backup is made. */
export interface BackupOptions {
  readonly sources?: ConfigSources | undefined
  readonly onProgress?: ((progress: BackupProgress) => void) | undefined
  /** Gives it up; nothing is left of the file. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Writes the database of a configuration into a new file with mode 0600: apps, tokens, the inbox and the tables of
 * plugins as they are at one moment, while bots run on. Secrets in it are encrypted as they are in the database; the
 * encryption key is not in it and has to be kept elsewhere. One file serves both databases.
 * @throws CONFIG_INVALID, BACKUP_NOTHING_THERE, BACKUP_FILE_EXISTS, BACKUP_NOT_WRITTEN, STORAGE_… errors
 */
export async function backupDatabase(
  config: BotConfig,
  file: string,
  { sources = {}, ...options }: BackupOptions = {},
): Promise<BackupSummary> {
  await using parts = await commandParts(config, sources)
  return await withSnapshot(parts.settings, parts.log, (snapshot) => writeBackup(snapshot, file, options))
}

/**
 * Puts a backup into the database of a configuration, SQLite or PostgreSQL, whichever it was made of: all of it or
 * nothing. Leases and lanes of the processes of that day are freed, and newer migrations are run afterwards. No bot may
 * run meanwhile.
 * @throws CONFIG_INVALID, BACKUP_UNREADABLE, BACKUP_BROKEN, BACKUP_NEWER, BACKUP_NOT_EMPTY, BACKUP_BOT_RUNS, INBOX_IN_USE,
 *   STORAGE_… errors
 */
export async function restoreDatabase(
  config: BotConfig,
  file: string,
  { sources = {}, ...options }: RestoreOptions & { readonly sources?: ConfigSources | undefined } = {},
): Promise<BackupSummary> {
  await using parts = await commandParts(config, sources)
  const sets = migrationSets(config.plugins ?? [])
  // As migrations, which it runs, it takes its time.
  const settings = { ...parts.settings, statementTimeoutMs: 0 }
  return await restoreBackup(file, settings, sets, { ...options, log: parts.log })
}
