import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseEnv } from 'node:util'
import { coreError } from '../errors/catalogue.ts'
import { isLarkspurError } from '../errors/larkspur-error.ts'
import type { BotConfig } from './define-config.ts'
import type { ConfigSources } from './origins.ts'

/** A configuration that was loaded from a file. */
export interface LoadedConfig {
  readonly config: BotConfig
  /** Absolute path of the file. */
  readonly file: string
  /** The environment as it was, and `.env`, for `resolveConfig`. */
  readonly sources: ConfigSources
}

/** What {@link loadConfigFile} takes. */
export interface ConfigFilePlace {
  /** Folder to look in. */
  readonly cwd: string
  /** The file, when it is not to be looked for; relative to `cwd`. */
  readonly file?: string | undefined
}

const names = ['bot.config.ts', 'bot.config.mts', 'bot.config.js', 'bot.config.mjs']
const loaded = new WeakMap<object, ConfigSources>()

/**
 * Finds and imports `bot.config.{ts,mts,js,mjs}`. `.env` beside it is read first, and what the environment does not set
 * already is put into `process.env`, so that the file sees it.
 * @throws CONFIG_FILE_NOT_FOUND, CONFIG_FILE_NO_EXPORT, CONFIG_FILE_BROKEN, and whatever error of Larkspur it throws
 */
export async function loadConfigFile({ cwd, file }: ConfigFilePlace): Promise<LoadedConfig> {
  const wanted = file === undefined ? names.map((name) => join(cwd, name)) : [resolve(cwd, file)]
  const path = wanted.find((each) => existsSync(each))
  if (path === undefined)
    throw coreError('CONFIG_FILE_NOT_FOUND', { message: `there is none of these files:\n  ${wanted.join('\n  ')}` })

  const env = { ...process.env }
  const dotenv = readDotenv(dirname(path))
  for (const [name, value] of Object.entries(parseEnv(dotenv))) process.env[name] ??= value
  const config = await importConfig(path)
  const sources = { env, dotenv }
  loaded.set(config, sources)
  return { config, file: path, sources }
}

/** The environment before `.env` was added to it, and `.env`, of a configuration that came from a file. */
export function sourcesOf(config: object): ConfigSources {
  return loaded.get(config) ?? {}
}

/**
 * Where the settings of a configuration come from: what the caller gives, else what its file was read with, else the
 * environment and `.env` in the working folder. A caller that gives an environment gets no `.env` but its own.
 * @throws CONFIG_FILE_BROKEN when `.env` cannot be read
 */
export function completeSources(config: object, given: ConfigSources): ConfigSources {
  const sources = { ...sourcesOf(config), ...given }
  return { ...sources, dotenv: sources.dotenv ?? (sources.env ? '' : readDotenv(process.cwd())) }
}

/**
 * The text of `.env` in a folder; empty when there is none.
 * @throws CONFIG_FILE_BROKEN when it cannot be read
 */
export function readDotenv(folder: string): string {
  const file = join(folder, '.env')
  try {
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  } catch (cause) {
    throw coreError('CONFIG_FILE_BROKEN', { message: `${file} cannot be read (${codeOf(cause)})`, cause })
  }
}

async function importConfig(path: string): Promise<BotConfig> {
  let module: { readonly default?: unknown }
  try {
    module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown }
  } catch (cause) {
    if (isLarkspurError(cause)) throw cause
    const text = cause instanceof Error ? cause.message : String(cause)
    throw coreError('CONFIG_FILE_BROKEN', { message: `${path}: ${text}`, hint: hintFor(cause, text), cause })
  }
  const config = module.default
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    const found =
      config === undefined ? 'has no default export' : `exports a ${Array.isArray(config) ? 'list' : typeof config}`
    throw coreError('CONFIG_FILE_NO_EXPORT', { message: `${path} ${found}` })
  }
  return config
}

/** Node runs TypeScript by leaving the types out; what needs translating fails with words that do not say what to do. */
function hintFor(cause: unknown, text: string): string | undefined {
  const code = codeOf(cause)
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return 'Node.js only leaves types out: write `const Colour = { red: "red" } as const` for an enum, assign parameter properties in the constructor, and use modules for namespaces. `"erasableSyntaxOnly": true` in tsconfig.json lets the editor tell.'
  if (code === 'ERR_INVALID_TYPESCRIPT_SYNTAX')
    return 'Correct the syntax that is named above. JSX is a mistake here, too: keep it out of the configuration and of what it imports.'
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[jt]sx\b/.test(text))
    return 'Node.js does not run JSX: keep it out of the configuration and of what it imports, or build those files first.'
  if (code === 'ERR_MODULE_NOT_FOUND')
    return 'Relative imports name the file with its ending (`./greeter.ts`); packages have to be installed.'
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING')
    return 'Node.js runs TypeScript outside node_modules only: the package named above has to publish JavaScript.'
  return undefined
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined
}
