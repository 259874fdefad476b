import type { App } from '../config/app.ts'
import { coreError } from '../errors/catalogue.ts'

/** An app as lists show it. No secrets. */
export interface AppInfo {
  /** `cli_…` */
  readonly appId: string
  readonly name?: string | undefined
  /** Origin of the open platform that it lives on. */
  readonly domain: string
  readonly receive: 'websocket' | 'webhook' | 'none'
  /** Empty in this version: a self-built app has one tenant, which the platform tells only with each event. */
  readonly tenantKey: string
  readonly enabled: boolean
  readonly isDefault: boolean
}

/** The apps of one bot. */
export class Apps {
  readonly #apps: ReadonlyMap<string, App>
  readonly defaultAppId: string | undefined

  constructor(apps: readonly App[], defaultAppId?: string) {
    this.#apps = new Map(apps.map((app) => [app.appId, app]))
    this.defaultAppId = defaultAppId
  }

  /**
   * The app with this id.
   * @throws CREDENTIAL_APP_UNKNOWN, CREDENTIAL_APP_DISABLED
   */
  get(appId: string): App {
    const app = this.#apps.get(appId)
    if (!app) throw coreError('CREDENTIAL_APP_UNKNOWN', { message: `there is no app ${appId}; ${this.describe()}` })
    if (!app.enabled)
      throw coreError('CREDENTIAL_APP_DISABLED', { message: `app ${appId} is disabled; ${this.describe()}` })
    return app
  }

  /** The enabled apps, in the order of the configuration. */
  active(): readonly App[] {
    return [...this.#apps.values()].filter(({ enabled }) => enabled)
  }

  list(): readonly AppInfo[] {
    return [...this.#apps.values()].map(({ appId, name, domain, receive, tenantKey, enabled }) => ({
      ...{ appId, name, domain, receive, tenantKey, enabled },
      isDefault: appId === this.defaultAppId,
    }))
  }

  /** The apps in words, for errors. */
  describe(): string {
    const names = this.list().map(({ appId, name, enabled }) => {
      const details = [name, enabled ? undefined : 'disabled'].filter(Boolean).join(', ')
      return details ? `${appId} (${details})` : appId
    })
    return names.length > 0 ? `the apps are ${names.join(', ')}` : 'there are no apps'
  }
}
