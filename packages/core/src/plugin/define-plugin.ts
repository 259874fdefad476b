import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { AppClient } from '../api/call.ts'
import type { Migration } from '../storage/migrator.ts'
import type { SetupContext } from './setup-context.ts'

declare const callTheFactory: unique symbol
declare const optionalUse: unique symbol

/**
 * A plugin with its options, ready for `plugins: [...]`. Made by the factory that {@link definePlugin} returns; what
 * it brings (its API, its events, what it needs) is carried in the type.
 */
export interface Plugin<
  Name extends string = string,
  // biome-ignore lint/suspicious/noExplicitAny: `any` lets a list hold plugins of every kind; users infer the real type.
  Api = any,
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  Events = any,
  Needs extends string = string,
> {
  readonly name: Name
  /** Exists in the types only. Required, so that a factory whose `()` was forgotten is refused. */
  readonly [callTheFactory]: { readonly api: Api; readonly events: Events; readonly needs: Needs }
}

/** What {@link definePlugin} returns: call it to put the plugin into the list. */
export interface PluginFactory<
  Name extends string = string,
  // biome-ignore lint/suspicious/noExplicitAny: as in Plugin.
  Input = any,
  // biome-ignore lint/suspicious/noExplicitAny: as in Plugin.
  Api = any,
  // biome-ignore lint/suspicious/noExplicitAny: as in Plugin.
  Events = any,
  Needs extends string = string,
> {
  // biome-ignore lint/complexity/noBannedTypes: `{}` asks whether every option may be left out.
  (...args: {} extends Input ? [options?: Input] : [options: Input]): Plugin<Name, Api, Events, Needs>
  readonly pluginName: Name
}

/** A factory of whatever kind. */
export type AnyPluginFactory = PluginFactory

/** A use that may be absent; made by {@link optional}. */
export interface OptionalUse<Factory extends AnyPluginFactory = AnyPluginFactory> {
  readonly [optionalUse]: Factory
  readonly pluginName: string
}

/** The plugins that a plugin uses, by the name under which `setup` receives their APIs. */
export type Uses = Readonly<Record<string, AnyPluginFactory | OptionalUse>>

/** The names of a plugin's own events, with their types; made by {@link eventMap}. */
export interface EventNames<Events> {
  readonly names: readonly (keyof Events & string)[]
}

/** A command that a plugin adds to the `larkspur` command line. */
export interface PluginCommand<Api = unknown> {
  /** As typed: `larkspur <plugin> <name>`. Kebab-case. */
  readonly name: string
  /** One line for `--help`. */
  readonly description: string
  /** Runs on a bot that is created and not started. A promise is awaited; an error ends the program with code 1. */
  run(context: CommandContext<Api>): unknown
}

/** What a {@link PluginCommand} gets. */
export interface CommandContext<Api> {
  /** What was typed behind the name of the command. */
  readonly argv: readonly string[]
  /** The plugin's own API. */
  readonly api: Api
  /** The way out to the platform; without an id the app that is meant (see which-app). */
  app(appId?: string): AppClient
  /** Prints a line for the person who typed the command. */
  print(line: string): void
}

/** What {@link definePlugin} takes. */
export interface PluginDefinition<Name extends string, Input, Options, Api, OwnEvents, U extends Uses> {
  /** Kebab-case; the key under which the API appears on the bot, and the prefix of events, metrics and tables. */
  readonly name: Name
  /** Checks and completes the options: any Standard Schema, a zod object for example. */
  readonly options?: StandardSchemaV1<Input, Options> | undefined
  /** Plugins whose APIs `setup` receives: gives order, presence and types. */
  readonly uses?: U | undefined
  /** Events that this plugin emits. */
  readonly events?: EventNames<OwnEvents> | undefined
  /** Its tables, named `p_<plugin>_…`. */
  readonly migrations?: readonly Migration[] | undefined
  /** Permissions that the app needs for it, e.g. `im:message`. */
  readonly scopes?: readonly string[] | undefined
  readonly commands?: readonly PluginCommand<NoInfer<Api>>[] | undefined
  /** Registers everything; what it returns is the plugin's API. Write its return type, so that hovers stay readable. */
  setup(context: SetupContext<Options, OwnEvents, UsedEvents<U>> & UsedApis<U>): Api | Promise<Api>
}

/** The API of one factory's plugin. */
export type ApiOf<F> = F extends PluginFactory<infer _N, infer _I, infer Api, infer _E, infer _D> ? Api : never
/** The events of one factory's plugin. */
export type EventsOf<F> = F extends PluginFactory<infer _N, infer _I, infer _A, infer Events, infer _D> ? Events : never

/** The APIs of used plugins; those of optional ones may be undefined. */
export type UsedApis<U extends Uses> = {
  readonly [Key in keyof U]: U[Key] extends OptionalUse<infer F> ? ApiOf<F> | undefined : ApiOf<U[Key]>
}

/** All of a union at once. */
export type UnionToIntersection<T> = (T extends unknown ? (value: T) => void : never) extends (value: infer I) => void
  ? I
  : never

/** No events: adds nothing to an intersection. */
export type NoEvents = Record<never, never>

/** The events of used plugins, as one map. */
export type UsedEvents<U extends Uses> = [keyof U] extends [never]
  ? NoEvents
  : UnionToIntersection<
      { [Key in keyof U]: U[Key] extends OptionalUse<infer F> ? EventsOf<F> : EventsOf<U[Key]> }[keyof U]
    >

/** The names of the plugins that must be in the list too. */
export type Needed<U extends Uses> = {
  [Key in keyof U]: U[Key] extends OptionalUse
    ? never
    : U[Key] extends PluginFactory<infer Name, infer _I, infer _A, infer _E, infer _D>
      ? Name
      : never
}[keyof U]

type Problem<Each, Names extends string> =
  Each extends Plugin<infer Name, infer _A, infer _E, infer Needs> ? MissingText<Name, Needs, Names> : never

type MissingText<Name extends string, Needs extends string, Names extends string> = Needs extends Names
  ? never
  : `plugin "${Name}" uses "${Needs}": add ${Needs}() to plugins`

/**
 * A list in which every used plugin is present, else an error text that says what to add. A list that is made while
 * running (`Plugin[]`) is checked by createBot only.
 */
export type CheckedPlugins<P extends readonly Plugin[]> = string extends P[number]['name']
  ? P
  : [Problem<P[number], P[number]['name']>] extends [never]
    ? P
    : Problem<P[number], P[number]['name']>

/** What the kernel reads from a plugin value; hidden from the types that users see. */
export interface PluginRecord {
  readonly name: string
  readonly definition: PluginDefinition<string, unknown, unknown, unknown, unknown, Uses>
  readonly given: unknown
  readonly core: CoreIdentity
}

/** Tells copies of this package apart. */
export interface CoreIdentity {
  readonly url: string
}

/** This copy of the package. */
export const thisCore: CoreIdentity = Object.freeze({ url: import.meta.url })

const recordKey = Symbol.for('@larkspur/core/plugin')

/** The record behind a plugin value; undefined when the value is not a plugin. */
export function pluginRecord(value: unknown): PluginRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as { [recordKey]?: PluginRecord })[recordKey]
}

/**
 * Defines a plugin and returns its factory.
 *
 * ```ts
 * export const greeter = definePlugin({
 *   name: 'greeter',
 *   uses: { messaging },
 *   setup({ messaging }) {
 *     messaging.onMessage(/^hello/i, async (message) => { await message.reply('Hello!') })
 *   },
 * })
 * ```
 *
 * One option name has a meaning of its own: `appId` is the plugin's default app (see SetupContext.app). Call an option
 * otherwise when it means something else.
 *
 * Nothing runs before `createBot`; problems with the name, the options or what it uses are reported there.
 */
export function definePlugin<
  const Name extends string,
  // biome-ignore lint/complexity/noBannedTypes: `{}` is "no options needed".
  Input = {},
  // biome-ignore lint/complexity/noBannedTypes: as above.
  Options = {},
  Api = void,
  // biome-ignore lint/complexity/noBannedTypes: `{}` is "no events".
  OwnEvents = {},
  const U extends Uses = Record<never, never>,
>(
  definition: PluginDefinition<Name, Input, Options, Api, OwnEvents, U>,
): PluginFactory<Name, Input, Api, OwnEvents, Needed<U>> {
  const factory = (options?: unknown): unknown =>
    Object.freeze({
      name: definition.name,
      [recordKey]: { name: definition.name, definition, given: options, core: thisCore },
    })
  return Object.assign(factory, { pluginName: definition.name }) as unknown as PluginFactory<
    Name,
    Input,
    Api,
    OwnEvents,
    Needed<U>
  >
}

/**
 * Marks a use that may be absent: `uses: { auth: optional<typeof auth>('auth') }`, with `import type { auth }`, so
 * that the plugin need not be installed. `setup` then receives its API or undefined.
 */
export function optional<Factory extends AnyPluginFactory>(pluginName: Factory['pluginName']): OptionalUse<Factory> {
  return Object.freeze({ pluginName, optional: true }) as unknown as OptionalUse<Factory>
}

/**
 * Names the events that a plugin emits, with their types: `events: eventMap<TodoEvents>('todo:added')`. Names begin
 * with the plugin's name and a colon.
 */
export function eventMap<Events>(...names: readonly (keyof Events & string)[]): EventNames<Events> {
  return Object.freeze({ names })
}

/** Whether a use was made with {@link optional}. */
export function isOptionalUse(use: AnyPluginFactory | OptionalUse): use is OptionalUse {
  return typeof use !== 'function'
}
