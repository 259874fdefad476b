import type { App } from './app.ts'
import { appSettings, checkApps } from './app-config.ts'
import type { ConfigProblem } from './config-problem.ts'
import type { ConfigOrigin, FoundText, Layers } from './layers.ts'
import { shownValue } from './secret-text.ts'
import { readText, variableOf } from './settings.ts'

interface GivenApps {
  readonly values: readonly unknown[]
  /** The text that a setting of an app came from; undefined: code. */
  readonly found: (name: string) => FoundText | undefined
  readonly place: (index: number, name: string) => string
}

/** The apps of the code, else of `LARKSPUR_APPS`, else the one of `LARKSPUR_APP_ID`; checked. */
export function configuredApps(
  code: unknown,
  layers: Layers,
  environment: string,
  problems: ConfigProblem[],
  warnings: string[],
): { apps: App[]; origins: ConfigOrigin[] } {
  const own: ConfigProblem[] = []
  const variables = appsOfVariables(layers, own)
  const given = code === undefined ? variables : appsOfCode(code, problems)
  if (given === variables) problems.push(...own)
  const apps = given ? checkApps(given.values, given.place, environment, problems) : []
  if (given !== variables && variables) warnings.push(...unusedApps(variables, apps))
  return { apps, origins: given ? given.values.flatMap((value, index) => appOrigins(value, index, given)) : [] }
}

function appsOfCode(code: unknown, problems: ConfigProblem[]): GivenApps | undefined {
  const place = (index: number, name: string) => `apps[${index}]${name ? `.${name}` : ''}`
  if (Array.isArray(code)) return { values: code, found: () => undefined, place }
  problems.push({ path: 'apps', message: 'must be a list: [{ appId, appSecret }]' })
  return undefined
}

function appsOfVariables(layers: Layers, problems: ConfigProblem[]): GivenApps | undefined {
  const list = layers.find(['LARKSPUR_APPS'], true, problems)
  const texts = new Map<string, FoundText>()
  const app: Record<string, unknown> = {}
  for (const { path, types, secret } of appSettings) {
    const name = path.at(-1) ?? ''
    const text = layers.find([variableOf(path)], secret, problems)
    if (!text) continue
    texts.set(name, text)
    app[name] = readText(text.text, types)
  }
  const single = app.appId !== undefined || app.appSecret !== undefined
  if (list && single && list.origin === texts.get('appId')?.origin)
    problems.push({ path: list.variable, message: 'is set beside LARKSPUR_APP_ID; keep one of them' })
  if (list && !(single && list.origin === '.env' && texts.get('appId')?.origin === 'environment'))
    return appsOfList(list, problems)
  if (!single) return undefined
  const variable = (name: string) =>
    texts.get(name)?.variable ?? variableOf(appSettings.find(({ path }) => path.at(-1) === name)?.path ?? [name])
  return { values: [app], found: (name) => texts.get(name), place: (_, name) => variable(name) }
}

function appsOfList(list: FoundText, problems: ConfigProblem[]): GivenApps | undefined {
  const found = () => list
  const place = (index: number, name: string) => `${list.variable}[${index}]${name ? `.${name}` : ''}`
  try {
    const values: unknown = JSON.parse(list.text)
    if (Array.isArray(values)) return { values, found, place }
  } catch {
    // The parser's message quotes the text, which holds secrets.
  }
  problems.push({ path: list.variable, message: 'must be a JSON list: [{"appId":"cli_…","appSecret":"…"}]' })
  return undefined
}

function unusedApps(variables: GivenApps, apps: readonly App[]): string[] {
  const ids = variables.values.map((value) => (value as { appId?: unknown } | null)?.appId)
  const unused = ids.filter((id) => typeof id === 'string' && !apps.some(({ appId }) => appId === id))
  return unused.map((id) => `the app ${String(id)} of the environment is not used, because apps are given in code`)
}

function appOrigins(value: unknown, index: number, given: GivenApps): ConfigOrigin[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([name, each]) => {
      const secret = appSettings.find(({ path }) => path.at(-1) === name)?.secret ?? false
      const found = given.found(name)
      return {
        path: `apps[${index}].${name}`,
        value: shownValue(each, secret),
        origin: found?.origin ?? 'code',
        variable: found?.variable,
      }
    })
}
