import type { AppClient } from '../api/call.ts'
import type { AppInfo } from '../credentials/apps.ts'
import type { Handlers } from '../dispatch/handlers.ts'
import type { Remove, WakeOptions } from '../dispatch/platform-event.ts'
import type { EnqueueOptions } from '../dispatch/task.ts'
import type { HealthAnswer } from '../http/health.ts'
import type { Route } from '../http/routes.ts'
import type { Alarm } from '../observe/alarm.ts'
import type { EventBus, KernelFacts } from '../observe/event-bus.ts'
import type { Log } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Database } from '../storage/database.ts'
import type { Contracts, PluginCredentials } from './setup-context.ts'

/** What the kernel gives to plugins, before it is cut to size for each of them. */
export interface PluginServices {
  readonly handlers: Handlers
  readonly bus: EventBus<KernelFacts & Record<string, unknown>>
  readonly log: Log
  /** `larkspur_<plugin>_…`; the remover takes the plugin's metrics out again. */
  metrics(plugin: string): { readonly metrics: Metrics; readonly remove: Remove }
  database(): Database
  credentials(defaultAppId: string | undefined): PluginCredentials
  app(appId: string | undefined, defaultAppId: string | undefined): AppClient
  withApp<T>(appId: string, fn: () => T): T
  apps(): readonly AppInfo[]
  appIds(): readonly string[]
  alarm(alarm: Alarm): void
  route(plugin: string, route: Route): Remove
  healthCheck(name: string, check: () => HealthAnswer | Promise<HealthAnswer>): Remove
  fill<Name extends keyof Contracts>(plugin: string, name: Name, contract: Contracts[Name]): Remove
  /** `taskId` is `<plugin>/<name>`. */
  enqueue(
    taskId: string,
    payload: unknown,
    options: EnqueueOptions & { readonly appId: string },
  ): Promise<'stored' | 'known'>
  wake(wakeKey: string, answer: unknown, options?: WakeOptions): Promise<number>
  /** The checked options of a plugin. Throws PLUGIN_OPTIONS_INVALID with every problem. */
  options(plugin: string, given: unknown, schema: unknown): Promise<unknown>
}
