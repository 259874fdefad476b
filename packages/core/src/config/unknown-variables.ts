import { appSettings } from './app-config.ts'
import { closestName } from './closest-name.ts'
import type { Layers } from './layers.ts'
import { pluginOfVariable } from './plugin-names.ts'
import { type Setting, variableOf } from './settings.ts'

/** Read by other programs of the project. */
const others = ['LARKSPUR_NODE', 'LARKSPUR_AUDIT']

/** A warning for every variable that begins with `LARKSPUR_` and means nothing to the kernel or to a plugin of the list. */
export function unknownVariables(
  layers: Layers,
  settings: readonly Setting[],
  pluginNames: readonly string[],
): string[] {
  const known = [
    ...[...settings, ...appSettings].flatMap(({ path, secret }) => withFile(variableOf(path), secret)),
    ...withFile('LARKSPUR_APPS', true),
    ...others,
  ]
  return layers
    .names('LARKSPUR_')
    .filter((name) => !known.includes(name) && pluginOfVariable(name, pluginNames) === undefined)
    .map((name) => {
      const meant = closestName(name, known)
      return `${name} is not a variable that Larkspur knows${meant ? `; did you mean ${meant}?` : ''}`
    })
}

function withFile(variable: string, secret: boolean): string[] {
  return secret ? [variable, `${variable}_FILE`] : [variable]
}
