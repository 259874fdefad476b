import type { AppClient } from '../api/call.ts'
import type { BotApps } from '../credentials/bot-apps.ts'
import type { Middleware, Remove, WakeOptions } from '../dispatch/platform-event.ts'
import type { BotStatus } from '../http/health.ts'
import type { Log } from '../observe/log.ts'
import type { AnyPluginFactory, NoEvents, Plugin } from '../plugin/define-plugin.ts'
import type { Observe, On, OnCallback } from '../plugin/setup-context.ts'

type PluginApi<P> = P extends Plugin<string, infer Api, infer _E, infer _N> ? Api : never
type PluginEvents<P> = P extends Plugin<string, infer _A, infer Events, infer _N> ? Events : never
type Intersection<T> = (T extends unknown ? (value: T) => void : never) extends (value: infer I) => void ? I : never

/** The APIs of the plugins in a list, by plugin name; plugins without an API add nothing. */
export type PluginApis<P extends readonly Plugin[]> = string extends P[number]['name']
  ? NoEvents
  : { readonly [K in P[number] as PluginApi<K> extends void ? never : K['name']]: PluginApi<K> }

/** The events of the plugins in a list, as one map. */
export type PluginEventMap<P extends readonly Plugin[]> = [P[number]] extends [never]
  ? NoEvents
  : Intersection<PluginEvents<P[number]>>

/** What reaches `bot.onError`: a failed run of a handler, task, job, callback or middleware. */
export interface HandlerFailure {
  /** Often a LarkspurError: see isLarkspurError. */
  readonly error: Error
  /** `plugin/handler`. */
  readonly handler: string
  readonly plugin: string
  readonly appId: string
  readonly eventKey: string
  readonly eventType: string
  readonly attempt: number
  /** Whether it is tried again or was given up. */
  readonly next: 'retry' | 'dead' | 'none'
  /** The platform's log id, when a platform call failed. */
  readonly logId?: string | undefined
}

/** The bot without its plugins. */
export interface BotCore<P extends readonly Plugin[]> extends AsyncDisposable {
  /** The apps of the bot: those of the configuration, and those of its database, which can be changed while it runs. */
  readonly apps: BotApps
  readonly log: Log
  /** Handles a platform event: durable, at least once, in the order of its chat. Before `start()` only. */
  readonly on: On
  /** Answers a callback within its 3 s. Before `start()` only. */
  readonly onCallback: OnCallback
  /** Watches facts of the kernel and of the plugins. At any time. */
  readonly observe: Observe<PluginEventMap<P>>
  /** Wraps the handling of every event. Before `start()` only. */
  use(middleware: Middleware): Remove
  /** Gets every failed run. A listener that throws is logged. */
  onError(listener: (failure: HandlerFailure) => void): Remove
  /**
   * The way out to the platform for one app, with the plugins' APIs bound to it:
   * `bot.app('cli_b').messaging.sendText(…)`. Without an id: the app of the running code (see which-app).
   * @throws CREDENTIAL_APP_ID_INVALID, CREDENTIAL_APP_UNKNOWN, CREDENTIAL_APP_DISABLED, CREDENTIAL_APP_AMBIGUOUS, CREDENTIAL_NO_APP
   */
  app(appId?: string): AppClient & PluginApis<P>
  /** Runs `fn` with calls going to this app; safe to use concurrently, restored when `fn` ends or throws. */
  withApp<T>(appId: string, fn: () => T): T
  /** The app that a call without an app id would use now; undefined when none or several come into question. */
  currentAppId(): string | undefined
  /** Wakes events that wait for a key (see PlatformEvent.wait). Returns how many. */
  wake(wakeKey: string, answer: unknown, options?: WakeOptions): Promise<number>
  /**
   * Opens inbox, connections and ports. Resolves when every app was connected or its first attempt failed for a reason that
   * passes; rejects with the first lasting cause, after closing in reverse what had been started.
   * @throws BOT_ALREADY_STARTED, INBOX_IN_USE, HTTP_PORT_IN_USE, CONNECTION_REFUSED, PLUGIN_PHASE_FAILED and others
   */
  start(): Promise<void>
  /** Stops receiving, lets handlers finish (dispatch.drainMs), closes everything in reverse. Safe to call twice. */
  close(reason?: string): Promise<void>
  /** State of every part; the same as `/readyz`. No check takes longer than 1 s. */
  status(): Promise<BotStatus>
  /** The metrics in Prometheus' text format. */
  metricsText(): Promise<string>
  /**
   * Serves webhook, pages of plugins, `/healthz`, and also `/readyz` and `/metrics`, to mount the bot in another server:
   * mount it behind your own access rules. Use `http.monitor: false` when no port of metrics and health is wanted.
   */
  fetch(request: Request): Promise<Response>
  /** The ports that are open after `start()`. */
  readonly ports: { readonly http?: number | undefined; readonly monitor?: number | undefined }
}

/** A bot with the APIs of its plugins: `bot.messaging` exists exactly when `messaging()` is in the list. */
export type Bot<P extends readonly Plugin[] = readonly Plugin[]> = BotCore<P> & PluginApis<P>

/** A bot that has at least this plugin, for functions that take a bot: `(bot: BotWith<typeof messaging>) => …`. */
export type BotWith<Factory extends AnyPluginFactory> = Bot<readonly [ReturnType<Factory>]>
