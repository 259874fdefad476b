import type { AppClient } from '../api/call.ts'
import { transportKey } from '../api/sdk-transport.ts'
import type { Container } from '../container.ts'
import { whichApp } from '../credentials/which-app.ts'
import type { Remove } from '../dispatch/platform-event.ts'
import { coreError } from '../errors/catalogue.ts'
import { bindToApp } from '../plugin/bind-to-app.ts'
import type { Plugin } from '../plugin/define-plugin.ts'
import type { Bot, BotCore, HandlerFailure, PluginApis } from './bot.ts'
import { part } from './parts.ts'
import { runWithApp, wakeEvents } from './plugin-services.ts'
import { RunningBot } from './running-bot.ts'

/** What is left over in a closed bot; read by the conformance test of plugins. */
export interface BotInspection {
  registrations(): number
  listeners(): number
  metrics(): number
}

const inspectKey = Symbol.for('@larkspur/core/inspect')

/** Puts the bot's face in front of its parts. */
export function assembleBot<P extends readonly Plugin[]>(parts: Container): Bot<P> {
  const plugins = parts.get(part.plugins)
  const handlers = parts.get(part.handlers)
  const bus = parts.get(part.bus)
  const apps = parts.get(part.apps)
  const health = parts.get(part.health)
  const log = parts.get(part.log)
  const clients = parts.get(part.clients)
  const failureListeners = new Set<(failure: HandlerFailure) => void>()
  const boundApps = new Map<string, AppClient & PluginApis<P>>()
  let running: RunningBot | undefined
  let starting: Promise<void> | undefined
  let closing: Promise<void> | undefined

  const own = (remove: Remove): Remove => {
    plugins.author.removers.push(remove)
    return remove
  }
  const reportFailure = (failure: HandlerFailure): void => {
    for (const listener of failureListeners)
      try {
        listener(failure)
      } catch (error) {
        log.error('a listener of onError failed', { error })
      }
  }
  const app = (appId?: string): AppClient & PluginApis<P> => {
    const chosen = whichApp(apps, { explicit: appId })
    let bound = boundApps.get(chosen.appId)
    if (!bound) {
      const apis = Object.fromEntries([...plugins.apis()].map(([name, api]) => [name, bindToApp(api, chosen.appId)]))
      const client = clients.of(chosen)
      bound = Object.assign(
        {
          appId: client.appId,
          get domain() {
            return client.domain
          },
          request: client.request.bind(client),
          paginate: client.paginate.bind(client),
          [transportKey]: (client as { [transportKey]?: unknown })[transportKey],
        },
        apis,
      ) as unknown as AppClient & PluginApis<P>
      boundApps.set(chosen.appId, bound)
    }
    return bound
  }
  const close = async (reason: string): Promise<void> => {
    health.setPhase('stopping')
    bus.emit('bot:closing', { reason })
    log.info('closing', { reason })
    try {
      running?.cancel()
      await starting?.catch(() => {})
      await running?.stop()
      await plugins.close()
      log.info('closed')
      await log.flush()
    } finally {
      await parts[Symbol.asyncDispose]()
    }
  }

  const core: BotCore<P> & { readonly [inspectKey]: BotInspection } = {
    apps: parts.get(part.directory),
    log,
    on: ((type: string, handler: never, options: never) =>
      own(handlers.on('bot', type, handler, options))) as BotCore<P>['on'],
    onCallback: ((type: string, handler: never, options: never) =>
      own(handlers.onCallback('bot', type, handler, options))) as BotCore<P>['onCallback'],
    observe: ((name: string, listener: (fact: unknown) => void) =>
      own(bus.observe(name, listener))) as BotCore<P>['observe'],
    use: (middleware) => own(handlers.use('bot', middleware)),
    onError: (listener) => {
      failureListeners.add(listener)
      return () => void failureListeners.delete(listener)
    },
    app,
    withApp: (appId, fn) => runWithApp(parts, appId, fn),
    currentAppId: () => {
      try {
        return whichApp(apps, {}).appId
      } catch {
        return undefined
      }
    },
    wake: (wakeKey, answer, options) => wakeEvents(parts, wakeKey, answer, options),
    async start() {
      if (closing) throw coreError('BOT_CLOSED', { message: 'start() was called after close()' })
      if (running) throw coreError('BOT_ALREADY_STARTED', { message: 'start() was called twice on one bot' })
      running = new RunningBot(parts, reportFailure)
      starting = running.start()
      try {
        await starting
      } catch (error) {
        // Half of a bot must not go on: its handlers are gone, and events would be dropped.
        await core
          .close('start() failed')
          .catch((closingError: unknown) =>
            log.error('closing after a failed start failed too', { error: closingError }),
          )
        throw error
      }
    },
    close(reason = 'close() was called') {
      closing ??= close(reason)
      return closing
    },
    [Symbol.asyncDispose]: () => core.close(),
    status: () => health.status(),
    metricsText: () => parts.get(part.registry).text(),
    fetch: (request) => parts.get(part.http).fetch(request),
    get ports() {
      return parts.get(part.http).ports
    },
    [inspectKey]: {
      registrations: () => handlers.count(),
      listeners: () => bus.listenerCount(),
      metrics: () => parts.get(part.registry).size(),
    },
  }
  return Object.assign(core, Object.fromEntries(plugins.apis())) as unknown as Bot<P>
}
