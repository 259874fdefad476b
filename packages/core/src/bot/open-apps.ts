import { completeSources } from '../config/config-file.ts'
import type { BotConfig } from '../config/define-config.ts'
import { type ConfigSources, resolveConfig } from '../config/origins.ts'
import type { BotApps } from '../credentials/bot-apps.ts'
import { composeParts } from './compose-parts.ts'
import { part } from './parts.ts'

/** The apps of a bot that this process does not run. */
export interface OpenApps extends AsyncDisposable {
  readonly apps: BotApps
}

/**
 * Opens the apps of a bot for looking and changing, beside the running bot: no plugin is set up, nothing is claimed. A
 * database that is not there is made by the first change.
 * @throws CONFIG_INVALID, CREDENTIAL_KEY_… and STORAGE_… errors
 */
export async function openApps(config: BotConfig, sources: ConfigSources = {}): Promise<OpenApps> {
  const resolved = resolveConfig(config, completeSources(config, sources))
  const { options } = resolved
  // What is wrong with an app stands in the list; the log is for bots that run.
  const quiet = { ...resolved, options: { ...options, log: { ...options.log, level: 'silent' as const } } }
  const parts = await composeParts(quiet, [], undefined)
  try {
    const apps = parts.get(part.directory)
    await apps.load()
    return { apps, [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose]() }
  } catch (error) {
    await parts[Symbol.asyncDispose]()
    throw error
  }
}
