import { completeSources } from '../config/config-file.ts'
import type { BotConfig } from '../config/define-config.ts'
import { type ConfigSources, resolveConfig } from '../config/origins.ts'
import { openInbox } from '../inbox/open-inbox.ts'
import { createLog } from '../observe/pino-log.ts'
import { createSecrets } from '../observe/redact.ts'
import { openDatabase } from '../storage/open-database.ts'
import { migrationSets } from './migration-sets.ts'

/**
 * Runs the migrations that a configuration's database lacks: of the kernel, the inbox and the plugins in the list. A
 * SQLite bot does it by itself at start; on PostgreSQL it is this function's, so that several instances do not surprise each other.
 * @throws CONFIG_INVALID, STORAGE_UNAVAILABLE, STORAGE_NEWER and other STORAGE_… errors
 */
export async function migrateDatabase(config: BotConfig, sources: ConfigSources = {}): Promise<void> {
  const { options } = resolveConfig(config, completeSources(config, sources))
  const log = await createLog({ level: 'warn', format: options.log.format, secrets: createSecrets() })
  const settings = { ...options.database, clockOffsetMs: options.clock.offsetMs }
  const migrations = migrationSets(config.plugins ?? [])
  const database = await openDatabase(settings, { migrations, migrate: 'auto', log })
  await database[Symbol.asyncDispose]()
  const inbox = await openInbox(settings, { hold: false, migrate: 'auto', log })
  await inbox[Symbol.asyncDispose]()
  await log.close()
}
