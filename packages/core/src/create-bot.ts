import { assembleBot } from './bot/assemble-bot.ts'
import type { Bot } from './bot/bot.ts'
import { composeParts } from './bot/compose-parts.ts'
import { part } from './bot/parts.ts'
import { completeSources } from './config/config-file.ts'
import { checkNodeVersion } from './config/node-version.ts'
import { type ConfigSources, resolveConfig } from './config/origins.ts'
import type { BotConfig } from './plugin/define-config.ts'
import type { CheckedPlugins, Plugin } from './plugin/define-plugin.ts'

/** What a bot takes from the program around it: where settings come from besides the configuration, where the log goes. */
export interface CreateBotOptions extends ConfigSources {
  /** Gets the lines of the log instead of standard output. */
  readonly logTo?: { write(line: string): void } | undefined
}

/**
 * Creates a bot: checks the configuration and sets the plugins up. Opens no connection, no port and no inbox, and claims
 * nothing: that is `start()`. API calls work before it, so a script is `createBot` without `start()`.
 *
 * A configuration that names no app, or a default app that it does not have, makes it read the apps of the database, if
 * there is one; otherwise `start()` and `bot.apps.load()` do.
 *
 * Settings that the configuration leaves out come from the environment, then from `.env` in the working folder.
 * @throws CONFIG_NODE_TOO_OLD, CONFIG_INVALID, CREDENTIAL_DEFAULT_APP_INVALID, PLUGIN_MISSING and other PLUGIN_… errors
 */
export async function createBot<const P extends readonly Plugin[]>(
  config: BotConfig<P> & { readonly plugins?: CheckedPlugins<P> | undefined },
  options: CreateBotOptions = {},
): Promise<Bot<Readonly<P>>> {
  checkNodeVersion()
  const resolved = resolveConfig(config as BotConfig, completeSources(config, options))
  const parts = await composeParts(resolved, config.plugins ?? [], options.logTo)
  try {
    const directory = parts.get(part.directory)
    if (directory.isNeeded) await directory.load()
    parts.get(part.apps).checkDefault()
    await parts.get(part.plugins).setup(config.plugins ?? [])
    for (const warning of resolved.warnings) parts.get(part.log).warn(warning)
    return assembleBot<Readonly<P>>(parts)
  } catch (error) {
    await parts[Symbol.asyncDispose]()
    throw error
  }
}
