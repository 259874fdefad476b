import { describe, expect, test } from 'vitest'
import { architectureProblems } from './architecture.ts'
import { directionProblems } from './core-directions.ts'
import { packageBorderProblems } from './package-borders.ts'
import { parseSource, projectFiles, projectSources, readText, workspacePackages } from './source-tree.ts'

const sources = projectSources()
const packages = workspacePackages()

describe('packages', () => {
  test('import each other only as their table allows', () => {
    expect(packageBorderProblems(sources, packages)).toEqual([])
  })

  test.each([
    ['packages/sandbox/src/a.ts', `import type { Bot } from '@larkspur/core'`, 'sandbox may import nothing of ours'],
    ['packages/sandbox/src/a.test.ts', `await import('@larkspur/core')`, 'tests of sandbox may import nothing of ours'],
    ['packages/core/src/a.ts', `export { x } from '@larkspur/sandbox'`, 'core may import nothing of ours'],
    ['packages/cli/src/a.ts', `const x = require('@larkspur/sandbox')`, 'cli may import only core'],
    [
      'packages/plugin-messaging/src/a.ts',
      `type T = import('@larkspur/testkit').T`,
      'plugin-messaging may import only core',
    ],
    ['packages/cli/src/a.ts', `import { x } from '../../core/src/index.ts'`, 'must stay in packages/cli'],
  ])('%s may not hold %s', (path, text, problem) => {
    expect(packageBorderProblems([parseSource(path, text)], packages)).toEqual([expect.stringContaining(problem)])
  })

  test('may use in tests what their own code may not', () => {
    const source = parseSource(
      'packages/core/src/a.test.ts',
      `import '@larkspur/sandbox'\nimport '../../../scripts/postgres/test-database.ts'`,
    )
    expect(packageBorderProblems([source], packages)).toEqual([])
  })

  test('must be in the table, and plugins have core as their peer', () => {
    const unknown = { folder: 'packages/new', name: 'new', manifest: { name: 'new' } }
    const core = packages.filter(({ folder }) => folder === 'packages/core')
    const plugin = {
      folder: 'packages/plugin-contact',
      name: '@larkspur/plugin-contact',
      manifest: { name: '@larkspur/plugin-contact', dependencies: { '@larkspur/core': 'workspace:^' } },
    }
    expect(packageBorderProblems([], [unknown, ...core, plugin])).toEqual([
      expect.stringContaining('packages/new is not in the table'),
      expect.stringContaining('must name core in peerDependencies'),
      expect.stringContaining('must not name core in dependencies'),
    ])
  })
})

describe('folders of core', () => {
  test('import in one direction', () => {
    expect(directionProblems(sources)).toEqual([])
  })

  test('may not import upwards, not even a type', () => {
    const source = parseSource('packages/core/src/api/call.ts', `\nimport type { Run } from '../dispatch/run.ts'`)
    expect(directionProblems([source])).toEqual([
      expect.stringMatching(
        /^packages\/core\/src\/api\/call\.ts:2 imports \.\.\/dispatch\/run\.ts: api stands below dispatch/,
      ),
    ])
  })

  test('of one row may not import each other both ways', () => {
    const there = parseSource('packages/core/src/errors/a.ts', `import '../observe/b.ts'`)
    const back = parseSource('packages/core/src/observe/b.ts', `import '../errors/a.ts'`)
    expect(directionProblems([there])).toEqual([])
    expect(directionProblems([there, back])).toEqual([expect.stringContaining('one way only')])
  })

  test('must have a place', () => {
    expect(directionProblems([parseSource('packages/core/src/extra/a.ts', '')])).toEqual([
      expect.stringContaining('extra has no place'),
    ])
  })
})

describe('ARCHITECTURE.md', () => {
  test('names every package and every folder of core, and nothing that is not there', () => {
    expect(architectureProblems(readText('ARCHITECTURE.md'), projectFiles())).toEqual([])
  })

  test('fails by what it lacks and by what it invents', () => {
    const paths = ['packages/core/src/api/request.ts', 'packages/cli/package.json']
    const text = '`packages/core/src/api/` with `@larkspur/core` at `/metrics`, `packages/core/src/apx/`'
    expect(architectureProblems(text, paths)).toEqual([
      expect.stringContaining('names `packages/core/src/apx/`'),
      expect.stringContaining('does not name `packages/cli/`'),
    ])
  })
})
