import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let project: string

// A checkout with a page as small as one can be, and a Vite that writes what it was asked for.
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'larkspur-page-'))
  for (const folder of ['scripts', 'packages/sandbox/page/src', 'packages/sandbox/src/im'])
    mkdirSync(join(project, folder), { recursive: true })
  copyFileSync(fileURLToPath(new URL('page.mjs', import.meta.url)), join(project, 'scripts/page.mjs'))
  write('packages/sandbox/package.json', '{}')
  write('packages/sandbox/page/src/main.tsx', '')
  for (const name of ['fault-kinds.ts', 'settings.ts']) write(`packages/sandbox/src/${name}`, '')
  write(
    'packages/sandbox/node_modules/vite/bin/vite.js',
    `const { mkdirSync, writeFileSync } = require('node:fs')
     if (process.env.BROKEN) throw new Error('no page today')
     mkdirSync('dist/page', { recursive: true })
     writeFileSync('dist/page/index.html', process.argv.slice(2).join(' '))`,
  )
})
afterEach(() => rmSync(project, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(join(project, path, '..'), { recursive: true })
  writeFileSync(join(project, path), text)
}

/** What was said while the page was built; empty when there was nothing to do. */
function build(settings: Record<string, string> = {}): { built: boolean; said: string } {
  const code = `import('./scripts/page.mjs').then((page) => { process.exitCode = page.buildPage(process.execPath) ? 0 : 3 })`
  const env = { ...process.env, NODE_OPTIONS: '', ...settings }
  const { status, stderr } = spawnSync(process.execPath, ['-e', code], { cwd: project, env, encoding: 'utf8' })
  return { built: status === 0, said: stderr }
}

const building = 'Building the page of the sandbox …\n'

describe('the page of the sandbox', () => {
  test('is built when it is missing, and not again', () => {
    expect(build()).toEqual({ built: true, said: building })
    expect(build()).toEqual({ built: true, said: '' })
  })

  test.each(['page/src/main.tsx', 'src/im/card.ts', 'src/fault-kinds.ts', 'package.json'])(
    'is built again when %s changed',
    (path) => {
      build()
      const file = join('packages/sandbox', path)
      write(file, 'changed')
      const later = new Date(statSync(join(project, file)).mtimeMs + 5000)
      utimesSync(join(project, file), later, later)
      expect(build().said).toBe(building)
    },
  )

  test('stops nobody when it cannot be built', () => {
    const { built, said } = build({ BROKEN: '1' })
    expect(built).toBe(false)
    expect(said).toContain('no page today')
    expect(said).toContain('The sandbox runs without it.')
  })
})
