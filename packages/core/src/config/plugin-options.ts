import type { StandardSchemaV1 } from '@standard-schema/spec'
import { isSecretKey } from '../observe/secret-keys.ts'
import { closestName } from './closest-name.ts'
import { type ConfigProblem, pathText, problemsError, receivedText } from './config-problem.ts'
import type { ConfigOrigin, FoundText, Layers } from './layers.ts'
import { pluginOfVariable, pluginPrefix } from './plugin-names.ts'
import { shownValue } from './secret-text.ts'
import { readText, type Setting, settingsOf, variableOf } from './settings.ts'

/** What {@link resolvePluginOptions} takes. */
export interface PluginOptionSources {
  readonly pluginName: string
  /** What the author passed to the factory. */
  readonly given: unknown
  /** The plugin's Standard Schema. */
  readonly schema: unknown
  readonly layers: Layers
  /** All plugins of the list: a variable belongs to the one with the longest fitting name. */
  readonly pluginNames: readonly string[]
}

/** The checked options of a plugin. */
export interface PluginOptions {
  readonly options: unknown
  readonly origins: readonly ConfigOrigin[]
  /** Variables with the plugin's prefix that name none of its options, or belong to a plugin with a longer name. */
  readonly warnings: readonly string[]
}

/** Standard JSON Schema, which newer schema libraries add to Standard Schema. */
interface SchemaProps extends StandardSchemaV1.Props {
  readonly jsonSchema?: { input(options: object): unknown } | undefined
}

/**
 * Completes what was given to a plugin from `LARKSPUR_<PLUGIN>_<OPTION>` and checks it. Where the schema can tell its
 * options as JSON Schema, names and types are taken from there; else a variable's name is turned into camelCase, and its
 * text is tried as a text first, then as JSON.
 * @throws PLUGIN_OPTIONS_INVALID with every problem and its path
 */
export async function resolvePluginOptions(sources: PluginOptionSources): Promise<PluginOptions> {
  const { pluginName, given, layers, pluginNames } = sources
  const standard = (sources.schema as { readonly '~standard': SchemaProps })['~standard']
  const problems: ConfigProblem[] = []
  const warnings: string[] = []
  const variables = layers
    .names(pluginPrefix(pluginName))
    .filter((variable) => pluginOfVariable(variable, pluginNames) === pluginName)
  const known = knownSettings(standard)
  const settings = known ?? variables.map((variable) => guessedSetting(variable, pluginName))

  const raw = structuredCopy(given)
  const found = new Map<string, FoundText>()
  for (const setting of settings) {
    if (!isObject(raw) || at(raw, setting.path) !== undefined) continue
    const variable = variableOf([pluginName, ...setting.path])
    const owner = pluginOfVariable(variable, pluginNames)
    if (owner !== undefined && owner !== pluginName) {
      const isSet = layers.names(variable).some((name) => name === variable || name === `${variable}_FILE`)
      if (isSet) warnings.push(othersVariable(variable, `${pluginName}.${pathText(setting.path)}`, owner))
      continue
    }
    const text = layers.find([variable], setting.secret, problems)
    if (!text) continue
    found.set(pathText(setting.path), text)
    put(raw, setting.path, readText(text.text, setting.types))
  }
  if (known) warnings.push(...unknownOptions(variables, known, pluginName))

  let result = await standard.validate(raw)
  if (result.issues && !known) result = (await validateAsJson(standard, raw, result.issues, found)) ?? result
  problems.push(...(result.issues ?? []).map((issue) => issueProblem(issue, raw, found, settings)))
  if (result.issues || problems.length > 0)
    throw problemsError(`The options of the plugin ${pluginName}`, problems, 'PLUGIN_OPTIONS_INVALID')
  const origins = settings.map((setting) => originOf(setting, pluginName, result.value, given, found))
  return { options: result.value, origins, warnings }
}

// Undefined when the schema cannot tell, or holds what JSON Schema has no words for.
function knownSettings({ jsonSchema }: SchemaProps): Setting[] | undefined {
  try {
    // `unrepresentable: any` is zod's: a function among the options must not hide the other options.
    const options = { target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any' } }
    const schema = jsonSchema?.input(options)
    if (!schema) return undefined
    return settingsOf(schema).map((setting) => ({ ...setting, secret: setting.secret || isSecretName(setting.path) }))
  } catch {
    return undefined
  }
}

function guessedSetting(variable: string, pluginName: string): Setting {
  const rest = variable.slice(pluginPrefix(pluginName).length)
  const secretFile = rest.endsWith('_FILE') && isSecretName([camelCase(rest.slice(0, -'_FILE'.length))])
  const name = camelCase(secretFile ? rest.slice(0, -'_FILE'.length) : rest)
  return { path: [name], types: ['string'], description: '', secret: isSecretName([name]), variables: [] }
}

function camelCase(words: string): string {
  return words.toLowerCase().replace(/_([a-z0-9])/g, (_, first: string) => first.toUpperCase())
}

function isSecretName(path: readonly string[]): boolean {
  return isSecretKey(path.at(-1) ?? '')
}

function unknownOptions(variables: readonly string[], settings: readonly Setting[], pluginName: string): string[] {
  const names = settings.flatMap(({ path, secret }) => {
    const variable = variableOf([pluginName, ...path])
    return secret ? [variable, `${variable}_FILE`] : [variable]
  })
  return variables
    .filter((variable) => !names.includes(variable))
    .map((variable) => {
      const meant = closestName(variable, names)
      return `${variable} names no option of the plugin ${pluginName}${meant ? `; did you mean ${meant}?` : ''}`
    })
}

function othersVariable(variable: string, option: string, owner: string): string {
  return `${variable} is read by the plugin ${owner}, not as ${option}: set ${option} in the code`
}

// The texts that were refused are read as JSON, once.
async function validateAsJson(
  standard: SchemaProps,
  raw: unknown,
  issues: readonly StandardSchemaV1.Issue[],
  found: ReadonlyMap<string, FoundText>,
): Promise<StandardSchemaV1.Result<unknown> | undefined> {
  if (!isObject(raw)) return undefined
  let changed = false
  for (const issue of issues) {
    const [name] = issuePath(issue)
    const text = found.get(String(name))
    if (!text) continue
    try {
      raw[String(name)] = JSON.parse(text.text)
      changed = true
    } catch {
      // It stays a text, and the schema's own words are reported.
    }
  }
  return changed ? await standard.validate(raw) : undefined
}

function issueProblem(
  issue: StandardSchemaV1.Issue,
  raw: unknown,
  found: ReadonlyMap<string, FoundText>,
  settings: readonly Setting[],
): ConfigProblem {
  const path = issuePath(issue)
  const name = pathText(path)
  const secret =
    settings.some((setting) => setting.secret && pathText(setting.path) === name) || isSecretName([String(path.at(-1))])
  const variable = found.get(name)?.variable
  const received = receivedText(at(raw, path), secret)
  // zod names the type that it received, which says less than the value.
  const wanted = issue.message.replace(/, received \w+$/, '')
  return {
    path: name || 'options',
    message: `${wanted}, received ${received}${variable ? ` (from ${variable})` : ''}`,
  }
}

function issuePath({ path = [] }: StandardSchemaV1.Issue): PropertyKey[] {
  return path.map((part) => (typeof part === 'object' ? part.key : part))
}

function originOf(
  { path, secret }: Setting,
  pluginName: string,
  options: unknown,
  given: unknown,
  found: ReadonlyMap<string, FoundText>,
): ConfigOrigin {
  const text = found.get(pathText(path))
  const origin = at(given, path) === undefined ? (text?.origin ?? 'default') : 'code'
  return {
    path: `${pluginName}.${pathText(path)}`,
    value: shownValue(at(options, path), secret),
    origin,
    variable: text?.variable,
  }
}

type Raw = { [name: string]: unknown }

function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// Deep for plain objects alone: functions and instances among the options stay what they are.
function structuredCopy(value: unknown): unknown {
  if (value === undefined) return {}
  if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([name, each]) => [name, structuredCopy(each)]),
  )
}

function at(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  )
}

function put(root: Raw, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path
  if (rest.length === 0) {
    root[name] = value
    return
  }
  const inner = root[name] ?? {}
  root[name] = inner
  if (isObject(inner)) put(inner, rest, value)
}
