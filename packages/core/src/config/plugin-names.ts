import { appSettings } from './app-config.ts'
import { kernelSettings } from './kernel-options.ts'
import { variableOf } from './settings.ts'

/** Whether the variables of a plugin with this name would begin as variables of the kernel do (`http`, `app`, `http-monitor`). */
export function isKernelPrefix(pluginName: string): boolean {
  const prefix = pluginPrefix(pluginName)
  return [...kernelSettings(), ...appSettings].some(({ path }) => variableOf(path).startsWith(prefix))
}

/** `LARKSPUR_MESSAGING_`: what the variables of a plugin's options begin with. */
export function pluginPrefix(pluginName: string): string {
  return `${variableOf([pluginName])}_`
}

/** Which of these plugins a variable belongs to: the one with the longest name that fits. */
export function pluginOfVariable(variable: string, pluginNames: readonly string[]): string | undefined {
  return pluginNames.filter((name) => variable.startsWith(pluginPrefix(name))).sort((a, b) => b.length - a.length)[0]
}
