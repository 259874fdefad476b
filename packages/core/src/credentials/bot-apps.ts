import type { AppConfig } from '../config/app-config.ts'
import type { AppInfo } from './apps.ts'
import type { TokenState } from './token-row.ts'

/** An app to be added to the database. What a program decides (`retry`) stands in the configuration alone. */
export type NewApp = Omit<AppConfig, 'retry'>

/** What can be changed about an app of the database; what is left out stays, an empty text takes it away. */
export type AppChange = Partial<Omit<NewApp, 'appId' | 'domain' | 'enabled'>>

/** An app with the state of its tokens. */
export interface AppDetails extends AppInfo {
  /** One entry for each kind of token: `tenant`, `app` and `user`. */
  readonly tokens: readonly TokenState[]
}

/** The apps of a bot, `bot.apps`. What is changed is in the database: every process of the bot follows within seconds. */
export interface BotApps {
  /** The apps that are known now, without secrets. Never throws. Before `start()` or {@link load} those of the configuration. */
  list(): readonly AppInfo[]
  /**
   * Reads the apps of the database, for scripts; `start()` does it too. A database that is not there is not made.
   * @throws STORAGE_…, CREDENTIAL_KEY_… errors
   */
  load(): Promise<void>
  /**
   * Adds an app to the database. A running bot connects it at once.
   * @throws CREDENTIAL_APP_INVALID, CREDENTIAL_APP_EXISTS, CREDENTIAL_KEY_MISSING
   */
  add(app: NewApp): Promise<AppInfo>
  /**
   * Changes an app of the database. A new secret drops the app's tokens and connects it anew. The platform that an app
   * lives on (`domain`) never changes: remove it and add it again.
   * @throws CREDENTIAL_APP_INVALID, CREDENTIAL_APP_UNKNOWN, CREDENTIAL_APP_IN_CONFIG, CREDENTIAL_RECORD_BROKEN
   */
  update(appId: string, change: AppChange): Promise<AppInfo>
  /**
   * Removes an app from the database, with its tokens. Where the configuration has it too, that one stays.
   * @throws CREDENTIAL_APP_UNKNOWN, CREDENTIAL_APP_IN_CONFIG, CREDENTIAL_APP_IS_DEFAULT
   */
  remove(appId: string): Promise<void>
  /** Allows an app again, also one of the configuration. @throws CREDENTIAL_APP_UNKNOWN */
  enable(appId: string): Promise<AppInfo>
  /**
   * Takes an app out of use until it is enabled, also one of the configuration: it is disconnected, and calls are refused.
   * @throws CREDENTIAL_APP_UNKNOWN, CREDENTIAL_APP_IS_DEFAULT
   */
  disable(appId: string): Promise<AppInfo>
  /**
   * Makes an enabled app the one that calls without an app id mean. Goes before the option `defaultAppId`; undefined
   * leaves it to that option again.
   * @throws CREDENTIAL_APP_UNKNOWN, CREDENTIAL_APP_DISABLED
   */
  setDefault(appId: string | undefined): Promise<void>
  /** An app with the state of its tokens, never their values. @throws CREDENTIAL_APP_UNKNOWN */
  show(appId: string): Promise<AppDetails>
}
