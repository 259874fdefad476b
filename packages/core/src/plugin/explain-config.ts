import { sourcesOf } from '../config/config-file.ts'
import type { BotConfig } from '../config/define-config.ts'
import type { ConfigOrigin } from '../config/layers.ts'
import { type ConfigSources, resolveConfig } from '../config/origins.ts'
import { resolvePluginOptions } from '../config/plugin-options.ts'
import type { KernelOptions } from '../generated/kernel-options.ts'
import { pluginRecord } from './define-plugin.ts'

/** A checked configuration and where each of its values comes from. */
export interface ExplainedConfig {
  readonly options: KernelOptions
  /** Of the kernel, the apps and the plugins, in this order; secrets are masked. */
  readonly origins: readonly ConfigOrigin[]
  /** What is odd but no error. No secrets. */
  readonly warnings: readonly string[]
}

/**
 * Says where each value of a configuration comes from, without creating a bot. Reads what `createBot` reads.
 * @throws CONFIG_INVALID, PLUGIN_OPTIONS_INVALID
 */
export async function explainConfig(config: BotConfig, sources: ConfigSources = {}): Promise<ExplainedConfig> {
  const { options, origins, warnings, layers } = resolveConfig(config, { ...sourcesOf(config), ...sources })
  const records = (config.plugins ?? []).flatMap((plugin) => pluginRecord(plugin) ?? [])
  const pluginNames = records.map(({ name }) => name)
  const ofPlugins = await Promise.all(
    records.flatMap(({ name: pluginName, given, definition: { options: schema } }) =>
      schema ? [resolvePluginOptions({ pluginName, given, schema, layers, pluginNames })] : [],
    ),
  )
  return {
    options,
    origins: [...origins, ...ofPlugins.flatMap((each) => each.origins)],
    warnings: [...warnings, ...ofPlugins.flatMap((each) => each.warnings)],
  }
}
