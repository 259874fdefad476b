import type { BotConfig } from '../config/define-config.ts'
import { type MigrationsOptions, openMigrations } from './migrations.ts'

/**
 * Runs the migrations that a configuration's database lacks: of the kernel, the inbox and the plugins in the list. A
 * SQLite bot does it by itself at start; on PostgreSQL it is this function's, so that several instances do not surprise
 * each other. Returns what was run, as `owner/name`.
 * @throws CONFIG_INVALID, STORAGE_UNAVAILABLE, STORAGE_NEWER and other STORAGE_… errors
 */
export async function migrateDatabase(config: BotConfig, options: MigrationsOptions = {}): Promise<readonly string[]> {
  await using migrations = await openMigrations(config, options)
  return await migrations.up()
}
