import { isKernelPrefix } from '../config/plugin-names.ts'
import { coreError } from '../errors/catalogue.ts'
import type { LarkspurError } from '../errors/larkspur-error.ts'
import { isOptionalUse, type PluginRecord, pluginRecord, thisCore } from './define-plugin.ts'

/** Names that a plugin cannot have, because `bot.<name>` is taken or an option group is called so. */
export const reservedPluginNames: ReadonlySet<string> = new Set([
  ...['app', 'apps', 'on', 'on-callback', 'observe', 'use', 'on-error', 'with-app', 'current-app-id', 'wake', 'start'],
  ...['close', 'status', 'metrics', 'fetch', 'ports', 'log', 'bot', 'core', 'kernel', 'domain', 'request', 'paginate'],
  ...['database', 'http', 'connection', 'inbox', 'dispatch', 'api', 'credentials', 'lifecycle', 'proxy', 'clock'],
  ...['environment', 'work', 'webhook', 'healthz', 'readyz', 'health', 'then', 'constructor', 'metrics-text'],
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
    for (const use of Object.values(record.definition.uses ?? {})) {
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
