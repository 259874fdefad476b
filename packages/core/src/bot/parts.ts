import type { AppClients } from '../api/clients.ts'
import type { InstanceShare } from '../api/rate-limits.ts'
import type { Transport } from '../api/transport.ts'
import type { ResolvedConfig } from '../config/origins.ts'
import { token } from '../container.ts'
import type { AppDirectory } from '../credentials/app-directory.ts'
import type { Apps } from '../credentials/apps.ts'
import type { CredentialPool } from '../credentials/credential-pool.ts'
import type { Handlers } from '../dispatch/handlers.ts'
import type { JobScheduler } from '../dispatch/job.ts'
import type { HealthChecks } from '../http/health-checks.ts'
import type { HttpServer } from '../http/server.ts'
import type { Alarms } from '../observe/alarms.ts'
import type { EventBus, KernelFacts } from '../observe/event-bus.ts'
import type { KernelMetrics } from '../observe/kernel-metrics.ts'
import type { KernelLog } from '../observe/pino-log.ts'
import type { MetricsRegistry } from '../observe/prom-metrics.ts'
import type { Secrets } from '../observe/redact.ts'
import type { PluginHost } from '../plugin/plugin-host.ts'
import type { StorageParts } from './storage-parts.ts'

/** The bus of one bot: facts of the kernel, and those that its plugins emit. */
export type BotBus = EventBus<KernelFacts & Record<string, unknown>>

/** Contracts that plugins filled. */
export interface FilledContracts {
  scheduler: JobScheduler | undefined
}

/** Listens to where the webhook is served; set while the bot runs. */
export interface WebhookDoor {
  receive: ((appId: string, request: Request) => Promise<Response>) | undefined
}

/** Tells the dispatcher of new work that it need not look for; set while the bot works. */
export interface WorkBell {
  poke: (() => void) | undefined
}

/** How many instances of the bot live, this one included; set while it runs. */
export interface LiveInstances {
  share: InstanceShare
}

/** The parts of one bot, by typed token. */
export const part = {
  config: token<ResolvedConfig>('config'),
  secrets: token<Secrets>('secrets'),
  log: token<KernelLog>('log'),
  registry: token<MetricsRegistry>('metrics registry'),
  metrics: token<KernelMetrics>('metrics'),
  bus: token<BotBus>('event bus'),
  alarms: token<Alarms>('alarms'),
  apps: token<Apps>('apps'),
  directory: token<AppDirectory>('app directory'),
  credentials: token<CredentialPool>('credential pool'),
  transport: token<Transport>('transport'),
  clients: token<AppClients>('api clients'),
  handlers: token<Handlers>('handlers'),
  health: token<HealthChecks>('health checks'),
  http: token<HttpServer>('http server'),
  storage: token<StorageParts>('storage'),
  contracts: token<FilledContracts>('contracts'),
  webhook: token<WebhookDoor>('webhook'),
  work: token<WorkBell>('work'),
  instances: token<LiveInstances>('instances'),
  plugins: token<PluginHost>('plugin host'),
} as const
