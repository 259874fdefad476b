import type { App } from '../config/app.ts'
import { coreError } from '../errors/catalogue.ts'
import { currentScope } from '../observe/context.ts'
import type { Apps } from './apps.ts'

/** What a call says about the app that it means. */
export interface AppChoice {
  /** The argument `{ appId }` of the call. */
  readonly explicit?: string | undefined
  /** The option `appId` of the plugin that makes the call. */
  readonly pluginDefault?: string | undefined
}

/**
 * The app that a call means: the one in the call; else that of `bot.withApp` or of the event being handled; else the
 * plugin's default; else the bot's default; else the only enabled one.
 * @throws CREDENTIAL_APP_UNKNOWN, CREDENTIAL_APP_DISABLED, CREDENTIAL_APP_AMBIGUOUS, CREDENTIAL_NO_APP
 */
export function whichApp(apps: Apps, { explicit, pluginDefault }: AppChoice): App {
  const named = explicit ?? currentScope().appId ?? pluginDefault ?? apps.defaultAppId
  if (named !== undefined) return apps.get(named)
  const active = apps.active()
  const [only] = active
  if (!only) throw coreError('CREDENTIAL_NO_APP', { message: `no app can make the call: ${apps.describe()}` })
  if (active.length > 1)
    throw coreError('CREDENTIAL_APP_AMBIGUOUS', { message: `nothing says which app is meant; ${apps.describe()}` })
  return only
}
