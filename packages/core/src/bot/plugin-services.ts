import { randomUUID } from 'node:crypto'
import { resolvePluginOptions } from '../config/plugin-options.ts'
import type { Container } from '../container.ts'
import { whichApp } from '../credentials/which-app.ts'
import type { Remove, WakeOptions } from '../dispatch/platform-event.ts'
import { coreError } from '../errors/catalogue.ts'
import type { NewEvent } from '../inbox/inbox-store.ts'
import { currentScope, withScope } from '../observe/context.ts'
import type { PluginServices } from '../plugin/plugin-services.ts'
import type { Contracts } from '../plugin/setup-context.ts'
import { part } from './parts.ts'

/** Joins the parts of the kernel into what plugins get of them. */
export function pluginServices(parts: Container, pluginNames: readonly string[]): PluginServices {
  const log = parts.get(part.log)
  const apps = parts.get(part.apps)
  const filled = new Map<keyof Contracts, string>()
  return {
    handlers: parts.get(part.handlers),
    bus: parts.get(part.bus),
    log,
    metrics(plugin) {
      const metrics = parts.get(part.registry).forPlugin(plugin)
      return { metrics, remove: () => metrics.dispose() }
    },
    database: () => parts.get(part.storage).database(),
    credentials: (pluginDefault) => ({
      tenantToken: async (explicit) =>
        parts.get(part.credentials).token(whichApp(apps, { explicit, pluginDefault }), 'tenant'),
      appToken: async (explicit) =>
        parts.get(part.credentials).token(whichApp(apps, { explicit, pluginDefault }), 'app'),
      userTokens: {
        redeem: async (code) => (await parts.get(part.credentials).userTokens()).redeem(code),
        put: async (user, grant) => (await parts.get(part.credentials).userTokens()).put(user, grant),
        get: async (user) => (await parts.get(part.credentials).userTokens()).get(user),
        refused: async (user, token) => (await parts.get(part.credentials).userTokens()).refused(user, token),
        remove: async (user) => (await parts.get(part.credentials).userTokens()).remove(user),
      },
    }),
    app: (explicit, pluginDefault) => parts.get(part.clients).of(whichApp(apps, { explicit, pluginDefault })),
    alarm: (alarm) => parts.get(part.alarms).raise(alarm),
    withApp: (appId, fn) => runWithApp(parts, appId, fn),
    apps: () => apps.list(),
    appIds: () => apps.active().map(({ appId }) => appId),
    route: (plugin, route) => parts.get(part.http).route(plugin, route),
    healthCheck: (name, check) => parts.get(part.health).add(name, check),
    fill(plugin, name, contract) {
      const before = filled.get(name)
      if (before !== undefined)
        throw coreError('PLUGIN_REGISTRATION_INVALID', {
          message: `${plugin} fills the contract ${name}, which ${before} fills already`,
        })
      filled.set(name, plugin)
      const empty = fillContract(parts, name, contract)
      return () => {
        filled.delete(name)
        empty()
      }
    },
    async enqueue(taskId, payload, { key: givenKey, lane, delayMs, appId }) {
      const { writing, run } = currentScope()
      if (writing)
        throw coreError('STORAGE_CALL_INSIDE_WRITE', { message: `${taskId} was enqueued inside database.write` })
      const type = `task:${taskId}`
      const inbox = await parts.get(part.storage).inbox()
      // In a handler the key is the run's, so that a repeated run enqueues the same task and not another one.
      const key = givenKey ?? run?.effect({ api: type, receiver: lane }).key ?? randomUUID()
      const event: NewEvent = {
        appId,
        key: `${type}:${key}`,
        kind: 'task',
        type,
        lane: `${type}:${lane ?? key}`,
        tenantKey: '',
        body: JSON.stringify(payload ?? null),
        dueAtMs: delayMs === undefined ? undefined : (await inbox.nowMs()) + delayMs,
      }
      const { outcome } = await inbox.put(event, undefined)
      if (outcome === 'stored') parts.get(part.work).poke?.()
      return outcome
    },
    wake: (wakeKey, answer, options) => wakeEvents(parts, wakeKey, answer, options),
    async options(plugin, given, schema) {
      if (schema === undefined) {
        if (given === undefined) return {}
        throw coreError('PLUGIN_OPTIONS_INVALID', { message: `plugin "${plugin}" takes no options` })
      }
      const { layers } = parts.get(part.config)
      const resolved = await resolvePluginOptions({ pluginName: plugin, given, schema, layers, pluginNames })
      for (const warning of resolved.warnings) log.warn(warning)
      return resolved.options
    },
  }
}

/** Runs `fn` with calls going to this app. */
export function runWithApp<T>(parts: Container, appId: string, fn: () => T): T {
  const scope = currentScope()
  // The tenant of an event holds for the app that it came to.
  const tenantKey = scope.appId === appId ? scope.tenantKey : undefined
  return withScope({ appId: parts.get(part.apps).get(appId).appId, tenantKey }, fn)
}

/** How long an answer is kept that nobody waits for yet: well above the commit of a park. */
const earlyAnswerMs = 10_000

/** Wakes the events that wait for a key. */
export async function wakeEvents(
  parts: Container,
  wakeKey: string,
  answer: unknown,
  { appId, keepMs = earlyAnswerMs }: WakeOptions = {},
): Promise<number> {
  const chosen = whichApp(parts.get(part.apps), { explicit: appId })
  const inbox = await parts.get(part.storage).inbox()
  const woken = await inbox.wake(chosen.appId, wakeKey, { answer }, keepMs)
  if (woken > 0) parts.get(part.work).poke?.()
  return woken
}

function fillContract<Name extends keyof Contracts>(parts: Container, name: Name, contract: Contracts[Name]): Remove {
  const set = (value: Contracts[Name] | undefined): void => {
    if (name === 'notifier') parts.get(part.alarms).notifier = value as Contracts['notifier'] | undefined
    else if (name === 'userTokens')
      parts.get(part.credentials).provideUserTokens(value as Contracts['userTokens'] | undefined)
    else parts.get(part.contracts).scheduler = value as Contracts['scheduler'] | undefined
  }
  set(contract)
  return () => set(undefined)
}
