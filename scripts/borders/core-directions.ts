// The one import direction inside core.
import { importedPath, isTest, type Source } from './source-tree.ts'

const home = 'packages/core/src/'

/**
 * Folders and root files of core from the ground up. Each may import what stands lower; those in one row may import each other,
 * one way only. Type-only imports count as well: a type that has to point upwards stands too high.
 */
export const layers: readonly (readonly string[])[] = [
  ['errors', 'observe', 'generated', 'container.ts'],
  ['storage', 'config'],
  ['credentials'],
  ['api'],
  ['inbox'],
  ['dispatch', 'backup'],
  ['connection', 'webhook', 'http'],
  ['plugin'],
  ['bot'],
  ['create-bot.ts', 'raw-client.ts'],
  ['index.ts'],
]

/** Every import of core that points upwards, and every row whose members import each other both ways. */
export function directionProblems(sources: readonly Source[]): string[] {
  const problems: string[] = []
  const sideways = new Map<string, string>()
  for (const source of sources) {
    if (!source.path.startsWith(home) || isTest(source.path)) continue
    const from = unitOf(source.path)
    const level = levelOf(from)
    if (level < 0) {
      problems.push(`${source.path}: ${from} has no place in the layers of scripts/borders/core-directions.ts`)
      continue
    }
    for (const { specifier, line } of source.imports) {
      const target = importedPath(source.path, specifier)
      if (!target?.startsWith(home)) continue
      const to = unitOf(target)
      if (to === from) continue
      const where = `${source.path}:${line} imports ${specifier}`
      if (levelOf(to) > level) problems.push(`${where}: ${from} stands below ${to} and may import only ${below(from)}`)
      if (levelOf(to) === level) {
        const back = sideways.get(`${to}>${from}`)
        if (back) problems.push(`${where}, and ${back}: ${from} and ${to} may import each other one way only`)
        sideways.set(`${from}>${to}`, where)
      }
    }
  }
  return problems
}

/** The folders and root files that core has. */
export function coreUnits(paths: readonly string[]): string[] {
  return [...new Set(paths.filter((path) => path.startsWith(home) && !isTest(path)).map(unitOf))]
}

function unitOf(path: string): string {
  return path.slice(home.length).split('/')[0] ?? ''
}

function levelOf(unit: string): number {
  return layers.findIndex((layer) => layer.includes(unit))
}

function below(unit: string): string {
  return (
    layers
      .slice(0, levelOf(unit) + 1)
      .flat()
      .filter((each) => each !== unit)
      .join(', ') || 'nothing'
  )
}
