import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const scripts = fileURLToPath(new URL('.', import.meta.url))
let project: string

// A checkout as small as one can be. `npm` is a program that writes down how it was called and installs a "packaged Node".
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'larkspur-run-'))
  for (const folder of ['scripts', 'packages/core', 'examples', 'bin'])
    mkdirSync(join(project, folder), { recursive: true })
  for (const file of ['run.mjs', 'setup.mjs', 'page.mjs'])
    copyFileSync(join(scripts, file), join(project, 'scripts', file))
  writeFileSync(join(project, 'package.json'), JSON.stringify({ packageManager: 'pnpm@1.2.3' }))
  writeFileSync(join(project, 'packages/core/package.json'), '{}')
  writeFileSync(
    join(project, 'program.mjs'),
    'console.log(JSON.stringify(process.argv.slice(2)))\nprocess.exitCode = Number(process.env.EXIT ?? 0)\n',
  )
  program(
    'bin/npm',
    `echo "$*" >> "${project}/npm-calls"; [ -z "$NPM_EXIT" ] || exit "$NPM_EXIT"
     mkdir -p node_modules/node/bin; cp "${project}/bin/packaged" node_modules/node/bin/node`,
  )
  program('bin/packaged', `echo "the packaged Node"; exec "${process.execPath}" "$@"`)
})
afterEach(() => rmSync(project, { recursive: true, force: true }))

function program(path: string, body: string): string {
  writeFileSync(join(project, path), `#!/bin/sh\n${body}\n`)
  chmodSync(join(project, path), 0o755)
  return join(project, path)
}

function start(arguments_: readonly string[], settings: Record<string, string> = {}, node: readonly string[] = []) {
  const env = {
    ...process.env,
    LARKSPUR_NODE: '',
    NODE_OPTIONS: '',
    PATH: `${join(project, 'bin')}${delimiter}${process.env.PATH}`,
    ...settings,
  }
  return spawn(process.execPath, [...node, 'scripts/run.mjs', ...arguments_], {
    cwd: project,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function run(...[arguments_, settings, node]: Parameters<typeof start>) {
  const child = start(arguments_, settings, node)
  let output = ''
  let errors = ''
  child.stdout.on('data', (text) => (output += text))
  child.stderr.on('data', (text) => (errors += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output: output.trim(), errors: errors.trim() }
}

const npmCalls = () =>
  existsSync(join(project, 'npm-calls')) ? readFileSync(join(project, 'npm-calls'), 'utf8').trim().split('\n') : []
const pretend = (version: string) => [
  '--import',
  `data:text/javascript,Object.defineProperty(process,'version',{value:'${version}'})`,
]

describe('set-up', () => {
  test('installs with the pinned pnpm once, and again only when a manifest has changed', async () => {
    expect(await run(['program.mjs'])).toMatchObject({ code: 0, output: '[]' })
    expect(npmCalls()).toEqual([
      expect.stringContaining('exec --yes --package=pnpm@1.2.3 -- pnpm install --frozen-lockfile'),
    ])
    expect(await run(['program.mjs'])).toEqual({ code: 0, output: '[]', errors: '' })
    expect(npmCalls()).toHaveLength(1)
    appendFileSync(join(project, 'packages/core/package.json'), '\n')
    await run(['program.mjs'])
    expect(npmCalls()).toHaveLength(2)
  })

  test('that fails says so, runs nothing and is tried again the next time', async () => {
    const failed = await run(['program.mjs'], { NPM_EXIT: '3' })
    expect(failed).toMatchObject({ code: 1, output: '' })
    expect(failed.errors).toContain('Set-up failed: pnpm install ended with code 3')
    expect(failed.errors).toContain('run the command again')
    expect(await run(['program.mjs'])).toMatchObject({ code: 0, output: '[]' })
  })

  test('without npm on the machine says so', async () => {
    const { code, errors } = await run(['program.mjs'], { PATH: '/nonexistent' })
    expect(code).toBe(1)
    expect(errors).toContain('npm')
  })
})

describe('the program', () => {
  test('gets its arguments unchanged, blanks and quotes included', async () => {
    const arguments_ = ['--say', 'hello  there', '', `it's "so"`, '$HOME *']
    expect(JSON.parse((await run(['program.mjs', ...arguments_])).output)).toEqual(arguments_)
  })

  test('passes its exit code on', async () => {
    expect(await run(['program.mjs'], { EXIT: '7' })).toMatchObject({ code: 7 })
  })

  test('that a signal ends gives 128 and the signal’s number', async () => {
    writeFileSync(join(project, 'program.mjs'), `process.kill(process.pid, 'SIGKILL')`)
    expect(await run(['program.mjs'])).toMatchObject({ code: 137 })
  })

  test('gets SIGTERM and may take its time to end', async () => {
    writeFileSync(
      join(project, 'program.mjs'),
      `const stay = setInterval(() => {}, 1000)
       process.on('SIGTERM', () => { console.log('draining'); clearInterval(stay); process.exitCode = 5 })
       console.log('ready')`,
    )
    const child = start(['program.mjs'])
    const lines: string[] = []
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      lines.push(text.trim())
      if (text.includes('ready')) child.kill('SIGTERM')
    })
    expect(await once(child, 'close')).toEqual([5, null])
    expect(lines).toEqual(['ready', 'draining'])
  })

  test('must be named', async () => {
    expect(await run([])).toMatchObject({ code: 1, errors: 'Usage: node scripts/run.mjs <file> [arguments]' })
    expect(npmCalls()).toEqual([])
  })
})

describe('the choice of Node', () => {
  test('is the machine’s own when it is new enough', async () => {
    expect((await run(['program.mjs'])).output).toBe('[]')
  })

  test('is the packaged one when the machine’s is older than 24', async () => {
    expect((await run(['program.mjs'], {}, pretend('v20.20.2'))).output).toBe('the packaged Node\n[]')
  })

  test('says what to do when the packaged one is missing', async () => {
    program('bin/npm', 'mkdir -p node_modules')
    const { code, errors } = await run(['program.mjs'], {}, pretend('v20.20.2'))
    expect(code).toBe(1)
    expect(errors).toContain('the packaged one is missing. Delete node_modules and try again.')
  })

  test('is LARKSPUR_NODE when that is set', async () => {
    const forced = program('bin/forced', `[ "$1" = --version ] || echo forced; exec "${process.execPath}" "$@"`)
    expect((await run(['program.mjs'], { LARKSPUR_NODE: forced })).output).toBe('forced\n[]')
    expect((await run(['program.mjs'], { LARKSPUR_NODE: 'bin/forced' })).output).toBe('forced\n[]')
  })

  test.each([
    ['is not there', '/nonexistent/node', 'does not run as a Node'],
    ['is another program', '/bin/echo', 'does not run as a Node'],
  ])('is refused with the next step when LARKSPUR_NODE %s', async (_, path, message) => {
    const { code, errors } = await run(['program.mjs'], { LARKSPUR_NODE: path })
    expect(code).toBe(1)
    expect(errors).toContain(`LARKSPUR_NODE is ${path}, which ${message}`)
  })

  test('is refused when LARKSPUR_NODE is too old', async () => {
    const { code, errors } = await run(['program.mjs'], { LARKSPUR_NODE: program('bin/old', 'echo v22.1.0') })
    expect(code).toBe(1)
    expect(errors).toMatch(/LARKSPUR_NODE is .*bin\/old, Node v22\.1\.0; Larkspur needs 24 or newer\./)
  })

  test('is refused before the set-up when the machine’s Node cannot even set up', async () => {
    const { code, errors } = await run(['program.mjs'], {}, pretend('v18.19.0'))
    expect({ code, errors }).toEqual({
      code: 1,
      errors: 'Node v18.19.0 is too old to set Larkspur up; install Node 20 or newer (nodejs.org).',
    })
    expect(npmCalls()).toEqual([])
  })
})
