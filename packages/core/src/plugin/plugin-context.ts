import type { CallbackHandler, CallbackOptions } from '../dispatch/callback-contract.ts'
import type { EventHandler, HandlerOptions, Remove } from '../dispatch/platform-event.ts'
import type { TaskRun } from '../dispatch/task.ts'
import { coreError } from '../errors/catalogue.ts'
import type { HostedPlugin } from './plugin-host.ts'
import type { PluginServices } from './plugin-services.ts'
import type { Contracts, SetupContext } from './setup-context.ts'

type AnyContext = SetupContext<unknown, Record<string, unknown>, Record<string, unknown>>

/**
 * Builds what a plugin's `setup` receives. Handlers belong to whoever is registering (`owner`): a message handler that
 * `greeter` registers through the API of `messaging` is greeter's. Everything else belongs to the plugin itself.
 */
export function createSetupContext(
  plugin: HostedPlugin,
  options: unknown,
  services: PluginServices,
  owner: () => HostedPlugin,
): AnyContext {
  const { handlers, bus } = services
  const defaultAppId = appIdOption(options)
  const own = (remove: Remove, holder: HostedPlugin = plugin): Remove => {
    let removed = false
    const once = (): void => {
      if (removed) return
      removed = true
      const index = holder.removers.indexOf(once)
      if (index >= 0) holder.removers.splice(index, 1)
      remove()
    }
    holder.removers.push(once)
    return once
  }
  const hook = <Hook>(list: Hook[], name: string, fn: Hook): Remove => {
    if (typeof fn !== 'function')
      throw coreError('PLUGIN_REGISTRATION_INVALID', { message: `${plugin.name} called ${name} without a function` })
    if (plugin.state !== 'setting-up')
      throw coreError('PLUGIN_REGISTERED_TOO_LATE', {
        message: `${plugin.name} called ${name} after its setup had ended`,
      })
    list.push(fn)
    return () => {
      const index = list.indexOf(fn)
      if (index >= 0) list.splice(index, 1)
    }
  }
  const metrics = services.metrics(plugin.name)
  own(metrics.remove)
  return {
    options,
    log: services.log.child({ plugin: plugin.name }),
    metrics: metrics.metrics,
    database: services.database(),
    credentials: services.credentials(defaultAppId),
    on: (type: string, handler: EventHandler<never>, handlerOptions?: HandlerOptions<never>) => {
      const holder = owner()
      return own(handlers.on(holder.name, type, handler as EventHandler, handlerOptions as HandlerOptions), holder)
    },
    onCallback: (type: string, handler: CallbackHandler<never>, callbackOptions?: CallbackOptions<never>) => {
      const holder = owner()
      const remove = handlers.onCallback(
        holder.name,
        type,
        handler as CallbackHandler,
        callbackOptions as CallbackOptions,
      )
      return own(remove, holder)
    },
    observe: (name, listener) => own(bus.observe(name, listener as (fact: unknown) => void), owner()),
    use: (middleware) => own(handlers.use(plugin.name, middleware)),
    job: (definition, handler) => own(handlers.job(plugin.name, definition, handler)),
    task: <Payload>(definition: { name: string }, run: (run: TaskRun<Payload>) => unknown) => {
      own(handlers.task(plugin.name, definition, run as (run: TaskRun<unknown>) => unknown))
      return {
        name: definition.name,
        enqueue: (payload: Payload, enqueueOptions = {}) =>
          services.enqueue(`${plugin.name}/${definition.name}`, payload, {
            ...enqueueOptions,
            appId: services.app(enqueueOptions.appId, defaultAppId).appId,
          }),
      }
    },
    wake: services.wake,
    route: (route) => own(services.route(plugin.name, route)),
    healthCheck: (name, check) => own(services.healthCheck(`${plugin.name}:${name}`, check)),
    provide: <Name extends keyof Contracts>(name: Name, contract: Contracts[Name]) => {
      own(services.fill(plugin.name, name, contract))
    },
    emit: (name, fact) => {
      if (!plugin.record.definition.events?.names.includes(name as never))
        throw coreError('PLUGIN_REGISTRATION_INVALID', {
          message: `${plugin.name} emitted "${String(name)}", which its \`events\` does not name`,
        })
      bus.emit(name, fact)
    },
    app: (appId) => services.app(appId, defaultAppId),
    withApp: services.withApp,
    apps: services.apps,
    appIds: services.appIds,
    alarm: services.alarm,
    onReady: (fn) => hook(plugin.onReady, 'onReady', fn),
    onConnected: (fn) => hook(plugin.onConnected, 'onConnected', fn),
    onClose: (fn) => hook(plugin.onClose, 'onClose', fn),
  } as AnyContext
}

/** The option `appId` of a plugin is its default app. */
function appIdOption(options: unknown): string | undefined {
  const appId = (options as { appId?: unknown } | undefined)?.appId
  return typeof appId === 'string' ? appId : undefined
}
