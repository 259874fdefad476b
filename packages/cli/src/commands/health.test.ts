import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createNetServer } from 'node:net'
import { startSandbox } from '@larkspur/sandbox'
import { expect, it } from 'vitest'
import { botFolder, parrotConfig } from '../testing/bot-folder.ts'
import { larkspur, RunningCommand } from '../testing/command.ts'
import { larkspurHere } from '../testing/command-here.ts'
import { sandboxEnv } from '../testing/sandbox-env.ts'

async function freePort(): Promise<number> {
  const server = createNetServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

it('asks the bot of the folder and tells each part', async () => {
  await using sandbox = await startSandbox()
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  const port = await freePort()
  const env = { ...sandboxEnv(sandbox), LARKSPUR_HTTP_MONITOR_PORT: String(port) }
  await using command = new RunningCommand(['start'], { cwd: bot.path, env })
  await command.printed(/"msg":"started"/)
  const { stdout, stderr, exitCode } = await larkspurHere(['health'], { cwd: bot.path, env })
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
  expect(stdout).toMatch(/^ready since 20\S+Z\n/)
  for (const part of ['database', 'inbox', `connection:${sandbox.apps[0]?.appId}`])
    expect(stdout).toMatch(new RegExp(`^  ${part} +up +20\\S+Z  .+$`, 'm'))
  const json = await larkspurHere(['health', '--json', '--url', `http://127.0.0.1:${port}`], { cwd: bot.path })
  expect(JSON.parse(json.stdout)).toMatchObject({ state: 'ready', parts: { inbox: { status: 'up' } } })
})

it('ends with 1 when no bot answers', async () => {
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  const env = { LARKSPUR_HTTP_MONITOR_PORT: String(await freePort()) }
  const { stdout, stderr, exitCode } = await larkspur(['health'], { cwd: bot.path, env })
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 })
  expect(stderr).toMatch(/^✗ No bot answers at http:\/\/127\.0\.0\.1:\d+\/readyz \(ECONNREFUSED\)\.\n {2}→ /)
})

it('ends with 1 when the bot is not ready, and when it is no bot', async () => {
  let answer = '{"state":"down","since":"2026-01-01T00:00:00.000Z","parts":{}}'
  const server = createServer((_, response) => response.writeHead(503).end(answer)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const argv = ['health', '--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`]
  const down = await larkspurHere(argv, { cwd: '.' })
  answer = '<html>'
  const other = await larkspurHere(argv, { cwd: '.' })
  server.close()
  expect(down).toMatchObject({ exitCode: 1, stdout: 'down since 2026-01-01T00:00:00.000Z\n' })
  expect(other).toMatchObject({ exitCode: 1, stdout: '' })
  expect(other.stderr).toMatch(/answers, but not as a bot does/)
})

it('refuses what is no address', async () => {
  const { stderr, exitCode } = await larkspur(['health', '--url', 'localhost'], { cwd: '.' })
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/^✗ --url is "localhost", which is no http address/)
})
