// Reads the project's own files for the tests of its borders and house rules.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync, Visitor } from 'oxc-parser'

/** The checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** One import, re-export, `import()`, `import('x')` type or `require()` of a file. */
export interface Import {
  /** As written: a package or a relative path. */
  readonly specifier: string
  /** Line in the file, from 1. */
  readonly line: number
  /** Gone at run time. */
  readonly typeOnly: boolean
  /** Loaded when the code runs there, not when the file is loaded. */
  readonly lazy: boolean
}

/** A parsed TypeScript file. */
export interface Source {
  /** From the checkout's root, with slashes. */
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
}

/** A package of the workspace. */
export interface WorkspacePackage {
  /** `packages/core` */
  readonly folder: string
  /** `@larkspur/core` */
  readonly name: string
  readonly manifest: Manifest
}

/** What the borders read of a package.json. */
export interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { optional?: boolean }>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** Paths of all files that git tracks or would track, from the root. */
export function projectFiles(): string[] {
  const arguments_ = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const listed = execFileSync('git', arguments_, { cwd: root, encoding: 'utf8', maxBuffer: 64_000_000 })
  return [...new Set(listed.split('\0'))].filter((path) => path && existsSync(join(root, path))).sort()
}

/** Text of a file of the project. */
export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** All TypeScript files of the project, generated ones left out, parsed. */
export function projectSources(): Source[] {
  return projectFiles()
    .filter((path) => /\.(ts|tsx|mts|cts)$/.test(path) && !isGenerated(path))
    .map((path) => parseSource(path, readText(path)))
}

/** The packages under packages/. */
export function workspacePackages(): WorkspacePackage[] {
  return projectFiles()
    .filter((path) => /^packages\/[^/]+\/package\.json$/.test(path))
    .map((path) => {
      const manifest = JSON.parse(readText(path)) as Manifest
      return { folder: posix.dirname(path), name: manifest.name, manifest }
    })
}

/** Files that a program wrote. */
export function isGenerated(path: string): boolean {
  return /(^|\/)(generated|contracts)\//.test(path) || path === 'pnpm-lock.yaml'
}

/** Files that only tests load, so that test dependencies are theirs to use. */
export function isTest(path: string): boolean {
  return /\.(test|test-d)\.tsx?$|\/src\/testing\//.test(path)
}

/** Finds the imports of a TypeScript text. Throws when it does not parse. */
export function parseSource(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text)
  if (errors[0]) throw new Error(`${path} does not parse: ${errors[0].message}`)
  const imports: Import[] = []
  const add = (specifier: unknown, start: number, kind: { typeOnly?: boolean; lazy?: boolean }) => {
    if (typeof specifier === 'string')
      imports.push({ specifier, line: lineAt(text, start), typeOnly: false, lazy: false, ...kind })
  }
  new Visitor({
    ImportDeclaration(node) {
      const typeOnly =
        node.importKind === 'type' ||
        (node.specifiers.length > 0 &&
          node.specifiers.every((each) => each.type === 'ImportSpecifier' && each.importKind === 'type'))
      add(node.source.value, node.start, { typeOnly })
    },
    ExportNamedDeclaration(node) {
      add(node.source?.value, node.start, { typeOnly: node.exportKind === 'type' })
    },
    ExportAllDeclaration(node) {
      add(node.source.value, node.start, { typeOnly: node.exportKind === 'type' })
    },
    ImportExpression(node) {
      if (node.source.type === 'Literal') add(node.source.value, node.start, { lazy: true })
    },
    TSImportType(node) {
      add(node.source.value, node.start, { typeOnly: true })
    },
    CallExpression(node) {
      const [first] = node.arguments
      if (node.callee.type === 'Identifier' && node.callee.name === 'require' && first?.type === 'Literal')
        add(first.value, node.start, { lazy: true })
    },
  }).visit(program)
  return { path, text, imports }
}

/** The file that a relative import names, from the root; undefined for a package. */
export function importedPath(from: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined
}

/** Number of the line that holds this offset, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
