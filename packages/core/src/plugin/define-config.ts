import { type ConfigFilePlace, loadConfigFile as load } from '../config/config-file.ts'
import type { BotConfig as AnyBotConfig } from '../config/define-config.ts'
import type { ConfigSources } from '../config/origins.ts'
import type { CheckedPlugins, Plugin } from './define-plugin.ts'

/**
 * What `createBot` and `defineConfig` take: the apps, the plugins, and any of the kernel's options (docs/config.md).
 * Everything may be left out or undefined; it then comes from the environment, `.env` or the default.
 */
export interface BotConfig<P extends readonly Plugin[] = readonly Plugin[]> extends AnyBotConfig<P> {}

/**
 * Describes a bot in `bot.config.ts`; returns what it is given, with its types.
 *
 * ```ts
 * export default defineConfig({ plugins: [messaging(), greeter()] })
 * ```
 */
export function defineConfig<const P extends readonly Plugin[]>(
  config: BotConfig<P> & { readonly plugins?: CheckedPlugins<P> | undefined },
): BotConfig<P> {
  return config as BotConfig<P>
}

/** A configuration that was read from a file. */
export interface LoadedConfig {
  readonly config: BotConfig
  /** Absolute path of the file. */
  readonly file: string
  /** The environment as it was before the file was read, and `.env`. */
  readonly sources: ConfigSources
}

/**
 * Finds and imports `bot.config.{ts,mts,js,mjs}`. `.env` beside it is read first, and what the environment does not set
 * already is put into `process.env`, so that the file sees it. Give the configuration to `createBot`.
 * @throws CONFIG_FILE_NOT_FOUND, CONFIG_FILE_NO_EXPORT, CONFIG_FILE_BROKEN, and whatever error of Larkspur it throws
 */
export async function loadConfigFile(place: ConfigFilePlace): Promise<LoadedConfig> {
  return (await load(place)) as LoadedConfig
}
