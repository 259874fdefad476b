import type { App, Receive } from '../config/app.ts'
import { coreError } from '../errors/catalogue.ts'
import { type AppRecord, type AppSource, LiveApp } from './app-record.ts'

/** An app as lists show it. No secrets. */
export interface AppInfo {
  /** `cli_…` */
  readonly appId: string
  readonly name?: string | undefined
  readonly description?: string | undefined
  /** Origin of the open platform that it lives on. */
  readonly domain: string
  readonly receive: Receive
  /** Empty in this version: a self-built app has one tenant, which the platform tells only with each event. */
  readonly tenantKey: string
  readonly enabled: boolean
  readonly isDefault: boolean
  /** Only apps of the database can be updated and removed. */
  readonly source: AppSource
  /** Milliseconds since 1970; undefined for an app of the configuration. */
  readonly createdAtMs?: number | undefined
  /** When it was last changed, milliseconds since 1970; undefined for an app of the configuration that never was. */
  readonly updatedAtMs?: number | undefined
  /** What keeps the app from being used, for people: its row in the database is broken. */
  readonly problem?: string | undefined
}

/** What the database says of the apps. */
export interface StoredApps {
  /** Grows with every change. */
  readonly revision: number
  readonly defaultAppId: string | undefined
  /** Apps of the database. */
  readonly records: readonly AppRecord[]
  /** What the database says of any app, for those of the configuration too, by app id. */
  readonly overlays: ReadonlyMap<string, { readonly enabled: boolean; readonly updatedAtMs: number }>
}

/** What became different when the database was read again. */
export interface AppChanges {
  /** Apps that had another secret before, or are gone now: their tokens are no longer wanted. */
  readonly stale: readonly App[]
  /** Apps that cannot be used since now, for the reason in their record. */
  readonly broken: readonly AppRecord[]
  /** Ids of apps that are in the configuration and in the database. */
  readonly shadowed: readonly string[]
}

/** The apps of one bot: those of the configuration, and those of the database once it was read. Changes nothing itself. */
export class Apps {
  readonly #configured: readonly App[]
  readonly #configuredDefault: string | undefined
  #apps: ReadonlyMap<string, LiveApp>
  /** Every app that there ever was: one that comes again is the same object, for whoever still holds it. */
  readonly #known: Map<string, LiveApp>
  #defaultAppId: string | undefined
  #shadowed: ReadonlySet<string> = new Set()

  constructor(configured: readonly App[], defaultAppId?: string) {
    this.#configured = configured
    this.#configuredDefault = defaultAppId
    this.#known = new Map(configured.map((app) => [app.appId, new LiveApp({ app, source: 'config' })]))
    this.#apps = new Map(this.#known)
    this.#defaultAppId = defaultAppId
  }

  /** The default that the database names, else the one of the configuration. */
  get defaultAppId(): string | undefined {
    return this.#defaultAppId
  }

  /**
   * The app with this id.
   * @throws CREDENTIAL_APP_ID_INVALID, CREDENTIAL_APP_UNKNOWN, CREDENTIAL_APP_DISABLED, CREDENTIAL_RECORD_BROKEN
   */
  get(appId: string): App {
    const app = this.#apps.get(appId)
    if (app?.enabled) return app
    if (app?.record.problem) throw app.record.problem
    if (app) throw coreError('CREDENTIAL_APP_DISABLED', { message: `app ${appId} is disabled; ${this.describe()}` })
    throw this.unknown(appId)
  }

  /** The error for an id that no app has. */
  unknown(appId: string): Error {
    if (/^cli_[0-9a-f]{16}$/.test(appId))
      return coreError('CREDENTIAL_APP_UNKNOWN', { message: `there is no app ${appId}; ${this.describe()}` })
    // A secret in the wrong place is not printed. A variable that is not set comes as undefined, whatever the types say.
    const received = typeof appId !== 'string' ? typeof appId : describeId(appId)
    const message = `an app id is cli_ and 16 hex digits, received ${received}; ${this.describe()}`
    return coreError('CREDENTIAL_APP_ID_INVALID', { message })
  }

  /** What is known about an app, enabled or not. @throws CREDENTIAL_APP_ID_INVALID, CREDENTIAL_APP_UNKNOWN */
  record(appId: string): AppRecord {
    const app = this.#apps.get(appId)
    if (!app) throw this.unknown(appId)
    return app.record
  }

  /** The apps that can be used; those of the configuration first, each group in its order. */
  active(): readonly LiveApp[] {
    return [...this.#apps.values()].filter(({ enabled }) => enabled)
  }

  list(): readonly AppInfo[] {
    return [...this.#apps.values()].map((app) => {
      const { appId, name, description, domain, receive, tenantKey, record } = app
      const { source, createdAtMs, updatedAtMs, problem } = record
      return {
        ...{ appId, name, description, domain, receive, tenantKey },
        enabled: app.enabled,
        isDefault: appId === this.#defaultAppId,
        ...{ source, createdAtMs, updatedAtMs, problem: problem?.message },
      }
    })
  }

  /** @throws CREDENTIAL_DEFAULT_APP_INVALID when the default is no app, or a disabled one */
  checkDefault(): void {
    const appId = this.#defaultAppId
    if (appId === undefined) return
    const app = this.#apps.get(appId)
    // A broken default stops nobody but the calls that mean it.
    if (app?.enabled || app?.record.problem) return
    const state = app ? 'is disabled' : 'is none of the apps'
    throw coreError('CREDENTIAL_DEFAULT_APP_INVALID', {
      message: `the default app ${appId} ${state}; ${this.describe()}`,
    })
  }

  /** Whether the configuration leaves open which apps there are: it names none, or a default that it lacks or disables. */
  get needsStored(): boolean {
    if (this.#configured.length === 0) return true
    const named = this.#configuredDefault
    return named !== undefined && !this.#configured.some(({ appId, enabled }) => appId === named && enabled)
  }

  /** Whether the configuration names this app. */
  isConfigured(appId: string): boolean {
    return this.#configured.some((app) => app.appId === appId)
  }

  /** Whether the database has the same app as the configuration, which counts. */
  isShadowed(appId: string): boolean {
    return this.#shadowed.has(appId)
  }

  /** Lays what the database says over the configuration. Apps that go on are the same objects as before. */
  take(stored: StoredApps): AppChanges {
    const before = this.#apps
    const shadowed = stored.records.map(({ app }) => app.appId).filter((appId) => this.isConfigured(appId))
    this.#shadowed = new Set(shadowed)
    const records = new Map<string, AppRecord>()
    for (const app of this.#configured) {
      const { enabled = app.enabled, updatedAtMs } = stored.overlays.get(app.appId) ?? {}
      records.set(app.appId, { app: { ...app, enabled }, source: 'config', updatedAtMs })
    }
    for (const record of stored.records) {
      if (!this.#shadowed.has(record.app.appId)) records.set(record.app.appId, record)
    }
    const stale: App[] = []
    const broken: AppRecord[] = []
    const apps = new Map<string, LiveApp>()
    for (const [appId, record] of records) {
      const live = this.#known.get(appId) ?? new LiveApp(record)
      const { app, problem } = live.record
      if (record.problem && (!before.has(appId) || problem?.message !== record.problem.message)) broken.push(record)
      if (app.secret() !== record.app.secret() || app.domain !== record.app.domain) stale.push(live)
      live.record = record
      this.#known.set(appId, live)
      apps.set(appId, live)
    }
    for (const [appId, gone] of before) {
      if (apps.has(appId)) continue
      // Who still holds it finds it disabled.
      gone.record = { ...gone.record, app: { ...gone.record.app, enabled: false } }
      stale.push(gone)
    }
    this.#apps = apps
    this.#defaultAppId = stored.defaultAppId ?? this.#configuredDefault
    return { stale, broken, shadowed }
  }

  /** What the apps would be with this in the database. */
  preview(stored: StoredApps): Apps {
    const next = new Apps(this.#configured, this.#configuredDefault)
    next.take(stored)
    return next
  }

  /** The apps in words, for errors. */
  describe(): string {
    const names = this.list().map(({ appId, name, enabled, problem }) => {
      const details = [name, problem ? 'broken' : enabled ? undefined : 'disabled'].filter(Boolean).join(', ')
      return details ? `${appId} (${details})` : appId
    })
    return names.length > 0 ? `the apps are ${names.join(', ')}` : 'there are no apps'
  }
}

function describeId(text: string): string {
  return text.startsWith('cli_') ? JSON.stringify(text.slice(0, 40)) : `${text.length} characters`
}
