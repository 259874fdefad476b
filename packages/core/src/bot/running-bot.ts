import { randomUUID } from 'node:crypto'
import { closestName } from '../config/closest-name.ts'
import type { Container } from '../container.ts'
import { Callbacks } from '../dispatch/callback.ts'
import { Dispatcher } from '../dispatch/dispatcher.ts'
import { EventRunner } from '../dispatch/event-runner.ts'
import { Instances } from '../dispatch/instances.ts'
import { Intake } from '../dispatch/intake.ts'
import { coreError } from '../errors/catalogue.ts'
import { isLarkspurError } from '../errors/larkspur-error.ts'
import { platformEventTypes } from '../generated/platform-event-types.ts'
import type { InboxStore, Settlement, StoredEvent } from '../inbox/inbox-store.ts'
import { sweepInbox } from '../inbox/inbox-sweep.ts'
import { AppLinks } from './app-links.ts'
import type { HandlerFailure } from './bot.ts'
import { requireKey } from './key-sources.ts'
import { part } from './parts.ts'

/**
 * What runs between `start()` and `close()`. Every part that starts puts its end on a stack, so that a start that
 * fails half way and a close do the same: everything is ended in reverse.
 */
export class RunningBot {
  readonly #parts: Container
  readonly #reportFailure: (failure: HandlerFailure) => void
  readonly #stack = new AsyncDisposableStack()
  #cancelled = false

  constructor(parts: Container, reportFailure: (failure: HandlerFailure) => void) {
    this.#parts = parts
    this.#reportFailure = reportFailure
  }

  async start(): Promise<void> {
    try {
      await this.#start()
    } catch (error) {
      // The first cause is the one that counts; what fails while closing is logged.
      await this.stop().catch((closing: unknown) =>
        this.#parts.get(part.log).error('closing after a failed start failed too', { error: closing }),
      )
      throw error
    }
  }

  /** Makes a start that is under way give up at its next step. */
  cancel(): void {
    this.#cancelled = true
  }

  /** Ends everything that was started, in reverse. */
  stop(): Promise<void> {
    return this.#stack.disposeAsync()
  }

  #goOn(): void {
    if (this.#cancelled) throw coreError('BOT_CLOSED', { message: 'the bot was closed while it was starting' })
  }

  async #start(): Promise<void> {
    const parts = this.#parts
    const { options } = parts.get(part.config)
    const log = parts.get(part.log)
    const health = parts.get(part.health)
    const plugins = parts.get(part.plugins)
    const storage = parts.get(part.storage)
    const http = parts.get(part.http)
    const apps = parts.get(part.apps)

    requireKey(options)
    const database = await storage.openDatabase()
    this.#goOn()
    this.#stack.defer(
      health.add('database', async () => {
        await database.ping()
        return { status: 'up', message: database.flavour }
      }),
    )
    await parts.get(part.directory).load()
    apps.checkDefault()
    this.#goOn()
    this.#stack.defer(() => http.close())
    await http.listen(options.receive && apps.active().some(({ receive }) => receive === 'webhook'))
    this.#goOn()
    const store = await this.#openInbox()
    this.#goOn()
    // Plugins close when no handler runs any more, and before what their hooks may still use.
    this.#stack.defer(() => plugins.close())
    parts.get(part.handlers).seal()
    this.#warnOfUnknownTypes()
    await plugins.ready()
    this.#goOn()
    await this.#run(store)
    this.#goOn()
    this.#watchApps(options.credentials.appPollMs)
    const appIds = apps.active().map(({ appId }) => appId)
    health.setPhase('running')
    parts.get(part.bus).emit('bot:started', { appIds })
    log.info('started', { apps: appIds.length, plugins: plugins.names, environment: options.environment })
  }

  /** Follows what other processes change about the apps. */
  #watchApps(everyMs: number): void {
    const closing = new AbortController()
    const watched = this.#parts.get(part.directory).watch(everyMs, closing.signal)
    this.#stack.defer(async () => {
      closing.abort()
      await watched
    })
  }

  /** A mistyped event type would never be heard of again. */
  #warnOfUnknownTypes(): void {
    for (const type of this.#parts.get(part.handlers).eventTypes()) {
      if (platformEventTypes.includes(type)) continue
      const nearest = closestName(type, platformEventTypes)
      const meant = nearest ? `; did you mean ${nearest}?` : ''
      this.#parts
        .get(part.log)
        .warn(`a handler is registered for ${type}, an event type that Larkspur does not know${meant}`)
    }
  }

  async #openInbox(): Promise<InboxStore> {
    const storage = this.#parts.get(part.storage)
    const health = this.#parts.get(part.health)
    const registry = this.#parts.get(part.registry)
    const metrics = this.#parts.get(part.metrics)
    const store = await storage.holdInbox()
    this.#stack.defer(() => storage.closeInbox())
    this.#stack.defer(
      health.add('inbox', async () => {
        await store.ping()
        return { status: 'up', message: 'events are stored' }
      }),
    )
    registry.kernel.onScrape(async () => {
      if (!storage.held) return
      const counts = new Map((await store.counts()).map((count) => [count.appId, count]))
      // An app whose last event was settled has no row any more: its values go back to 0.
      for (const { appId } of this.#parts.get(part.apps).list()) {
        const { ready = 0, waiting = 0, dead = 0, oldestReadyMs = 0 } = counts.get(appId) ?? {}
        metrics.inboxEvents.set({ app: appId, state: 'ready' }, ready)
        metrics.inboxEvents.set({ app: appId, state: 'waiting' }, waiting)
        metrics.inboxEvents.set({ app: appId, state: 'dead' }, dead)
        metrics.inboxOldestSeconds.set({ app: appId }, oldestReadyMs / 1000)
      }
    })
    return store
  }

  /** Starts what handles events, then what brings them. */
  async #run(store: InboxStore): Promise<void> {
    const parts = this.#parts
    const { options } = parts.get(part.config)
    const { inbox, dispatch } = options
    const [log, bus, metrics] = [parts.get(part.log), parts.get(part.bus), parts.get(part.metrics)]
    const [handlers, plugins] = [parts.get(part.handlers), parts.get(part.plugins)]
    const apps = parts.get(part.apps)
    const owner = { id: randomUUID(), leaseMs: inbox.leaseMs }

    const describe = (error: unknown): string => parts.get(part.secrets).maskText(errorText(error))
    const runner = new EventRunner(handlers, dispatch, (failure) => this.#failed(failure), describe)
    const dispatcher = new Dispatcher({
      owner,
      store,
      runner,
      options: { ...dispatch, ...inbox },
      // Ticks belong to no app.
      filter: () => ({ appIds: ['', ...apps.active().map(({ appId }) => appId)], names: handlers.workNames() }),
      onSettled: (event, settlement, startedAt) => this.#settled(event, settlement, startedAt),
      log,
    })
    const callbacks = new Callbacks({
      ...{ store, handlers, metrics, log, owner },
      callbackTimeoutMs: dispatch.callbackTimeoutMs,
      handlerTimeoutMs: dispatch.handlerTimeoutMs,
      onFailure: (failure) => this.#failed({ ...failure, next: 'none' }),
    })
    const { storeTimeoutMs } = inbox
    const intake = new Intake({ store, dispatcher, handlers, callbacks, metrics, bus, log, storeTimeoutMs })

    const live = parts.get(part.instances)
    const instances = new Instances(store, metrics, log, owner.id, plugins.names, (share) => {
      live.share = share
    })
    this.#stack.defer(() => instances.stop())
    await instances.start()
    this.#stack.defer(sweepInbox(store, { doneMs: inbox.dedupeMs, deadMs: inbox.deadLetterMs }, log))
    this.#stack.defer(async () => {
      await Promise.all([dispatcher.drain(), callbacks.drain(dispatch.drainMs)])
    })
    if (options.work) {
      dispatcher.start()
      parts.get(part.work).poke = () => dispatcher.poke()
      this.#schedule(store)
    }
    await this.#connect(intake)
  }

  #schedule(store: InboxStore): void {
    const { scheduler } = this.#parts.get(part.contracts)
    const jobs = this.#parts.get(part.handlers).jobs()
    if (!scheduler) {
      if (jobs.length > 0)
        this.#parts.get(part.log).warn('jobs are declared but nothing schedules them: add plugin-scheduler', {
          jobs: jobs.map(({ name }) => name),
        })
      return
    }
    const closing = new AbortController()
    this.#stack.defer(() => closing.abort())
    const tick = async (jobId: string, dueAtMs: number): Promise<'stored' | 'known'> => {
      const type = `job:${jobId}`
      const body = JSON.stringify({ dueAtMs })
      // No app: the same row on every instance, whichever apps it has.
      const row = { appId: '', key: `${type}:${dueAtMs}`, kind: 'tick', type, lane: type, tenantKey: '', body } as const
      const { outcome } = await store.put(row, undefined)
      if (outcome === 'stored') this.#parts.get(part.work).poke?.()
      return outcome
    }
    scheduler.schedule(jobs, tick, closing.signal)
  }

  async #connect(intake: Intake): Promise<void> {
    const parts = this.#parts
    const [bus, plugins, webhook] = [parts.get(part.bus), parts.get(part.plugins), parts.get(part.webhook)]
    this.#stack.defer(bus.observe('connection:open', ({ appId, downMs }) => void plugins.connected({ appId, downMs })))
    const links = new AppLinks(parts, intake)
    const inside = new Set<Promise<Response>>()
    webhook.receive = async (appId, request) => {
      const answer = links.receive(appId, request)
      inside.add(answer)
      return answer.finally(() => inside.delete(answer))
    }
    this.#stack.defer(async () => {
      webhook.receive = undefined
      // Each is limited by the time that storing may take.
      await Promise.allSettled(inside)
    })
    this.#stack.defer(() => links.close())
    this.#stack.defer(parts.get(part.directory).onChange(() => links.follow()))
    await links.start()
  }

  #settled(event: StoredEvent, settlement: Settlement, startedAt: number): void {
    const { appId, key, type, kind } = event
    const metrics = this.#parts.get(part.metrics)
    const durationMs = performance.now() - startedAt
    const outcome = ({ done: 'handled', retry: 'retried', dead: 'dead', waiting: 'waiting' } as const)[
      settlement.outcome
    ]
    metrics.runsTotal.add({ app: appId, outcome })
    metrics.runSeconds.observe({ kind }, durationMs / 1000)
    const bus = this.#parts.get(part.bus)
    if (settlement.outcome === 'done') {
      // A task or a job has one handler, the first callback handler that answers is the last.
      const handlers = kind === 'event' ? this.#parts.get(part.handlers).events(type).length : 1
      bus.emit('event:handled', { appId, key, type, handlers, durationMs })
    } else if (settlement.outcome === 'waiting') bus.emit('event:parked', { appId, key, type })
    if (kind === 'tick' && settlement.outcome !== 'waiting') {
      const outcome = settlement.outcome === 'done' ? 'ok' : 'error'
      bus.emit('job:finished', { job: type.slice('job:'.length), outcome, durationMs })
    }
    if (settlement.outcome === 'dead')
      this.#parts.get(part.alarms).raise({
        name: 'dead-letter',
        appId: appId || undefined,
        severity: 'warning',
        message: `${type} ${key} was given up after ${event.attempts + 1} attempts`,
        action: 'See the log for the cause, correct the handler, then retry the dead letter.',
      })
  }

  #failed(failure: {
    readonly event: StoredEvent
    readonly plugin: string
    readonly handler: string
    readonly error: unknown
    readonly next: 'retry' | 'dead' | 'none'
  }): void {
    const { event, plugin, handler, error, next } = failure
    const { appId, key, type } = event
    const attempt = event.attempts + 1
    const platform = isLarkspurError(error) ? error.platform : undefined
    this.#parts.get(part.metrics).handlerErrorsTotal.add({ plugin })
    const fields = { appId, plugin, handler, event: key, type, attempt, next, logId: platform?.logId, error }
    this.#parts.get(part.log).error('a handler failed', fields)
    if (next !== 'none') this.#parts.get(part.bus).emit('event:failed', { appId, key, type, handler, error, next })
    const thrown =
      error instanceof Error
        ? error
        : coreError('DISPATCH_THROWN_VALUE', { message: `${handler} threw ${String(error)}` })
    const reported = { error: thrown, handler, plugin, appId, attempt, next, logId: platform?.logId }
    this.#reportFailure({ ...reported, eventKey: key, eventType: type })
  }
}

/** The text that is stored with a dead letter. */
function errorText(error: unknown): string {
  const text = isLarkspurError(error)
    ? `${error.code}: ${error.message}`
    : error instanceof Error
      ? `${error.name}: ${error.message}`
      : String(error)
  return text.length > 2000 ? `${text.slice(0, 2000)} … (cut at 2000 characters)` : text
}
