import { createClients } from '../api/clients.ts'
import { createTransport } from '../api/transport.ts'
import type { ResolvedConfig } from '../config/origins.ts'
import { Container } from '../container.ts'
import { AppDirectory } from '../credentials/app-directory.ts'
import { AppStore } from '../credentials/app-store.ts'
import { Apps } from '../credentials/apps.ts'
import { CredentialPool } from '../credentials/credential-pool.ts'
import type { KeyRing } from '../credentials/key-ring.ts'
import { noteKey, openKeyRing } from '../credentials/open-key-ring.ts'
import { tokenStates } from '../credentials/token-row.ts'
import { TokenStore } from '../credentials/token-store.ts'
import { Handlers } from '../dispatch/handlers.ts'
import { createHealthChecks } from '../http/health-checks.ts'
import { createHttpServer } from '../http/server.ts'
import { openInbox } from '../inbox/open-inbox.ts'
import type { Alarm } from '../observe/alarm.ts'
import { Alarms } from '../observe/alarms.ts'
import { createEventBus } from '../observe/event-bus.ts'
import { declareKernelMetrics } from '../observe/kernel-metrics.ts'
import { createLog } from '../observe/pino-log.ts'
import { declareProcessMetrics } from '../observe/process-metrics.ts'
import { createMetrics } from '../observe/prom-metrics.ts'
import { createSecrets } from '../observe/redact.ts'
import { pluginRecord } from '../plugin/define-plugin.ts'
import { PluginHost } from '../plugin/plugin-host.ts'
import type { Database } from '../storage/database.ts'
import { openDatabase } from '../storage/open-database.ts'
import { keySources } from './key-sources.ts'
import { migrationSets } from './migration-sets.ts'
import { type BotBus, part } from './parts.ts'
import { pluginServices } from './plugin-services.ts'
import { StorageParts } from './storage-parts.ts'

/** Builds the container of one bot. Nothing is opened but the log. */
export async function composeParts(
  config: ResolvedConfig,
  plugins: readonly unknown[],
  logTo: { write(line: string): void } | undefined,
): Promise<Container> {
  const { options } = config
  const parts = new Container()
  const secrets = createSecrets()
  for (const secret of config.secrets()) secrets.learn(secret, 'key')
  const log = await createLog({ ...options.log, secrets, destination: logTo })
  const names = plugins.flatMap((plugin) => pluginRecord(plugin)?.name ?? [])
  let ring: KeyRing | undefined

  return parts
    .provide(part.config, () => config)
    .provide(part.secrets, () => secrets)
    .provide(part.log, () => Object.assign(log, { [Symbol.asyncDispose]: () => log.close() }))
    .provide(part.registry, () =>
      createMetrics({
        appIds: config.apps.map(({ appId }) => appId),
        pluginNames: ['bot', ...names],
        enabled: options.metrics.enabled,
        onProblem: (message, error) => log.warn(message, { error }),
      }),
    )
    .provide(part.metrics, () => {
      const { kernel } = parts.get(part.registry)
      return Object.assign(declareKernelMetrics(kernel), { [Symbol.dispose]: declareProcessMetrics(kernel) })
    })
    .provide(
      part.bus,
      (): BotBus =>
        createEventBus((name, error) => log.error('a listener of a fact failed', { fact: String(name), error })),
    )
    .provide(part.apps, () => new Apps(config.apps, options.defaultAppId))
    .provide(part.directory, () => {
      const storage = parts.get(part.storage)
      return new AppDirectory({
        apps: parts.get(part.apps),
        open: async () => {
          const database = await storage.openDatabase()
          const store = new AppStore({ database, ring, usualDefault: options.defaultAppId })
          return { store, tokens: (appId) => tokenStates(database, appId) }
        },
        isThere: () => storage.isThere,
        environment: options.environment,
        learn: (secret) => secrets.learn(secret, 'key'),
        count: (appId) => parts.get(part.registry).addApp(appId),
        forget: (app) => parts.get(part.credentials).forget(app),
        raise: (alarm) => parts.get(part.alarms).raise(alarm),
        log,
      })
    })
    .provide(part.alarms, () => {
      const admins = (appId: string | undefined): readonly string[] =>
        parts
          .get(part.apps)
          .active()
          .filter((app) => appId === undefined || app.appId === appId)
          .flatMap((app) => app.admins)
      return new Alarms({ bus: parts.get(part.bus), metrics: parts.get(part.metrics), log, admins })
    })
    .provide(part.storage, () => {
      const settings = { ...options.database, clockOffsetMs: options.clock.offsetMs }
      return new StorageParts(settings, {
        database: async () => {
          const migrations = migrationSets(plugins)
          const inspect = async (database: Database): Promise<void> => {
            ring = await openKeyRing(database, keySources(options), (text) => secrets.learn(text, 'key'))
          }
          const migrate = options.database.migrate
          const database = await openDatabase(settings, { migrations, migrate, inspect, log })
          try {
            if (ring) {
              await noteKey(database, ring)
              const leaseMs = options.api.timeoutMs + 5000
              const raise = (alarm: Alarm): void => parts.get(part.alarms).raise(alarm)
              const store = new TokenStore({ database, ring, log, raise, leaseMs, maskText: secrets.maskText })
              parts.get(part.credentials).keepIn(store, log)
            }
            return database
          } catch (error) {
            await database[Symbol.asyncDispose]()
            throw error
          }
        },
        inbox: (hold) => openInbox(settings, { hold, migrate: options.database.migrate, log }),
      })
    })
    .provide(part.transport, () => createTransport({ ...options.api, proxy: options.proxy }))
    .provide(part.credentials, () => {
      // Built before the pool, so that they are closed after it: a refresh on its way needs both.
      const [transport, storage, apps] = [parts.get(part.transport), parts.get(part.storage), parts.get(part.apps)]
      return new CredentialPool({
        post: (url, body) => transport.postJson(url, body),
        bus: parts.get(part.bus),
        metrics: parts.get(part.metrics),
        secrets,
        refreshAhead: options.credentials.refreshAhead,
        app: (appId) => apps.get(appId),
        openStore: () => storage.openDatabase(),
      })
    })
    .provide(part.clients, () =>
      createClients({
        transport: parts.get(part.transport),
        pool: parts.get(part.credentials),
        options: options.api,
        retry: config.retry,
        share: () => parts.get(part.instances).share,
        metrics: parts.get(part.metrics),
        log,
        claimEffect: async (appId, key) => (await parts.get(part.storage).inbox()).claimEffect(appId, key),
      }),
    )
    .provide(part.handlers, () => new Handlers())
    .provide(part.health, () => createHealthChecks({ secrets }))
    .provide(part.contracts, () => ({ scheduler: undefined }))
    .provide(part.webhook, () => ({ receive: undefined }))
    .provide(part.instances, () => ({ share: { instances: 1, index: 0 } }))
    .provide(part.work, () => ({ poke: undefined }))
    .provide(part.http, () =>
      createHttpServer({
        http: options.http,
        health: parts.get(part.health),
        metrics: options.metrics.enabled ? parts.get(part.registry) : undefined,
        webhook: async (appId, request) =>
          (await parts.get(part.webhook).receive?.(appId, request)) ?? new Response(null, { status: 503 }),
        log,
      }),
    )
    .provide(part.plugins, () => new PluginHost(pluginServices(parts, names), options.lifecycle.phaseTimeoutMs))
}
