import { describe, expect, test } from 'vitest'
import * as rules from './house-rules.ts'
import { parseSource, projectFiles, projectSources, readText } from './source-tree.ts'

const sources = projectSources()
const paths = projectFiles()
const textFiles = paths
  .filter((path) => /\.(ts|mjs|json|md|ya?ml|sql|sh|html|css|txt)$|\/run$/.test(path) && path !== 'pnpm-lock.yaml')
  .map((path) => ({ path, text: readText(path) }))

describe('the project', () => {
  test('exports names one by one', () => expect(rules.exportStarProblems(sources)).toEqual([]))
  test('calls files by what they hold', () => expect(rules.vagueNameProblems(paths)).toEqual([]))
  test('has no file over 400 lines', () => expect(rules.longFileProblems(sources)).toEqual([]))
  test('expects type errors in type tests alone', () => expect(rules.expectErrorProblems(sources)).toEqual([]))
  test('skips no test without a reason', () => expect(rules.skippedTestProblems(sources)).toEqual([]))
  test('throws errors of the catalogue', () => expect(rules.bareErrorProblems(sources)).toEqual([]))
  test('names the SDK in two modules', () => expect(rules.sdkProblems(sources)).toEqual([]))
  test('documents what its packages export', () => expect(rules.docCommentProblems(sources)).toEqual([]))
  test('names no registry and no path of one machine', () => expect(rules.machineNameProblems(textFiles)).toEqual([]))
  test('has no broken link', () => expect(rules.brokenLinkProblems(textFiles)).toEqual([]))
})

describe('each rule finds its breach', () => {
  const found = (problems: string[]) => problems.map((problem) => problem.split(' ')[0])
  const source = parseSource

  test('export *', () => {
    expect(found(rules.exportStarProblems([source('a.ts', `\nexport * from './b.ts'`)]))).toEqual(['a.ts:2'])
  })

  test('vague names', () => {
    expect(found(rules.vagueNameProblems(['src/utils/a.ts', 'src/token-manager.ts', 'src/database.ts']))).toEqual([
      'src/utils/a.ts:',
      'src/token-manager.ts:',
    ])
  })

  test('long files', () => {
    const lines = (count: number) => 'x\n'.repeat(count)
    expect(
      found(
        rules.longFileProblems([
          { path: 'a.ts', text: lines(400) },
          { path: 'b.ts', text: lines(401) },
        ]),
      ),
    ).toEqual(['b.ts:'])
  })

  test('expected type errors outside type tests', () => {
    const text = `// ${'@ts-expect'}-error\nconst a = 1`
    expect(found(rules.expectErrorProblems([source('a.ts', text), source('a.test-d.ts', text)]))).toEqual(['a.ts:1'])
  })

  test('skipped and only tests', () => {
    const [skip, only] = ['test.' + 'skip', 'describe.' + 'only']
    const text = `${skip}('a', f)\n${skip}('b (skipped: needs macOS)', f)\n${skip}(\n  'c (skipped: d)')\n${only}('e', f)`
    expect(found(rules.skippedTestProblems([source('a.test.ts', text)]))).toEqual(['a.test.ts:1', 'a.test.ts:5'])
  })

  test('bare errors', () => {
    const text = `throw new Error('x')`
    const files = ['packages/core/src/a.ts', 'packages/core/src/a.test.ts', 'packages/cli/src/a.ts'].map((path) =>
      source(path, text),
    )
    expect(found(rules.bareErrorProblems(files))).toEqual(['packages/core/src/a.ts:1'])
  })

  test('the SDK elsewhere, or loaded with the link', () => {
    const files = [
      source('packages/core/src/api/a.ts', `import type { Client } from '@larksuiteoapi/node-sdk'`),
      source('packages/core/src/connection/link.ts', `import { WSClient } from '@larksuiteoapi/node-sdk'`),
      source('packages/core/src/connection/link.ts', `await import('@larksuiteoapi/node-sdk')`),
      source('packages/core/src/raw-client.ts', `import { Client } from '@larksuiteoapi/node-sdk'`),
    ]
    expect(found(rules.sdkProblems(files))).toEqual([
      'packages/core/src/api/a.ts:1',
      'packages/core/src/connection/link.ts:1',
    ])
  })

  test('exports without a doc comment', () => {
    const files = [
      source('packages/core/src/index.ts', `export { a, b } from './a.ts'\nexport const c = 1`),
      source(
        'packages/core/src/a.ts',
        `/** What it is. */\nexport function a() {}\n\nexport type b = 1\nexport const inner = 2`,
      ),
    ]
    expect(rules.docCommentProblems(files)).toEqual([
      'packages/core/src/a.ts:4 exports b without a doc comment',
      'packages/core/src/index.ts:2 exports c without a doc comment',
    ])
  })

  test('registries and machine paths', () => {
    const text = [
      'see ../../shared/x.md',
      `${'/work'}/main`,
      `https://registry.${'npmjs'}.org/x`,
      '/healthz',
      './shared/x',
    ].join('\n')
    expect(found(rules.machineNameProblems([{ path: 'a.md', text }])).sort()).toEqual(['a.md:1', 'a.md:2', 'a.md:3'])
  })

  test('broken links', () => {
    const text =
      '[a](package.json) [b](absent.md#x) [c](https://open.feishu.cn) [d](#here) `[e](code.md)`\n[f]: ./absent.md'
    expect(found(rules.brokenLinkProblems([{ path: 'a.md', text }]))).toEqual(['a.md:1', 'a.md:2'])
  })
})
