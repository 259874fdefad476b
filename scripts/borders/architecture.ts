// Holds ARCHITECTURE.md to the truth.
import { coreUnits } from './core-directions.ts'

/** What ARCHITECTURE.md names and is not there, and what is there and it does not name. Folders end with a slash. */
export function architectureProblems(text: string, paths: readonly string[]): string[] {
  const existing = new Set(paths.flatMap((path) => [path, ...foldersOf(path)]))
  const packages = [...existing].filter((path) => /^packages\/[^/]+\/$/.test(path))
  const coreFolders = coreUnits(paths)
    .filter((unit) => !unit.endsWith('.ts'))
    .map((unit) => `packages/core/src/${unit}/`)
  return [
    ...namedPaths(text)
      .filter((path) => !existing.has(path) && !existing.has(`${path}/`))
      .map((path) => `ARCHITECTURE.md names \`${path}\`, which does not exist (paths start at the root)`),
    ...[...packages, ...coreFolders]
      .filter((folder) => !text.includes(folder.slice(0, -1)))
      .map((folder) => `ARCHITECTURE.md does not name \`${folder}\`: say what it holds, or which change begins there`),
  ]
}

// In backticks, without blanks: a path with a slash, or a file. Packages (@…), URL paths (/…) and patterns (*, <…>) are not paths.
function namedPaths(text: string): string[] {
  return [...text.matchAll(/`([^`\s]+)`/g)]
    .map(([, name = '']) => name)
    .filter(
      (name) =>
        /^[\w.][\w./-]*$/.test(name) && (/^[\w.-]+\//.test(name) || /^[\w.-]+\.(md|ts|mjs|json|yaml)$/.test(name)),
    )
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`)
}
