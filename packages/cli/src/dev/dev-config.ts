import { parseEnv } from 'node:util'
import { type AppConfig, type BotConfig, type CreateBotOptions, makeKeyFile } from '@larkspur/core'
import type { SandboxControl } from './sandbox-control.ts'
import type { SandboxApp, SandboxReady } from './sandbox-process.ts'

/** Where the bot logs, from the folder of the bot: lines between those of the conversation would make it unreadable. */
export const devLogFile = '.larkspur/dev.log'

/** The key of what the sandbox hands out; that of the real database stays out of it. */
const devKeyFile = '.larkspur/dev/encryption.key'

/** Variables that name the real platform or the real data; `_FILE` forms included. */
const replaced = /^LARKSPUR_(APP_|APPS|DEFAULT_APP_ID|DATABASE_)/

/** A configuration that cannot reach anything but the sandbox, and what `createBot` reads besides. */
export interface DevConfig {
  readonly config: BotConfig
  readonly sources: CreateBotOptions
  /** The app that is talked to. */
  readonly appId: string
}

/**
 * Puts the sandbox in the place of the platform. Configured apps keep their ids, so that code which names them works; their
 * secrets and domains are the sandbox's. The database is replaced as well, ports and the log only where the author gives
 * none; a pure receiver works, too.
 */
export async function devConfig(
  config: BotConfig,
  { env = {}, dotenv = '' }: CreateBotOptions,
  ready: SandboxReady,
  control: SandboxControl,
): Promise<DevConfig> {
  const apps = await sandboxApps(config.apps ?? [], ready, control)
  const { defaultAppId } = config
  const known = apps.some(({ appId }) => appId === defaultAppId)
  const kept = Object.entries({ ...parseEnv(dotenv), ...env }).filter(([name]) => !replaced.test(name))
  const defaults = {
    LARKSPUR_HTTP_HOST: '127.0.0.1',
    LARKSPUR_HTTP_PORT: '0',
    LARKSPUR_HTTP_MONITOR_PORT: '0',
    LARKSPUR_LOG_FILE: devLogFile,
  }
  return {
    config: {
      ...config,
      apps,
      defaultAppId: known ? defaultAppId : undefined,
      database: { url: 'sqlite:.larkspur/dev' },
      credentials: { ...config.credentials, encryptionKey: makeKeyFile(devKeyFile).text },
      work: true,
    },
    sources: { env: { ...defaults, ...Object.fromEntries(kept) }, dotenv: '' },
    appId: (known ? defaultAppId : apps.find(({ enabled }) => enabled !== false)?.appId) ?? '',
  }
}

async function sandboxApps(
  given: readonly AppConfig[],
  { url }: SandboxReady,
  control: SandboxControl,
): Promise<AppConfig[]> {
  // Those of the runs before are still there.
  const apps = await control.apps()
  const made = new Map(apps.map((app) => [app.appId, app]))
  const [first] = apps
  const named = Array.isArray(given) ? given.filter((app) => /^cli_[0-9a-f]{16}$/.test(app?.appId ?? '')) : []
  for (const { appId, name } of named) if (!made.has(appId)) made.set(appId, await control.addApp({ appId, name }))
  const config = (app: SandboxApp | undefined, { name, enabled }: Partial<AppConfig>): AppConfig => ({
    ...{ appId: app?.appId ?? '', appSecret: app?.appSecret ?? '', domain: url, name, enabled },
  })
  // Without an account there is no id yet: `process.env.APP_ID!` is undefined then, and the sandbox's own app stands in.
  return named.length > 0 ? named.map((app) => config(made.get(app.appId), app)) : [config(first, {})]
}
