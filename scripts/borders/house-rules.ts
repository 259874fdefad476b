// Rules that no ready linter holds for us. Each takes files and gives one readable line for every breach.
import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { isGenerated, isTest, lineAt, root, type Source } from './source-tree.ts'

/** A text file of the project. */
export interface TextFile {
  readonly path: string
  readonly text: string
}

const maxLines = 400
const vagueNames = ['utils', 'util', 'helpers', 'helper', 'manager', 'common', 'misc']
const sdk = '@larksuiteoapi/node-sdk'
const sdkLoaders = ['packages/core/src/connection/link.ts', 'packages/core/src/raw-client.ts']

/** `export *` hides what a module gives. */
export function exportStarProblems(sources: readonly Source[]): string[] {
  return find(sources, /^\s*export\s*\*/gm, 'export names one by one')
}

/** A file or folder is called by what it holds. */
export function vagueNameProblems(paths: readonly string[]): string[] {
  return paths
    .filter((path) => path.split(/[/.-]/).some((word) => vagueNames.includes(word)))
    .map((path) => `${path}: name it by the noun that it holds, not ${vagueNames.join(', ')}`)
}

/** A file that needs scrolling is two files. */
export function longFileProblems(sources: readonly TextFile[]): string[] {
  return sources
    .filter(({ path }) => !isGenerated(path))
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > maxLines)
    .map(({ path, lines }) => `${path}: ${lines} lines, at most ${maxLines}; cut it in two by nouns`)
}

/** A type error is expected in type tests alone. */
export function expectErrorProblems(sources: readonly Source[]): string[] {
  const others = sources.filter(({ path }) => !path.endsWith('.test-d.ts'))
  return find(others, /@ts-(expect-error|ignore|nocheck)\b/g, 'only *.test-d.ts may expect a type error')
}

/** A test that does not run says why in its title: `test.skip('… (skipped: needs macOS)')`; `.only` never. */
export function skippedTestProblems(sources: readonly Source[]): string[] {
  const tests = sources.filter(({ path }) => isTest(path))
  const skipped =
    /\b(?:test|it|describe)(?:\.\w+)*\.(?:skip|todo|skipIf|runIf)\b(?!.*\(skipped: )(?!.*\(\n.*\(skipped: )/g
  return [
    ...find(tests, skipped, "write the reason into the title: '… (skipped: reason)'"),
    ...find(tests, /\b(?:test|it|describe)(?:\.\w+)*\.only\b/g, 'it would hide the other tests'),
  ]
}

/** The kernel and the plugins throw errors of the catalogue. */
export function bareErrorProblems(sources: readonly Source[]): string[] {
  const kernelAndPlugins = sources.filter(
    ({ path }) => /^packages\/(core|plugin-[^/]+)\/src\//.test(path) && !isTest(path),
  )
  return find(
    kernelAndPlugins,
    /\bnew (?:Error|TypeError|RangeError)\(/g,
    'take or add a LarkspurError in the catalogue',
  )
}

/** The SDK loads in 200 ms and 17 MB of types: only two modules of core name it, and the link only when it opens. */
export function sdkProblems(sources: readonly Source[]): string[] {
  const published = sources.filter(({ path }) => /^packages\/[^/]+\/src\//.test(path) && !isTest(path))
  return published.flatMap(({ path, imports }) =>
    imports
      .filter(({ specifier }) => specifier === sdk || specifier.startsWith(`${sdk}/`))
      .flatMap(({ line, lazy, typeOnly }) => {
        if (!sdkLoaders.includes(path)) return [`${path}:${line} names the SDK: only ${sdkLoaders.join(' and ')} may`]
        const loadsAtOnce = !lazy && !typeOnly && path !== 'packages/core/src/raw-client.ts'
        return loadsAtOnce
          ? [`${path}:${line} loads the SDK with the module: use await import() where the link opens`]
          : []
      }),
  )
}

/** Whoever hovers over an exported name of a package reads what it is for. */
export function docCommentProblems(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const entries = sources.filter(({ path }) => /^packages\/[^/]+\/src\/(index|raw-client)\.ts$/.test(path))
  return entries.flatMap((entry) => {
    const reExported = [...entry.text.matchAll(/export\s+(?:type\s+)?\{([^}]*)\}\s*from\s*'(\.[^']+)'/g)]
    const names = reExported.flatMap(([, list = '', from = '']) =>
      list
        .split(',')
        .map(
          (each) =>
            each
              .trim()
              .replace(/^type\s+/, '')
              .split(/\s+as\s+/)[0] ?? '',
        )
        .filter(Boolean)
        .map((name) => ({ name, source: byPath.get(posix.join(posix.dirname(entry.path), from)) })),
    )
    return [
      ...names.flatMap(({ name, source }) => (source ? undocumented(source, name) : [])),
      ...ownExports(entry.text).flatMap((name) => undocumented(entry, name)),
    ]
  })
}

/** Addresses of a package registry and paths of one machine mean nothing to a reader elsewhere. */
export function machineNameProblems(files: readonly TextFile[]): string[] {
  const registries = /\b(?:registry\.(?:npmjs|npmmirror|yarnpkg)\.\w+|npm\.pkg\.github\.com)\b/g
  const machinePaths = /(?<![\w.~/-])\/(?:work|farm|root|Users|home\/\w+)\/[\w.]/g
  const others = files.filter(({ path }) => !path.startsWith('scripts/borders/'))
  return [
    ...find(others, registries, 'leave the registry to the reader’s settings'),
    ...find(others, machinePaths, 'a path of one machine'),
    ...find(others, /(?<![\w/@-])(?:\.\.\/)+shared\//g, 'a folder outside the project'),
  ]
}

/** Links between the documents lead somewhere. */
export function brokenLinkProblems(files: readonly TextFile[]): string[] {
  return files
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, text }) =>
      [...withoutCode(text).matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)/gm)].flatMap((match) => {
        const link = match[1] ?? match[2] ?? ''
        if (/^[a-z][a-z+.-]*:|^#|^\/\//i.test(link)) return []
        const file = decodeURI(link.split(/[#?]/)[0] ?? '')
        const target = file.startsWith('/') ? file.slice(1) : posix.join(posix.dirname(path), file)
        return existsSync(join(root, target))
          ? []
          : [`${path}:${lineAt(text, match.index)} links to ${link}, which does not exist`]
      }),
    )
}

function find(files: readonly TextFile[], pattern: RegExp, advice: string): string[] {
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map(
      (match) => `${path}:${lineAt(text, match.index + match[0].search(/\S/))} has ${match[0].trim()}: ${advice}`,
    ),
  )
}

const declaration =
  /^export\s+(?:declare\s+)?(?:default\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\*?|class|interface|type|const|let|enum)\s+(\w+)/gm

function ownExports(text: string): string[] {
  return [...text.matchAll(declaration)].map(([, name = '']) => name)
}

function undocumented({ path, text }: Source, name: string): string[] {
  const places = [...text.matchAll(declaration)].filter((match) => match[1] === name)
  const first = places[0]
  // Overloads share the comment of the first; a name that is not declared here is re-exported and looked at there.
  if (!first || text.slice(0, first.index).trimEnd().endsWith('*/')) return []
  return [`${path}:${lineAt(text, first.index)} exports ${name} without a doc comment`]
}

// Blanks fenced and inline code, keeping offsets.
function withoutCode(text: string): string {
  return text.replace(/```[\s\S]*?```|`[^`\n]*`/g, (code) => code.replace(/[^\n]/g, ' '))
}
