import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it, vi } from 'vitest'
import { botFolder, parrotConfig } from '../testing/bot-folder.ts'
import { larkspur, RunningCommand } from '../testing/command.ts'

// Every test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

it('says what it is told, prints the conversation and ends', async () => {
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  const result = await larkspur(['dev', '--say', 'hello there', '--say', 'two\nlines'], { cwd: bot.path })
  expect(result).toEqual({
    exitCode: 0,
    stdout: 'you › hello there\nbot › hello there!\nyou › two\n      lines\nbot › two\n      lines!\n',
    stderr: '',
  })
  expect(await readFile(join(bot.path, '.larkspur/dev.log'), 'utf8')).toContain('"msg":"started"')
})

it('fails when the bot does not answer', async () => {
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  const result = await larkspur(['dev', '--say', 'be quiet', '--timeout', '0.3'], { cwd: bot.path })
  expect(result).toEqual({
    exitCode: 1,
    stdout: 'you › be quiet\n',
    stderr:
      '✗ The bot did not answer "be quiet" within 0.3 s.\n  → No handler fits it, or one failed; the log is in .larkspur/dev.log.\n',
  })
})

it('tells what a handler failed with', async () => {
  const more = `if (text === 'fail') throw new TypeError('no such seed')`
  await using bot = await botFolder({
    'bot.config.ts': parrotConfig({ more, options: 'dispatch: { maxAttempts: 1 }' }),
  })
  const result = await larkspur(['dev', '--say', 'fail', '--timeout', '2'], { cwd: bot.path })
  expect(result.exitCode).toBe(1)
  expect(result.stderr).toMatch(/! parrot\/\S+ failed: TypeError: no such seed\n/)
})

it('reads lines of standard input', async () => {
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  const result = await larkspur(['dev'], { cwd: bot.path, input: 'one\n\ntwo\n' })
  expect(result).toMatchObject({ exitCode: 0, stdout: 'you › one\nbot › one!\nyou › two\nbot › two!\n' })
})

it('puts the sandbox in the place of configured apps, databases and domains', async () => {
  const apps = `apps: [{ appId: 'cli_00000000000000aa', appSecret: 'the real one', domain: 'lark', receive: 'webhook', encryptKey: 'k' }]`
  const options = `${apps}, defaultAppId: 'cli_00000000000000aa', work: false`
  const more = `console.log(body.message.chat_type, app().appId)`
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig({ options, more }) })
  const env = {
    LARKSPUR_APP_ID: 'cli_00000000000000bb',
    LARKSPUR_APP_SECRET: 'another real one',
    LARKSPUR_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  }
  const result = await larkspur(['dev', '--say', 'hello'], { cwd: bot.path, env })
  expect(result).toMatchObject({ exitCode: 0, stderr: '' })
  expect(result.stdout).toBe('you › hello\np2p cli_00000000000000aa\nbot › hello!\n')
})

it('says which package is missing', async () => {
  const modules = await mkdtemp(join(tmpdir(), 'larkspur-cli-'))
  await mkdir(join(modules, '@larkspur'))
  await symlink(
    fileURLToPath(new URL('../../node_modules/@larkspur/core', import.meta.url)),
    join(modules, '@larkspur/core'),
  )
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() }, { modules })
  const result = await larkspur(['dev', '--say', 'hello'], { cwd: bot.path })
  await rm(modules, { recursive: true })
  expect(result).toMatchObject({ exitCode: 1, stdout: '' })
  expect(result.stderr).toBe(
    `✗ larkspur dev needs @larkspur/sandbox, which is not installed in ${bot.path}.\n  → Install it with npm install --save-dev @larkspur/sandbox.\n`,
  )
})

it('says that the port of the sandbox is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  const result = await larkspur(['dev', '--port', String(port)], { cwd: bot.path })
  server.close()
  expect(result).toMatchObject({ exitCode: 1, stdout: '' })
  expect(result.stderr).toMatch(new RegExp(`^✗ The sandbox did not start: .*${port}`))
})

it('takes the sandbox along when it is killed', async () => {
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  await using command = new RunningCommand(['dev', '--no-chat', '--port', '0'], { cwd: bot.path })
  const [, url = ''] = await command.printed(/Chat with the bot at (\S+)/)
  expect((await fetch(`${url}/sandbox`)).status).toBe(200)
  command.kill('SIGKILL')
  await command.ended
  for (;;) {
    const answers = await fetch(`${url}/sandbox`).then(
      () => true,
      () => false,
    )
    if (!answers) break
    await delay(20)
  }
})

it('stops at a signal and leaves no sandbox', async () => {
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  await using command = new RunningCommand(['dev', '--no-chat', '--port', '0'], { cwd: bot.path })
  const [, url = ''] = await command.printed(/Chat with the bot at (\S+)/)
  command.kill('SIGINT')
  expect(await command.ended).toMatchObject({ exitCode: 0 })
  await expect(fetch(`${url}/sandbox`)).rejects.toThrow()
})

it('finds a bot.config.ts of another folder', async () => {
  await using bot = await botFolder({ 'other.config.ts': parrotConfig() })
  await writeFile(join(bot.path, '.env'), 'LARKSPUR_LOG_LEVEL=silent')
  const argv = ['dev', '--cwd', bot.path, '--config', 'other.config.ts', '--say', 'hello']
  expect(await larkspur(argv, { cwd: tmpdir() })).toMatchObject({ exitCode: 0, stdout: 'you › hello\nbot › hello!\n' })
})
