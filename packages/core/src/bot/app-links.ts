import { declareLinkMetrics, type LinkMetrics } from '../connection/link-metrics.ts'
import { createSupervisor } from '../connection/supervisor.ts'
import type { Container } from '../container.ts'
import { type LiveApp, receivesAlike } from '../credentials/app-record.ts'
import type { Intake } from '../dispatch/intake.ts'
import { isLarkspurError, type LarkspurError } from '../errors/larkspur-error.ts'
import { createWebhook, declareWebhookMetrics, type WebhookMetrics } from '../webhook/route.ts'
import { part } from './parts.ts'

/** Failures that repeating does not cure. */
const lasting: ReadonlySet<string> = new Set(['config', 'authentication'])

/** How long a link gets to finish its stores, milliseconds; each is bounded by inbox.storeTimeoutMs anyway. */
const linkDrainMs = 2500

/** What one app receives by. */
interface OpenApp {
  /** The record that it was opened with. */
  readonly app: LiveApp['record']['app']
  /** Resolves with why nothing arrives yet, or undefined. */
  readonly started: Promise<LarkspurError | undefined>
  close(): Promise<void>
}

/**
 * Links and webhook doors of the apps of a running bot: one for each app that is in use, opened and closed as apps come,
 * change and go. What fails for one app is told and leaves the others alone.
 */
export class AppLinks {
  readonly #parts: Container
  readonly #intake: Intake
  readonly #open = new Map<string, OpenApp>()
  readonly #doors = new Map<string, (request: Request) => Promise<Response>>()
  readonly #links: LinkMetrics
  readonly #refused: WebhookMetrics
  #following: Promise<void> = Promise.resolve()
  #closed = false

  constructor(parts: Container, intake: Intake) {
    this.#parts = parts
    this.#intake = intake
    this.#refused = declareWebhookMetrics(parts.get(part.registry).kernel)
    this.#links = declareLinkMetrics(parts.get(part.registry).kernel)
  }

  /**
   * Opens what the apps receive by; resolves when every first attempt has ended.
   * @throws the first lasting failure, when no app at all can ever receive
   */
  async start(): Promise<void> {
    const apps = this.#parts.get(part.apps).active()
    const opened = apps.map((app) => this.#openApp(app))
    const failures = await Promise.all(opened.map(({ started }) => started))
    // One bad app never stops the others; a bot none of whose apps can ever be linked is a mistake to report.
    const fatal = failures.filter((failure) => failure !== undefined && lasting.has(failure.category))
    if (fatal.length > 0 && fatal.length === apps.length) throw fatal[0]
  }

  /** Makes open what is in use now. Resolves when what is not has been closed; what is new connects by itself. */
  follow(): Promise<void> {
    this.#following = this.#following.then(() => this.#follow())
    return this.#following
  }

  /** The door of one app; 404 where there is none. */
  receive(appId: string, request: Request): Promise<Response> {
    return this.#doors.get(appId)?.(request) ?? Promise.resolve(new Response(null, { status: 404 }))
  }

  /** Closes everything; nothing is opened any more. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#following
    await Promise.all([...this.#open.keys()].map((appId) => this.#closeApp(appId)))
  }

  async #follow(): Promise<void> {
    const apps = this.#parts.get(part.apps).active()
    const gone = [...this.#open].filter(([appId, open]) => {
      const now = apps.find((app) => app.appId === appId)
      return !now || !receivesAlike(open.app, now.record.app)
    })
    await Promise.all(gone.map(([appId]) => this.#closeApp(appId)))
    if (this.#closed) return
    const log = this.#parts.get(part.log)
    for (const app of apps) {
      if (this.#open.has(app.appId)) continue
      this.#openApp(app).started.catch((error: unknown) =>
        log.error('an app could not be opened', { appId: app.appId, error }),
      )
    }
  }

  async #closeApp(appId: string): Promise<void> {
    const open = this.#open.get(appId)
    this.#open.delete(appId)
    const log = this.#parts.get(part.log)
    try {
      await open?.close()
      log.debug('app closed', { appId })
    } catch (error) {
      log.error('an app could not be closed cleanly', { appId, error })
    }
  }

  #openApp(app: LiveApp): OpenApp {
    const { appId, receive, domain, record } = app
    this.#parts.get(part.log).debug('app', { appId, receive, domain })
    const closing = new AsyncDisposableStack()
    const started = this.#start(app, closing).catch((error: unknown) => this.#failed(app, error, closing))
    const open = { app: record.app, started, close: () => closing.disposeAsync() }
    this.#open.set(appId, open)
    return open
  }

  async #start(app: LiveApp, closing: AsyncDisposableStack): Promise<LarkspurError | undefined> {
    if (!this.#parts.get(part.config).options.receive) return undefined
    if (app.receive === 'webhook') await this.#openDoor(app, closing)
    if (app.receive === 'websocket') return this.#link(app, closing)
    return undefined
  }

  async #openDoor(app: LiveApp, closing: AsyncDisposableStack): Promise<void> {
    const log = this.#parts.get(part.log)
    const door = createWebhook({
      ...{ app, log, refused: this.#refused },
      receive: (raw) => this.#intake.receive(raw, app),
    })
    this.#doors.set(app.appId, door)
    closing.defer(() => void this.#doors.delete(app.appId))
    await this.#parts.get(part.http).serveWebhooks()
  }

  #link(app: LiveApp, closing: AsyncDisposableStack): Promise<LarkspurError | undefined> {
    const parts = this.#parts
    const { options } = parts.get(part.config)
    const supervisor = createSupervisor({
      app,
      receive: (envelope) => this.#intake.receive(envelope, app),
      connection: options.connection,
      proxy: options.proxy,
      ...{ bus: parts.get(part.bus), log: parts.get(part.log) },
      raise: (alarm) => parts.get(part.alarms).raise(alarm),
      metrics: this.#links,
    })
    closing.defer(async () => {
      await supervisor.close({ drainMs: linkDrainMs })
      // A link that nobody wants is not down.
      this.#links.up.remove({ app: app.appId })
    })
    closing.defer(parts.get(part.health).add(`connection:${app.appId}`, () => supervisor.health()))
    return supervisor.start()
  }

  /** What keeps an app from being opened at all: keys that are missing, a port that is taken. */
  #failed({ appId }: LiveApp, error: unknown, closing: AsyncDisposableStack): LarkspurError {
    if (!isLarkspurError(error)) throw error
    const { message, hint } = error
    this.#parts.get(part.alarms).raise({
      ...{ name: 'app-not-receiving', appId, severity: 'critical', message },
      action: hint ?? 'Correct the app; the others go on.',
    })
    const check = this.#parts.get(part.health).add(`connection:${appId}`, () => ({ status: 'down', message }))
    if (closing.disposed) check()
    else closing.defer(check)
    return error
  }
}
