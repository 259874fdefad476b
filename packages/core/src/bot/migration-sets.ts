import { pluginRecord } from '../plugin/define-plugin.ts'
import { kernelMigrations } from '../storage/kernel-migrations.ts'
import { type MigrationSet, pluginMigrations } from '../storage/migrator.ts'

/** The steps of a bot's database: the kernel's, then those of the plugins in the list. The inbox has its own. */
export function migrationSets(plugins: readonly unknown[]): readonly MigrationSet[] {
  const ofPlugins = plugins.flatMap((plugin) => {
    const record = pluginRecord(plugin)
    return record?.definition.migrations ? [pluginMigrations(record.name, record.definition.migrations)] : []
  })
  return [kernelMigrations, ...ofPlugins]
}
