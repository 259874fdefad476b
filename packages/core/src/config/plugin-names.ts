import { variableOf } from './settings.ts'

/**
 * Names that no plugin may have, because the kernel's variables begin with them (`LARKSPUR_HTTP_…`). `app` and `apps` are
 * those of the apps.
 */
export const reservedPluginNames: readonly string[] = [
  'api',
  'app',
  'apps',
  'clock',
  'config',
  'connection',
  'core',
  'credentials',
  'database',
  'default',
  'dispatch',
  'environment',
  'http',
  'inbox',
  'key',
  'keys',
  'larkspur',
  'log',
  'metrics',
  'node',
  'other',
  'plugin',
  'plugins',
  'proxy',
  'storage',
  'webhook',
  'work',
]

/** `LARKSPUR_MESSAGING_`: what the variables of a plugin's options begin with. */
export function pluginPrefix(pluginName: string): string {
  return `${variableOf([pluginName])}_`
}

/** Which of these plugins a variable belongs to: the one with the longest name that fits. */
export function pluginOfVariable(variable: string, pluginNames: readonly string[]): string | undefined {
  return pluginNames.filter((name) => variable.startsWith(pluginPrefix(name))).sort((a, b) => b.length - a.length)[0]
}
