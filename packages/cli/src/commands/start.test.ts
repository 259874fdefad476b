import { createServer } from 'node:net'
import { type Sandbox, startSandbox } from '@larkspur/sandbox'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { botFolder, parrotConfig } from '../testing/bot-folder.ts'
import { larkspur, RunningCommand } from '../testing/command.ts'
import { sandboxEnv } from '../testing/sandbox-env.ts'

// Every test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox()
})
afterAll(() => sandbox.close())

it('runs the bot until SIGTERM and lets handlers finish', async () => {
  const more = `console.log('begun'); await delay(200); console.log('finished')`
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig({ more }) })
  await using command = new RunningCommand(['start'], { cwd: bot.path, env: sandboxEnv(sandbox) })
  await command.printed(/"msg":"started"/)
  const said = await sandbox.say({ user: 'alice', text: 'hello' })
  await command.printed(/begun/)
  command.kill('SIGTERM')
  const result = await command.ended
  expect(result).toMatchObject({ exitCode: 0, stderr: '' })
  expect(result.stdout).toContain('finished')
  const messages = await sandbox.messages({ chatId: said.chatId, afterSeq: said.seq })
  expect(messages.map(({ text }) => text)).toEqual(['hello!'])
})

it.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('ends at once at the second %s', async (signal, exitCode) => {
  const more = `console.log('begun'); await delay(60_000)`
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig({ more }) })
  await using command = new RunningCommand(['start'], { cwd: bot.path, env: sandboxEnv(sandbox) })
  await command.printed(/"msg":"started"/)
  await sandbox.say({ user: 'alice', text: 'hello' })
  await command.printed(/begun/)
  command.kill(signal)
  await command.printed(/"msg":"closing"/)
  command.kill(signal)
  expect((await command.ended).exitCode).toBe(exitCode)
})

it('prints one clear error when a port is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  const env = { ...sandboxEnv(sandbox), LARKSPUR_HTTP_MONITOR_PORT: String(port), LARKSPUR_LOG_LEVEL: 'silent' }
  const result = await larkspur(['start'], { cwd: bot.path, env })
  server.close()
  expect(result).toMatchObject({ exitCode: 1, stdout: '' })
  expect(result.stderr).toMatch(new RegExp(`^✗ .*${port}.*\\n  → .*\\n  HTTP_PORT_IN_USE\\n$`))
})

it('prints one clear error when the secret is wrong, and not the secret', async () => {
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  const env = { ...sandboxEnv(sandbox), LARKSPUR_APP_SECRET: 'planted-secret-of-the-test', LARKSPUR_LOG_LEVEL: 'debug' }
  const result = await larkspur(['start'], { cwd: bot.path, env })
  expect(result.exitCode).toBe(1)
  expect(result.stderr).toMatch(/^✗ /)
  expect(result.stdout + result.stderr).not.toContain('planted-secret')
})

it('shows the stack when debugging', async () => {
  await using bot = await botFolder({ 'bot.config.ts': `throw new TypeError('no lists')` })
  const plain = await larkspur(['start'], { cwd: bot.path })
  expect(plain).toMatchObject({ exitCode: 1, stdout: '' })
  expect(plain.stderr).not.toMatch(/ at .*\(/)
  const debugging = await larkspur(['start'], { cwd: bot.path, env: { LARKSPUR_LOG_LEVEL: 'debug' } })
  expect(debugging.stderr).toMatch(/TypeError: no lists\n\s+at /)
})

it('refuses to run a bot that has no app', async () => {
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  const result = await larkspur(['start'], { cwd: bot.path, env: { LARKSPUR_LOG_LEVEL: 'silent' } })
  expect(result).toMatchObject({ exitCode: 1, stdout: '' })
  expect(result.stderr).toMatch(
    /^✗ The bot has no app, .*\n {2}→ Add one with larkspur app add.* LARKSPUR_APP_ID .*larkspur dev\.\n$/,
  )
})
