import { isKernelPrefix } from '../config/plugin-names.ts'
import { coreError } from '../errors/catalogue.ts'
import type { LarkspurError } from '../errors/larkspur-error.ts'
import { isOptionalUse, type PluginRecord, pluginRecord, thisCore } from './define-plugin.ts'

/** What `setup` receives by these names, so that `uses` cannot give them another meaning. */
export const contextNames: ReadonlySet<string> = new Set([
  ...[
    'options',
    'log',
    'metrics',
    'database',
    'credentials',
    'on',
    'onCallback',
    'observe',
    'use',
    'job',
    'task',
    'wake',
  ],
  ...[
    'route',
    'healthCheck',
    'provide',
    'emit',
    'alarm',
    'app',
    'apps',
    'withApp',
    'appIds',
    'onReady',
    'onConnected',
    'onClose',
  ],
])

/** Names that a plugin cannot have: those of the bot and of what plugins receive, of option groups, and some for later. */
export const reservedPluginNames: ReadonlySet<string> = new Set([
  ...[...contextNames].map((name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)),
  ...['apps', 'on-error', 'with-app', 'current-app-id', 'start', 'close', 'status', 'metrics-text', 'fetch', 'ports'],
  ...['bot', 'core', 'kernel', 'domain', 'request', 'paginate', 'wait', 'step', 'stop', 'then', 'constructor'],
  ...[
    'http',
    'connection',
    'inbox',
    'dispatch',
    'api',
    'lifecycle',
    'proxy',
    'clock',
    'environment',
    'work',
    'receive',
    'webhook',
  ],
  ...['healthz', 'readyz', 'health', 'encryption-key', 'log-file'],
  ...['config', 'cache', 'queue', 'event', 'events', 'jobs', 'tasks', 'secret', 'secrets', 'test', 'version', 'admin'],
  ...['user', 'users'],
  // Commands of the program `larkspur`, which come before those of plugins.
  ...['dev', 'migrate', 'help'],
])

const nameShape = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/**
 * Checks the list of plugins and brings it into the order of set-up: used plugins first, else as listed.
 * @throws PLUGIN_NOT_A_PLUGIN, PLUGIN_TWO_CORES, PLUGIN_NAME_INVALID, PLUGIN_DUPLICATE, PLUGIN_MISSING, PLUGIN_CYCLE
 */
export function orderPlugins(list: readonly unknown[]): readonly PluginRecord[] {
  const records = list.map(readRecord)
  const byName = new Map<string, PluginRecord>()
  for (const record of records) {
    if (byName.has(record.name))
      throw coreError('PLUGIN_DUPLICATE', { message: `two plugins in the list are named "${record.name}"` })
    byName.set(record.name, record)
  }
  const ordered: PluginRecord[] = []
  const path: string[] = []
  const visit = (record: PluginRecord): void => {
    if (ordered.includes(record)) return
    if (path.includes(record.name)) {
      const cycle = [...path.slice(path.indexOf(record.name)), record.name].join(' → ')
      throw coreError('PLUGIN_CYCLE', { message: `plugins use each other in a circle: ${cycle}` })
    }
    path.push(record.name)
    for (const [key, use] of Object.entries(record.definition.uses ?? {})) {
      if (contextNames.has(key)) throw hidden(record.name, key)
      const used = byName.get(use.pluginName)
      if (used) visit(used)
      else if (!isOptionalUse(use)) throw missing(record.name, use.pluginName)
    }
    path.pop()
    ordered.push(record)
  }
  for (const record of records) visit(record)
  return ordered
}

function readRecord(value: unknown, index: number): PluginRecord {
  const record = pluginRecord(value)
  if (!record) {
    const received = typeof value === 'function' ? `the factory ${nameOf(value)} itself` : String(value)
    throw coreError('PLUGIN_NOT_A_PLUGIN', { message: `plugins[${index}] is not a plugin: ${received}` })
  }
  if (record.core !== thisCore)
    throw coreError('PLUGIN_TWO_CORES', {
      message: `plugin "${record.name}" comes from the copy of @larkspur/core at ${record.core.url}, the bot from ${thisCore.url}`,
    })
  if (typeof record.name !== 'string' || !nameShape.test(record.name) || isReserved(record.name))
    throw coreError('PLUGIN_NAME_INVALID', {
      message: isReserved(record.name)
        ? `a plugin cannot be named "${record.name}": the bot uses that name itself`
        : `"${record.name}" is not a plugin name`,
    })
  return record
}

function isReserved(name: string): boolean {
  return reservedPluginNames.has(name) || isKernelPrefix(name)
}

function nameOf(factory: unknown): string {
  return (factory as { pluginName?: string }).pluginName ?? '(unnamed)'
}

function missing(plugin: string, used: string): LarkspurError {
  return coreError('PLUGIN_MISSING', {
    message: `plugin "${plugin}" uses "${used}", which is not in the list`,
    hint: `Add ${used}() to plugins.`,
  })
}

function hidden(plugin: string, key: string): LarkspurError {
  return coreError('PLUGIN_NAME_INVALID', {
    message: `plugin "${plugin}" has "${key}" in \`uses\`, which setup receives as something else already`,
    hint: 'Use the plugin under another name: `uses: { other: factory }`.',
  })
}
