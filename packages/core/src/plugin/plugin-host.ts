import { AsyncLocalStorage } from 'node:async_hooks'
import type { Remove } from '../dispatch/platform-event.ts'
import { coreError } from '../errors/catalogue.ts'
import { isOptionalUse, type PluginRecord } from './define-plugin.ts'
import { runPhase } from './phase.ts'
import { createSetupContext } from './plugin-context.ts'
import { orderPlugins } from './plugin-order.ts'
import type { PluginServices } from './plugin-services.ts'
import type { Connected } from './setup-context.ts'

/** Where a plugin is in its life. */
export type PluginState = 'pending' | 'setting-up' | 'active' | 'closing' | 'closed' | 'failed'

/** A plugin while it lives: what it registered, and its hooks. */
export interface HostedPlugin {
  readonly name: string
  readonly record: PluginRecord
  state: PluginState
  api: unknown
  readonly removers: Remove[]
  readonly onReady: (() => unknown)[]
  readonly onConnected: ((connected: Connected) => unknown)[]
  readonly onClose: (() => unknown)[]
}

/** The plugin whose `setup` is running: what is registered through another plugin's API belongs to it. */
const settingUp = new AsyncLocalStorage<HostedPlugin>()

/** Sets plugins up in order, runs their hooks, and closes them in reverse. */
export class PluginHost {
  readonly #services: PluginServices
  readonly #phaseTimeoutMs: number
  readonly #plugins: HostedPlugin[] = []
  /** Stands for the author's own registrations: `bot.on(…)`, `bot.messaging.onMessage(…)`. */
  readonly author: HostedPlugin = hosted({ name: 'bot' } as PluginRecord)

  constructor(services: PluginServices, phaseTimeoutMs: number) {
    this.#services = services
    this.#phaseTimeoutMs = phaseTimeoutMs
  }

  /** Checks the list and sets every plugin up. When one fails, those before it are closed again. */
  async setup(list: readonly unknown[]): Promise<void> {
    const records = orderPlugins(list)
    // Every plugin's options are checked before any plugin runs.
    const options = new Map<string, unknown>()
    for (const record of records)
      options.set(record.name, await this.#services.options(record.name, record.given, record.definition.options))
    try {
      for (const record of records) await this.#setUp(record, options.get(record.name))
    } catch (error) {
      await this.close()
      throw error
    }
  }

  /** Who owns a registration that is made now through any plugin's context. */
  owner(): HostedPlugin {
    return settingUp.getStore() ?? this.author
  }

  /** The APIs of plugins that have one, by name. */
  apis(): ReadonlyMap<string, unknown> {
    return new Map(this.#plugins.filter(({ api }) => api !== undefined).map(({ name, api }) => [name, api]))
  }

  get names(): readonly string[] {
    return this.#plugins.map(({ name }) => name)
  }

  async ready(): Promise<void> {
    for (const plugin of this.#plugins)
      for (const hook of plugin.onReady) await runPhase(plugin.name, 'onReady', this.#phaseTimeoutMs, hook)
  }

  /** Runs `onConnected` hooks. A failing one is logged: the link is up all the same. */
  async connected(connected: Connected): Promise<void> {
    for (const plugin of this.#plugins)
      for (const hook of plugin.onConnected)
        try {
          await runPhase(plugin.name, 'onConnected', this.#phaseTimeoutMs, () => hook(connected))
        } catch (error) {
          this.#services.log.error('a plugin failed when a connection opened', { plugin: plugin.name, error })
        }
  }

  /** Closes plugins in reverse order and removes what they registered. A failing one does not stop the rest. */
  async close(): Promise<void> {
    for (const plugin of [...this.#plugins].reverse()) {
      if (plugin.state === 'closed') continue
      plugin.state = 'closing'
      for (const hook of [...plugin.onClose].reverse())
        try {
          await runPhase(plugin.name, 'onClose', this.#phaseTimeoutMs, hook)
        } catch (error) {
          this.#services.log.error('a plugin failed to close', { plugin: plugin.name, error })
        }
      removeAll(plugin)
      plugin.state = 'closed'
    }
    removeAll(this.author)
  }

  async #setUp(record: PluginRecord, options: unknown): Promise<void> {
    const plugin = hosted(record)
    this.#plugins.push(plugin)
    plugin.state = 'setting-up'
    try {
      const context = createSetupContext(plugin, options, this.#services, () => this.owner())
      const setup = (): unknown =>
        settingUp.run(plugin, () => record.definition.setup(this.#contextWith(context, record) as never))
      plugin.api = await runPhase(record.name, 'setup', this.#phaseTimeoutMs, setup)
      plugin.state = 'active'
    } catch (error) {
      plugin.state = 'failed'
      throw error
    }
    if (plugin.api !== undefined && (typeof plugin.api !== 'object' || plugin.api === null))
      throw coreError('PLUGIN_REGISTRATION_INVALID', {
        message: `setup of plugin "${record.name}" returned ${plugin.api === null ? 'null' : typeof plugin.api}; an API is an object`,
      })
  }

  /** The context with the APIs of used plugins. */
  #contextWith(context: object, record: PluginRecord): object {
    const apis = this.apis()
    const used: Record<string, unknown> = { ...context }
    for (const [key, use] of Object.entries(record.definition.uses ?? {})) {
      const api = apis.get(use.pluginName)
      if (api !== undefined || isOptionalUse(use)) used[key] = api
    }
    return used
  }
}

function hosted(record: PluginRecord): HostedPlugin {
  return {
    name: record.name,
    record,
    state: 'pending',
    api: undefined,
    removers: [],
    onReady: [],
    onConnected: [],
    onClose: [],
  }
}

function removeAll(plugin: HostedPlugin): void {
  for (const remove of plugin.removers.splice(0).reverse()) remove()
}
