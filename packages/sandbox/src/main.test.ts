import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { connectSandbox } from './http-control.ts'
import { openSandbox } from './testing/open-sandbox.ts'

const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

function run(...args: string[]) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url)), ...args])
  children.push(child)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (data) => {
    stdout += data
  })
  child.stderr.on('data', (data) => {
    stderr += data
  })
  const firstLine = async () => {
    while (!stdout.includes('\n')) await once(child.stdout, 'data')
    return stdout
  }
  const ended = once(child, 'close').then(([code]) => ({ code, stdout, stderr }))
  return { child, firstLine, ended }
}

describe('larkspur-sandbox', () => {
  it('prints one line of JSON when it is ready, and ends on SIGTERM', async () => {
    const { child, firstLine, ended } = run(
      '--port',
      '0',
      '--json',
      '--apps',
      '2',
      '--seed',
      'x',
      '--clock-scale',
      '60',
    )
    const { url, apps, users } = JSON.parse(await firstLine())
    expect(apps).toHaveLength(2)
    expect(users).toHaveLength(12)
    const remote = await connectSandbox(url)
    expect(remote.apps).toEqual(apps)
    expect((await remote.setClock({})).scale).toBe(60)
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ code: 0, stderr: '' })
  })

  it('prints what a person needs without --json, and ends on SIGINT', async () => {
    const { child, firstLine, ended } = run('--port', '0')
    expect(await firstLine()).toContain('Larkspur sandbox at http://127.0.0.1:')
    child.kill('SIGINT')
    expect((await ended).code).toBe(0)
  })

  it('ends when its parent does, if it was asked to', async () => {
    const { child, firstLine, ended } = run('--port', '0', '--json', '--exit-with-parent')
    await firstLine()
    child.stdin.end()
    expect((await ended).code).toBe(0)
  })

  it('says in one sentence that the port is in use', async () => {
    const sandbox = await openSandbox()
    const { port } = new URL(sandbox.url)
    expect(await run('--port', port).ended).toEqual({
      code: 1,
      stdout: '',
      stderr: `larkspur-sandbox: Port ${port} on 127.0.0.1 is in use; choose another with --port, or --port 0 for a free one.\n`,
    })
  })

  it.each([
    [['--port', 'many'], '--port takes a whole number from 0 to 65535, received "many".'],
    [['--apps', '0'], '--apps takes a whole number from 1 to 100, received "0".'],
    [['--clock-scale', '0', '--port', '0'], 'The clock scale must be a number above 0'],
    [['--nonsense'], "Unknown option '--nonsense'"],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await run(...args).ended
    expect(code).toBe(1)
    expect(stderr).toContain(message)
  })

  it('tells its options', async () => {
    expect((await run('--help').ended).stdout).toContain('--exit-with-parent')
  })
})
