import type { App, Receive } from './app.ts'
import { type ConfigProblem, receivedText } from './config-problem.ts'
import { platformOrigin } from './platform-origin.ts'
import { type Retry, retryProblem } from './retry.ts'
import type { Setting } from './settings.ts'

/** An app of the platform, as a bot author gives it. */
export interface AppConfig {
  /** `cli_` and 16 hex digits (developer console, page Credentials & Basic Info). */
  readonly appId: string | undefined
  /** From the same page. Undefined (an environment variable that is not set) is refused with its path. */
  readonly appSecret: string | undefined
  /** `feishu` (default), `lark`, or the origin of a platform of your own, e.g. `http://127.0.0.1:4000`. */
  readonly domain?: string | undefined
  /** A name for people, in logs and lists. */
  readonly name?: string | undefined
  /** What it is for, for people. */
  readonly description?: string | undefined
  /** How events arrive: `websocket` (default), `webhook`, or `none` in a worker. */
  readonly receive?: Receive | undefined
  /** Encrypt Key of webhook delivery (developer console, page Events & Callbacks). */
  readonly encryptKey?: string | undefined
  /** Verification Token of webhook delivery (same page). */
  readonly verificationToken?: string | undefined
  /** `ou_…` of people who get alarms. */
  readonly admins?: readonly string[] | undefined
  /** Default true. A disabled app is known but neither connected nor called. */
  readonly enabled?: boolean | undefined
  /** How failed calls of this app are repeated, over what the bot says. */
  readonly retry?: Retry | undefined
}

const setting = (name: string, description: string, secret = false, types: readonly string[] = ['string']) =>
  ({
    path: [name.startsWith('app') ? '' : 'app', name].filter(Boolean),
    types,
    description,
    secret,
    variables: [],
  }) satisfies Setting

/** The settings of one app that have a variable of their own; `required` ones must be there for the app to count. */
export const appSettings: readonly (Setting & { readonly required?: boolean })[] = [
  {
    ...setting('appId', 'App ID, `cli_` and 16 hex digits (developer console, page Credentials & Basic Info).'),
    required: true,
  },
  { ...setting('appSecret', 'App Secret, from the same page.', true), required: true },
  setting('domain', '`feishu` (default), `lark`, or the origin of another platform, e.g. `http://127.0.0.1:4000`.'),
  setting('name', 'A name for people, in logs and lists.'),
  setting('description', 'What the app is for, for people.'),
  setting('receive', 'How events arrive: `websocket` (default), `webhook` or `none`.'),
  setting('encryptKey', 'Encrypt Key of webhook delivery (page Events & Callbacks).', true),
  setting('verificationToken', 'Verification Token of webhook delivery (same page).', true),
  setting('admins', 'Open ids (`ou_…`) of people who get alarms, separated by commas.', false, ['array']),
]

const known = [...appSettings.map(({ path }) => path.at(-1)), 'enabled', 'retry']

/**
 * Checks app settings and makes the records that the kernel holds. Problems are added to `problems`; an app with a
 * problem is left out.
 */
export function checkApps(
  given: readonly unknown[],
  place: (index: number, name: string) => string,
  environment: string,
  problems: ConfigProblem[],
): App[] {
  const apps: App[] = []
  const places = new Map<string, string>()
  given.forEach((value, index) => {
    const found: ConfigProblem[] = []
    const at = (name: string) => place(index, name)
    const app = checkApp(value, at, environment, found)
    const first = app && places.get(app.appId)
    if (app && first !== undefined) found.push({ path: at('appId'), message: `${app.appId} is also at ${first}` })
    if (app) places.set(app.appId, first ?? at('appId'))
    if (app && found.length === 0) apps.push(app)
    problems.push(...found)
  })
  return apps
}

function checkApp(
  value: unknown,
  at: (name: string) => string,
  environment: string,
  problems: ConfigProblem[],
): App | undefined {
  if (typeof value !== 'object' || value === null) {
    problems.push({ path: at(''), message: `must be { appId, appSecret, … }, received ${receivedText(value, false)}` })
    return undefined
  }
  const app = value as Readonly<Record<string, unknown>>
  const refuse = (name: string, wanted: string, secret = false): undefined => {
    problems.push({ path: at(name), message: `${wanted}, received ${receivedText(app[name], secret)}` })
  }
  const optionalText = (name: string, secret = false): string | undefined => {
    const text = app[name]
    if (text === undefined || (typeof text === 'string' && text !== '')) return text
    return refuse(name, 'must be a text that is not empty', secret)
  }
  for (const name of Object.keys(app))
    if (!known.includes(name))
      problems.push({ path: at(name), message: `unknown option; an app has ${known.join(', ')}` })

  const { appId, appSecret, receive = 'websocket', admins = [], enabled = true } = app
  if (typeof appId !== 'string' || !/^cli_[0-9a-f]{16}$/.test(appId))
    // An app secret that was put in the wrong place must not be printed.
    refuse(
      'appId',
      'must be cli_ and 16 hex digits (developer console, page Credentials & Basic Info)',
      typeof appId === 'string' && appId.length >= 20 && !appId.startsWith('cli_'),
    )
  if (typeof appSecret !== 'string' || appSecret.trim() === '')
    refuse('appSecret', 'must be the App Secret (developer console, page Credentials & Basic Info)', true)
  const origin = platformOrigin(app.domain, environment)
  if ('wrong' in origin) problems.push({ path: at('domain'), message: origin.wrong })
  if (receive !== 'websocket' && receive !== 'webhook' && receive !== 'none')
    refuse('receive', "must be 'websocket', 'webhook' or 'none'")
  if (!Array.isArray(admins) || !admins.every((id) => typeof id === 'string' && id.startsWith('ou_')))
    refuse('admins', 'must be a list of open ids (ou_…)')
  if (typeof enabled !== 'boolean') refuse('enabled', 'must be true or false')
  const wrongRetry = retryProblem(app.retry)
  if (wrongRetry) problems.push({ path: at('retry'), message: wrongRetry })
  const name = optionalText('name')
  const description = optionalText('description')
  const encryptKey = optionalText('encryptKey', true)
  const verificationToken = optionalText('verificationToken', true)
  if (receive === 'webhook' && !app.encryptKey && !app.verificationToken)
    problems.push({
      path: at('receive'),
      message: 'webhook needs encryptKey or verificationToken, to know the platform by',
    })

  return Object.freeze({
    appId: String(appId),
    domain: 'origin' in origin ? origin.origin : '',
    receive: receive as Receive,
    tenantKey: '',
    admins: Object.freeze([...(admins as string[])]),
    name,
    description,
    enabled: enabled as boolean,
    retry: app.retry as Retry | undefined,
    secret: () => appSecret as string,
    encryptKey: () => encryptKey,
    verificationToken: () => verificationToken,
  })
}
