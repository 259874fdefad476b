import type { AppClient } from '../api/call.ts'
import type { AppInfo } from '../credentials/apps.ts'
import type { UserTokenSource, UserTokens } from '../credentials/user-tokens.ts'
import type { CallbackAnswers, CallbackHandler, CallbackOptions } from '../dispatch/callback-contract.ts'
import type { JobDefinition, JobHandler, JobScheduler } from '../dispatch/job.ts'
import type { EventHandler, HandlerOptions, Middleware, Remove, WakeOptions } from '../dispatch/platform-event.ts'
import type { Task, TaskDefinition, TaskRun } from '../dispatch/task.ts'
import type { PlatformCallbacks, PlatformEvents } from '../generated/platform-events.ts'
import type { HealthAnswer } from '../http/health.ts'
import type { Route } from '../http/routes.ts'
import type { Alarm, Notifier } from '../observe/alarm.ts'
import type { KernelFacts } from '../observe/event-bus.ts'
import type { Log } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Database } from '../storage/database.ts'
import type { AnyPluginFactory, ApiOf, EventsOf, NoEvents, UnionToIntersection } from './define-plugin.ts'

/** Registers handlers of raw platform events. An unknown event type is accepted; its body is then `unknown`. */
export interface On {
  <Type extends keyof PlatformEvents>(
    type: Type,
    handler: EventHandler<PlatformEvents[Type]>,
    options?: HandlerOptions<PlatformEvents[Type]>,
  ): Remove
  (type: string, handler: EventHandler, options?: HandlerOptions): Remove
}

/** Registers handlers of callbacks, which the platform waits for. Of an unknown type the body is `unknown`. */
export type OnCallback = <Type extends keyof PlatformCallbacks | (string & {})>(
  type: Type,
  handler: CallbackHandler<CallbackBody<Type>, CallbackAnswer<Type>>,
  options?: CallbackOptions<CallbackBody<Type>, CallbackAnswer<Type>>,
) => Remove

// No overloads: a wrong answer would fall to the one of unknown types, and pass.
type CallbackBody<Type> = Type extends keyof PlatformCallbacks ? PlatformCallbacks[Type] : unknown
type CallbackAnswer<Type> = Type extends keyof CallbackAnswers ? CallbackAnswers[Type] : object

/** Watches facts: of the kernel, and those that plugins emit. Informs only, is never retried. */
export type Observe<Events> = <Name extends keyof (KernelFacts & Events)>(
  name: Name,
  listener: (fact: (KernelFacts & Events)[Name]) => void,
) => Remove

/** Contracts of core that a plugin can fill. Each is filled once per bot. */
export interface Contracts {
  /** Carries alarms to people. */
  notifier: Notifier
  /** Supplies tokens of users instead of core's own store of grants. */
  userTokens: UserTokenSource
  /** Computes the due times of declared jobs. */
  scheduler: JobScheduler
}

/** What plugins that deal with tokens need; calls get theirs by themselves ({@link AppClient.request}, with `asUser`). */
export interface PluginCredentials {
  /** A tenant token (`t-…`) that is good now. A secret. Costs nothing while one is cached. */
  tenantToken(appId?: string): Promise<string>
  /** An app token that is good now. A secret. */
  appToken(appId?: string): Promise<string>
  /** Grants of users: obtained by a plugin, kept and renewed by core. Opens the database of a bot that is not started. */
  readonly userTokens: UserTokens
}

/** What `onConnected` hooks are told. */
export interface Connected {
  /** `cli_…` */
  readonly appId: string
  /** How long there was no long connection, milliseconds; 0 the first time. Events of a longer gap may have been lost. */
  readonly downMs: number
}

/**
 * What `setup` receives. Everything that is registered through it is removed when the bot closes.
 *
 * Lifecycle: `setup` → `onReady` (all plugins set up, before connecting) → `onConnected` (each time a long connection opens) →
 * `onClose` (in reverse order). Each has a deadline (`lifecycle.phaseTimeoutMs`, default 30 s).
 */
export interface SetupContext<Options, OwnEvents, UsedEvents> {
  /** Checked and completed. */
  readonly options: Options
  readonly log: Log
  /** Metrics are named `larkspur_<plugin>_…`. */
  readonly metrics: Metrics
  /**
   * The bot's database; a plugin's tables are named `p_<plugin>_…`. `start()` opens it, or the first statement of a bot
   * that is not started.
   */
  readonly database: Database
  readonly credentials: PluginCredentials
  /** Handles a platform event: durable, at least once, in the order of its chat. */
  readonly on: On
  /** Answers a callback within its 3 s. */
  readonly onCallback: OnCallback
  readonly observe: Observe<OwnEvents & UsedEvents>
  /** Wraps the handling of every event. */
  use(middleware: Middleware): Remove
  /** Declares a scheduled job. Without plugin-scheduler it does not run, and the start-up log says so. */
  job(definition: JobDefinition, handler: JobHandler): Remove
  /** Registers a durable task. */
  task<Payload>(definition: TaskDefinition, run: (run: TaskRun<Payload>) => unknown): Task<Payload>
  /** Wakes events that wait for a key (see PlatformEvent.wait). Returns how many. */
  wake(wakeKey: string, answer: unknown, options?: WakeOptions): Promise<number>
  /** Serves a page below `/<plugin>`. */
  route(route: Route): Remove
  /** Adds a part to `/readyz` and `bot.status()`; answers within 1 s. */
  healthCheck(name: string, check: () => HealthAnswer | Promise<HealthAnswer>): Remove
  /** Fills a contract of core. */
  provide<Name extends keyof Contracts>(name: Name, contract: Contracts[Name]): void
  /** Raises an alarm: for something that needs a person. Counted, logged, and carried to the app's admins. Never throws. */
  alarm(alarm: Alarm): void
  /** Tells a fact to those who observe it. */
  emit<Name extends keyof OwnEvents>(name: Name, fact: OwnEvents[Name]): void
  /**
   * The way out to the platform for one app; without an id the app of the running code (see which-app). An option of the
   * plugin that is called `appId`, when it is a text, is its default app: for code that runs for no app, and for tasks that
   * are enqueued there.
   */
  app(appId?: string): AppClient
  /** Runs `fn` with calls going to this app; safe to use concurrently, restored when `fn` ends or throws. */
  withApp<T>(appId: string, fn: () => T): T
  /** The configured apps, disabled ones too. */
  apps(): readonly AppInfo[]
  /** Ids of the configured, enabled apps. */
  appIds(): readonly string[]
  onReady(hook: () => unknown): Remove
  onConnected(hook: (connected: Connected) => unknown): Remove
  onClose(hook: () => unknown): Remove
}

/**
 * The context that handlers in other files take: with the APIs of the named plugins, and their events to observe. Plugins
 * export the type of their factory, because a parameter called like the factory would hide it:
 *
 * ```ts
 * export function greetings({ messaging }: SetupWith<MessagingPlugin>): void { … }
 * ```
 *
 * Several: `SetupWith<MessagingPlugin | ContactPlugin>`.
 */
export type SetupWith<Factory extends AnyPluginFactory> = SetupContext<
  unknown,
  NoEvents,
  UnionToIntersection<EventsOf<Factory>>
> & { readonly [F in Factory as F['pluginName']]: ApiOf<F> }
