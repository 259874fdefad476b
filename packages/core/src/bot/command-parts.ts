import { completeSources } from '../config/config-file.ts'
import type { BotConfig } from '../config/define-config.ts'
import { type ConfigSources, type ResolvedConfig, resolveConfig } from '../config/origins.ts'
import type { Log } from '../observe/log.ts'
import { createLog } from '../observe/pino-log.ts'
import { createSecrets } from '../observe/redact.ts'
import type { StorageSettings } from '../storage/settings.ts'

/** What work on a bot's database needs when the bot itself does not run. */
export interface CommandParts extends AsyncDisposable {
  readonly config: ResolvedConfig
  readonly settings: StorageSettings
  /** Warnings and errors, to standard error: what a command prints may be JSON. */
  readonly log: Log
  /** Gets a key to be masked. */
  readonly learnKey: (text: string) => void
}

/** Checks a configuration and makes what commands need. @throws CONFIG_INVALID */
export async function commandParts(config: BotConfig, sources: ConfigSources): Promise<CommandParts> {
  const resolved = resolveConfig(config, completeSources(config, sources))
  const { options } = resolved
  const secrets = createSecrets()
  for (const secret of resolved.secrets()) secrets.learn(secret, 'key')
  const destination = { write: (line: string) => void process.stderr.write(line) }
  const log = await createLog({ level: 'warn', format: options.log.format, secrets, destination })
  return {
    config: resolved,
    settings: { ...options.database, clockOffsetMs: options.clock.offsetMs },
    log,
    learnKey: (text) => secrets.learn(text, 'key'),
    [Symbol.asyncDispose]: () => log.close(),
  }
}
