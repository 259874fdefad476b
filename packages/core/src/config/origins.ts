import type { z } from 'zod'
import type { KernelOptions } from '../generated/kernel-options.ts'
import type { App } from './app.ts'
import { type ConfigProblem, pathText, problemsError } from './config-problem.ts'
import { configuredApps } from './configured-apps.ts'
import type { BotConfig } from './define-config.ts'
import { kernelOptionsSchema, kernelSettings } from './kernel-options.ts'
import { type ConfigOrigin, createLayers, type FoundText, type Layers, type Variables } from './layers.ts'
import { postgresVariables } from './postgres-variables.ts'
import { type Retry, retryProblem } from './retry.ts'
import { schemaProblems } from './schema-problems.ts'
import { passwordsIn, shownValue } from './secret-text.ts'
import { readText, type Setting, variableOf } from './settings.ts'
import { unknownVariables } from './unknown-variables.ts'

/** A checked configuration. */
export interface ResolvedConfig {
  readonly options: KernelOptions
  /** May be empty: whoever needs an app throws CREDENTIAL_NO_APP. */
  readonly apps: readonly App[]
  /** Of the bot, over the numbers in `options.api`. */
  readonly retry: Retry | undefined
  readonly origins: readonly ConfigOrigin[]
  /** What is odd but no error; for the log. No secrets. */
  readonly warnings: readonly string[]
  /** The environment and `.env`, for the options of plugins. */
  readonly layers: Layers
  /** Every secret in the configuration, to be masked by value. */
  secrets(): readonly string[]
}

/** What {@link resolveConfig} reads besides the configuration. */
export interface ConfigSources {
  /** Default `process.env`. */
  readonly env?: Variables | undefined
  /** Text of the `.env` file. */
  readonly dotenv?: string | undefined
  /** Whether the log goes to a terminal. Default: standard output is one. */
  readonly terminal?: boolean | undefined
}

/** A renewal earlier than this would fetch tokens all the time. */
const mostRefreshAhead = 0.25

/**
 * Lays code, environment, `.env` and defaults over each other (in this order) and checks the result. Secrets may stand in
 * files named by `<variable>_FILE`.
 * @throws CONFIG_INVALID with every problem and its path; CONFIG_SECRET_FILE_UNREADABLE when that is all that is wrong
 */
export function resolveConfig(config: BotConfig, sources: ConfigSources = {}): ResolvedConfig {
  const { env = process.env, terminal = process.stdout.isTTY ?? false } = sources
  const layers = createLayers(env, sources.dotenv)
  const settings = kernelSettings()
  const problems: ConfigProblem[] = []
  const warnings: string[] = []

  const { apps: givenApps, plugins, retry, ...code } = config
  const raw = rawOptions(code)
  const found = new Map<string, FoundText>()
  const given = new Set<string>()
  for (const { path, types, secret, variables } of settings) {
    if (valueAt(raw, path) !== undefined) {
      given.add(pathText(path))
      continue
    }
    const text =
      layers.find([variableOf(path), ...variables], secret, problems) ??
      (pathText(path) === 'database.url' ? postgresVariables(layers, problems) : undefined)
    if (!text) continue
    found.set(pathText(path), text)
    put(raw, path, readText(text.text, types))
  }
  const parsed = kernelOptionsSchema.safeParse(raw)
  if (!parsed.success) {
    const variableAt = (path: string) => found.get(path)?.variable
    problems.push(...schemaProblems(parsed.error.issues, settings, (path) => valueAt(raw, path), variableAt))
  }

  const environment = typeof raw.environment === 'string' ? raw.environment : 'development'
  const { apps, origins: appOrigins } = configuredApps(givenApps, layers, environment, problems, warnings)
  const wrongRetry = retryProblem(retry)
  if (wrongRetry) problems.push({ path: 'retry', message: wrongRetry })
  if (!parsed.success || problems.length > 0) throw problemsError('The configuration', problems)

  const options = completed(parsed.data, terminal, warnings)
  warnings.push(...unknownVariables(layers, settings, pluginNames(plugins)))
  const originOf = (setting: Setting): ConfigOrigin => {
    const path = pathText(setting.path)
    const text = found.get(path)
    const origin = given.has(path) ? 'code' : (text?.origin ?? 'default')
    return { path, value: shownValue(valueAt(options, setting.path), setting.secret), origin, variable: text?.variable }
  }
  return {
    options,
    apps,
    retry,
    origins: [...settings.map(originOf), ...appOrigins],
    warnings,
    layers,
    secrets: () => [
      ...apps
        .flatMap((app) => [app.secret(), app.encryptKey(), app.verificationToken()])
        .filter((value) => value !== undefined),
      ...(options.credentials.encryptionKey?.split(/[,\s]+/) ?? []),
      ...passwordsIn(options.database.url),
      ...passwordsIn(options.proxy.url),
    ],
  }
}

type Options = z.infer<typeof kernelOptionsSchema>

// What a schema cannot say: a default that depends on the terminal, a limit that warns.
function completed(options: Options, terminal: boolean, warnings: string[]): KernelOptions {
  const { log, credentials, database } = options
  const { refreshAhead } = credentials
  if (refreshAhead > mostRefreshAhead)
    warnings.push(`credentials.refreshAhead ${refreshAhead} counts as ${mostRefreshAhead}, the most that is useful`)
  return {
    ...options,
    database: { ...database, migrate: database.migrate ?? (database.url.startsWith('sqlite:') ? 'auto' : 'check') },
    log: { ...log, format: log.format ?? (terminal && log.file === undefined ? 'pretty' : 'json') },
    credentials: { ...credentials, refreshAhead: Math.min(refreshAhead, mostRefreshAhead) },
  }
}

type Raw = { [name: string]: unknown }

// A copy two levels deep, so that values can be filled in; anything odd stays for the schema to refuse.
function rawOptions(code: object): Raw {
  const raw: Raw = {}
  for (const [name, value] of Object.entries(code)) {
    if (value === undefined) continue
    if (name === 'database' && typeof value === 'string') raw[name] = { url: value }
    else raw[name] = isObject(value) ? { ...value } : value
  }
  return raw
}

function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[String(key)] : undefined), root)
}

function put(root: Raw, [name, inner]: readonly string[], value: unknown): void {
  if (name === undefined) return
  if (inner === undefined) root[name] = value
  else {
    root[name] ??= {}
    if (isObject(root[name])) root[name][inner] = value
  }
}

function pluginNames(plugins: unknown): string[] {
  if (!Array.isArray(plugins)) return []
  return plugins.flatMap((plugin: unknown) =>
    isObject(plugin) && typeof plugin.name === 'string' ? [plugin.name] : [],
  )
}
