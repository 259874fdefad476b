import { readDotenv, sourcesOf } from '../config/config-file.ts'
import type { BotConfig } from '../config/define-config.ts'
import { type ConfigSources, resolveConfig } from '../config/origins.ts'
import { openInbox } from '../inbox/open-inbox.ts'
import { createLog } from '../observe/pino-log.ts'
import { createSecrets } from '../observe/redact.ts'
import { pluginRecord } from '../plugin/define-plugin.ts'
import { kernelMigrations } from '../storage/kernel-migrations.ts'
import { pluginMigrations } from '../storage/migrator.ts'
import { openDatabase } from '../storage/open-database.ts'

/**
 * Runs the migrations that a configuration's database lacks: of the kernel, the inbox and the plugins in the list. A
 * SQLite bot does it by itself at start; on PostgreSQL it is this function's, so that several instances do not surprise each other.
 * @throws CONFIG_INVALID, STORAGE_UNAVAILABLE, STORAGE_NEWER and other STORAGE_… errors
 */
export async function migrateDatabase(config: BotConfig, sources: ConfigSources = {}): Promise<void> {
  const given = { ...sourcesOf(config), ...sources }
  const dotenv = given.dotenv ?? (given.env ? '' : readDotenv(process.cwd()))
  const { options } = resolveConfig(config, { ...given, dotenv })
  const log = await createLog({ level: 'warn', format: options.log.format, secrets: createSecrets() })
  const settings = { ...options.database, clockOffsetMs: options.clock.offsetMs }
  const ofPlugins = (config.plugins ?? []).flatMap((plugin) => {
    const record = pluginRecord(plugin)
    return record?.definition.migrations ? [pluginMigrations(record.name, record.definition.migrations)] : []
  })
  const database = await openDatabase(settings, { migrations: [kernelMigrations, ...ofPlugins], migrate: 'auto', log })
  await database[Symbol.asyncDispose]()
  const inbox = await openInbox(settings, { hold: false, migrate: 'auto', log })
  await inbox[Symbol.asyncDispose]()
  await log.close()
}
