import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../config/app.ts'
import { checkApps } from '../config/app-config.ts'
import { type ConfigProblem, problemsError } from '../config/config-problem.ts'
import { coreError } from '../errors/catalogue.ts'
import type { Alarm } from '../observe/alarm.ts'
import { currentScope } from '../observe/context.ts'
import type { Log } from '../observe/log.ts'
import type { AppRecord } from './app-record.ts'
import type { AppStore } from './app-store.ts'
import type { AppInfo, Apps } from './apps.ts'
import type { AppChange, AppDetails, BotApps, NewApp } from './bot-apps.ts'
import type { TokenState } from './token-row.ts'

/** What an {@link AppDirectory} needs. */
export interface AppDirectoryParts {
  readonly apps: Apps
  /** Opens the database, and makes it where there is none. */
  readonly open: () => Promise<{ readonly store: AppStore; tokens(appId: string): Promise<readonly TokenState[]> }>
  /** Whether there is a database to read, so far as one can tell without making it. */
  readonly isThere: () => boolean
  readonly environment: string
  /** Gets every secret before anything else does, to mask it. */
  readonly learn: (secret: string) => void
  /** Gets the id of every app before it is used, for the labels of metrics. */
  readonly count: (appId: string) => void
  /** Forgets the tokens of an app. */
  readonly forget: (app: App) => void
  readonly raise: (alarm: Alarm) => void
  readonly log: Log
}

/** Changes the apps of a bot in its database, and follows what other processes change there. */
export class AppDirectory implements BotApps {
  readonly #parts: AppDirectoryParts
  #revision: number | undefined
  #reading: Promise<void> = Promise.resolve()
  #follow: (() => Promise<void>) | undefined

  constructor(parts: AppDirectoryParts) {
    this.#parts = parts
  }

  /** Whether the configuration leaves open which apps there are. */
  get isNeeded(): boolean {
    return this.#parts.apps.needsStored
  }

  list(): readonly AppInfo[] {
    return this.#parts.apps.list()
  }

  async load(): Promise<void> {
    if (this.#parts.isThere()) await this.#change(async () => {})
  }

  async add(given: NewApp): Promise<AppInfo> {
    if ((given as { retry?: unknown } | undefined)?.retry !== undefined)
      throw coreError('CREDENTIAL_APP_INVALID', {
        message: 'retry cannot be stored; it is for apps of the configuration',
      })
    const app = this.#checked(given)
    const { apps } = this.#parts
    if (apps.isConfigured(app.appId))
      throw coreError('CREDENTIAL_APP_EXISTS', {
        message: `the app ${app.appId} is in the configuration`,
        hint: 'Change it where it stands, or take another App ID.',
      })
    await this.#change((store) => store.insert(app))
    return this.#info(app.appId)
  }

  async update(appId: string, change: AppChange): Promise<AppInfo> {
    if (typeof change !== 'object' || change === null || Array.isArray(change))
      throw coreError('CREDENTIAL_APP_INVALID', {
        message: `what is to be changed about ${appId} is given as an object, received ${change === null ? 'null' : typeof change}`,
      })
    await this.#change((store) => {
      this.#expectStored(appId)
      return store.update(appId, (before) => this.#checked(changed(before, change)))
    })
    return this.#info(appId)
  }

  async remove(appId: string): Promise<void> {
    await this.#change((store) => {
      const shadowed = this.#parts.apps.isShadowed(appId)
      if (!shadowed) this.#expectStored(appId)
      return store.remove(appId, shadowed)
    })
  }

  async enable(appId: string): Promise<AppInfo> {
    await this.#change((store) => store.setEnabled(this.#parts.apps.record(appId).app, true))
    return this.#info(appId)
  }

  async disable(appId: string): Promise<AppInfo> {
    await this.#change((store) => store.setEnabled(this.#parts.apps.record(appId).app, false))
    return this.#info(appId)
  }

  async setDefault(appId: string | undefined): Promise<void> {
    await this.#change((store) =>
      store.setDefault(appId, (stored) => {
        const next = this.#parts.apps.preview({ ...stored, defaultAppId: appId })
        if (appId === undefined) next.checkDefault()
        else next.get(appId)
      }),
    )
  }

  async show(appId: string): Promise<AppDetails> {
    await this.load()
    const info = this.#info(appId)
    const states = this.#parts.isThere() ? await (await this.#parts.open()).tokens(appId) : []
    return { ...info, tokens: kinds.map((kind) => states.find((state) => state.kind === kind) ?? neverAsked(kind)) }
  }

  /** Calls `follow` whenever the apps may have changed; a change by this process waits for it. Returns the remover. */
  onChange(follow: () => Promise<void>): () => void {
    this.#follow = follow
    return () => {
      this.#follow = undefined
    }
  }

  /** Looks every `everyMs` whether another process has changed the apps, until `signal` aborts. */
  async watch(everyMs: number, signal: AbortSignal): Promise<void> {
    let away = false
    while (!signal.aborted)
      try {
        await sleep(everyMs, undefined, { signal, ref: false })
        const { store } = await this.#parts.open()
        const revision = await store.revision()
        if (revision !== this.#revision) await this.#read(store)
        away = false
      } catch (error) {
        if (signal.aborted) return
        if (!away)
          this.#parts.log.warn('changes of apps cannot be seen; the bot goes on with the apps it knows', { error })
        away = true
      }
  }

  /** The apps are read before a change, so that it is checked against them, and after it. */
  async #change(change: (store: AppStore) => Promise<void>): Promise<void> {
    if (currentScope().writing)
      throw coreError('STORAGE_CALL_INSIDE_WRITE', { message: 'apps were read or changed inside database.write' })
    const { store } = await this.#parts.open()
    if ((await store.revision()) !== this.#revision) await this.#read(store)
    const before = this.#revision
    await change(store)
    if ((await store.revision()) !== before) await this.#read(store)
  }

  // One after the other: what was read first must not be taken last.
  #read(store: AppStore): Promise<void> {
    const reading = this.#reading.then(() => this.#take(store))
    this.#reading = reading.catch(() => {})
    return reading
  }

  async #take(store: AppStore): Promise<void> {
    const { apps, count, forget, raise, log } = this.#parts
    const stored = await store.read()
    for (const { app } of stored.records) {
      this.#mask(app)
      count(app.appId)
    }
    const { stale, broken, shadowed } = apps.take(stored)
    this.#revision = stored.revision
    for (const appId of shadowed)
      log.warn(`the app ${appId} is in the configuration and in the database; the configuration counts`, {
        hint: `larkspur app delete ${appId} removes that of the database`,
      })
    // Before, whoever loads the apps checks it and throws.
    if (this.#follow) this.#warnOfDefault()
    for (const app of stale) forget(app)
    for (const record of broken) raise(brokenAlarm(record))
    await this.#follow?.()
  }

  /** Refused at start and where it is chosen; what comes from another process later stops nobody. */
  #warnOfDefault(): void {
    try {
      this.#parts.apps.checkDefault()
    } catch (error) {
      this.#parts.log.warn('calls without an app id fail: the default app cannot be used', { error })
    }
  }

  #expectStored(appId: string): void {
    if (this.#parts.apps.record(appId).source === 'config')
      throw coreError('CREDENTIAL_APP_IN_CONFIG', { message: `the app ${appId} comes from the configuration` })
  }

  #info(appId: string): AppInfo {
    const info = this.list().find((each) => each.appId === appId)
    if (!info) throw this.#parts.apps.unknown(appId)
    return info
  }

  /** @throws CREDENTIAL_APP_INVALID */
  #checked(given: NewApp): App {
    const problems: ConfigProblem[] = []
    const place = (_index: number, name: string): string => name || 'app'
    const [app] = checkApps([given], place, this.#parts.environment, problems)
    if (!app || problems.length > 0) throw problemsError('The app', problems, 'CREDENTIAL_APP_INVALID')
    this.#mask(app)
    return app
  }

  #mask(app: App): void {
    for (const secret of [app.secret(), app.encryptKey(), app.verificationToken()])
      if (secret !== undefined) this.#parts.learn(secret)
  }
}

const kinds = ['tenant', 'app', 'user'] as const

function neverAsked(kind: string): TokenState {
  return { kind, count: 0, held: 0, expiresAtMs: undefined, refreshedAtMs: undefined, lastError: undefined }
}

const changeable = ['name', 'description', 'receive', 'admins', 'appSecret', 'encryptKey', 'verificationToken']

function changed({ app, problem }: AppRecord, change: AppChange): NewApp {
  const fixed = Object.keys(change).filter((field) => !changeable.includes(field))
  if (fixed.length > 0)
    throw coreError('CREDENTIAL_APP_INVALID', {
      message: `${fixed.join(', ')} of app ${app.appId} cannot be changed; ${changeable.join(', ')} can`,
    })
  const { appId, domain, enabled, name, description, receive, admins } = app
  // A new secret for a platform that somebody else wrote into the row would be sent there.
  if (problem) throw problem
  const secrets = { appSecret: app.secret(), encryptKey: app.encryptKey(), verificationToken: app.verificationToken() }
  const kept = { appId, domain, enabled, name, description, receive, admins, ...secrets }
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  // An empty secret stays empty, to be refused.
  const wanted = given.map(([field, value]) => [field, value === '' && field !== 'appSecret' ? undefined : value])
  return { ...kept, ...Object.fromEntries(wanted) }
}

function brokenAlarm({ app, problem }: AppRecord): Alarm {
  return {
    name: 'app-broken',
    appId: app.appId,
    severity: 'critical',
    message: `app ${app.appId} cannot be used: ${problem?.message}`,
    action: problem?.hint ?? 'Delete it and add it again.',
  }
}
