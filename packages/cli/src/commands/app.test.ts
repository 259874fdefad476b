import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startSandbox } from '@larkspur/sandbox'
import { expect, inject, it } from 'vitest'
import { createTestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { botFolder, parrotConfig } from '../testing/bot-folder.ts'
import { larkspur, RunningCommand } from '../testing/command.ts'
import { larkspurHere } from '../testing/command-here.ts'
import { sandboxEnv } from '../testing/sandbox-env.ts'

const [a, b] = ['cli_00000000000000aa', 'cli_00000000000000bb'] as const
const secret = 'canaryAppSecretNeverShown'
const empty = `export default { plugins: [] }`
const one = `export default { apps: [{ appId: '${a}', appSecret: '${secret}', name: 'Configured' }] }`

it('adds, lists, shows, changes and deletes an app, and never prints a secret', async () => {
  await using bot = await botFolder({ 'bot.config.ts': empty })
  const options = { cwd: bot.path }
  const printed: string[] = []
  const run = async (argv: string[], more: { input?: string; env?: Record<string, string> } = {}) => {
    const result = await larkspurHere(['app', ...argv], { ...options, ...more })
    printed.push(result.stdout, result.stderr)
    return result
  }
  expect((await run(['list'])).stdout).toContain('larkspur app add')
  expect(existsSync(join(bot.path, '.larkspur'))).toBe(false)

  const added = await run(['add', a, '--name', '销售', '--secret-stdin', '--json'], { input: `${secret}\n` })
  expect(added).toMatchObject({ exitCode: 0, stderr: '' })
  expect(JSON.parse(added.stdout)).toMatchObject({ appId: a, name: '销售', enabled: true, source: 'database' })
  const file = join(bot.path, 'secret.txt')
  await writeFile(file, `${secret}\n`)
  const env = { LARKSPUR_APP_SECRET_FILE: file }
  const second = await run(['add', b, '--disabled', '--receive', 'none'], { env })
  expect(second.stdout).toMatch(
    new RegExp(`^ID +NAME +STATUS +CREATED\n${b} +– +disabled +20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC\n$`),
  )

  const update = run(['update', a, '--description', 'sells', '--new-secret'], { env: { LARKSPUR_APP_SECRET: secret } })
  const named = run(['default', a])
  expect((await named).stdout).toBe(`${a} is the default app.\n`)
  expect((await update).exitCode).toBe(0)
  const [listed, shown, unasked] = await Promise.all([run(['list']), run(['show', a]), run(['delete', b])])
  expect(listed.stdout.split('\n').slice(0, 3)).toEqual([
    expect.stringMatching(/^ID +NAME +STATUS +CREATED$/),
    expect.stringMatching(new RegExp(`^${a}  销售  enabled, default  20`)),
    expect.stringMatching(new RegExp(`^${b}  –     disabled          20`)),
  ])
  expect(shown.stdout).toMatch(/description +sells/)
  for (const kind of ['tenant', 'app']) expect(shown.stdout).toMatch(new RegExp(`\n${kind} +no +– +– +–\n`))
  expect(shown.stdout).toMatch(/\nuser +0 of 0 +– +– +–\n/)
  expect(unasked).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--yes') })

  expect((await run(['enable', b])).stdout).toBe(`${b} is enabled.\n`)
  const told = await Promise.all([['disable', b], ['default'], ['delete', b]].map((argv) => run([...argv, '--json'])))
  expect(JSON.parse(told[0]?.stdout ?? '')).toMatchObject({ appId: b, enabled: false })
  expect(JSON.parse(told[1]?.stdout ?? '')).toMatchObject({ appId: a, isDefault: true })
  expect(told[2]).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('--yes') })
  expect((await run(['delete', b, '--yes'])).stdout).toBe(`${b} is deleted.\n`)
  expect(await run(['delete', a, '--yes'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('CREDENTIAL_APP_IS_DEFAULT'),
  })
  expect((await run(['default', '--clear'])).stdout).toBe('There is no default app.\n')
  expect((await run(['default', '--json'])).stdout).toBe('null\n')
  expect(JSON.parse((await run(['list', '--json'])).stdout)).toMatchObject([{ appId: a, description: 'sells' }])
  expect(printed.join('')).not.toContain('canary')
  expect(await readdir(join(bot.path, '.larkspur'))).not.toContain('inbox.db')
})

it('does not take a secret from the command line, and does not repeat it', async () => {
  await using bot = await botFolder({ 'bot.config.ts': empty })
  const attempts = [['--secret', secret], [`--secret=${secret}`], ['--secret'], [`--app-secret=${secret}`]]
  const results = await Promise.all(attempts.map((argv) => larkspurHere(['app', 'add', a, ...argv], { cwd: bot.path })))
  for (const { exitCode, stdout, stderr } of results) {
    expect(exitCode).toBe(1)
    expect(stderr).toContain('--secret-stdin')
    expect(stdout + stderr).not.toContain('canary')
  }
})

it('says what is wrong and what to do, and changes nothing', async () => {
  await using bot = await botFolder({ 'bot.config.ts': one })
  const failures: readonly [string[], string, string?][] = [
    [['add'], 'No app id was given'],
    [['add', b], 'LARKSPUR_APP_SECRET'],
    [['add', b, '--secret-stdin'], 'no secret in it', ' \n'],
    [['add', 'cli_1', '--secret-stdin'], 'must be cli_ and 16 hex digits', secret],
    [['add', a, '--secret-stdin'], 'CREDENTIAL_APP_EXISTS', secret],
    [['show', b], `the apps are ${a} (Configured)`],
    [['update', a, '--name', 'x'], 'CREDENTIAL_APP_IN_CONFIG'],
    [['delete', a, '--yes'], 'CREDENTIAL_APP_IN_CONFIG'],
    [['update', a], 'Nothing to change'],
    [['default', b], 'CREDENTIAL_APP_UNKNOWN'],
    [['default', a, '--clear'], 'one of them'],
  ]
  const results = await Promise.all(
    failures.map(([argv, , input = '']) => larkspurHere(['app', ...argv], { cwd: bot.path, input })),
  )
  results.forEach(({ exitCode, stderr }, nth) => {
    expect(exitCode, failures[nth]?.[0].join(' ')).toBe(1)
    expect(stderr).toContain(failures[nth]?.[1])
    expect(stderr).not.toContain('canary')
  })
  const { stdout } = await larkspurHere(['app', 'list'], { cwd: bot.path })
  expect(stdout).toMatch(new RegExp(`${a}  Configured  enabled  in the configuration\n`))
})

it('does not read a secret from a terminal, which would show it', async () => {
  await using bot = await botFolder({ 'bot.config.ts': empty })
  const options = { cwd: bot.path, input: secret, onTerminal: true }
  const { exitCode, stderr } = await larkspurHere(['app', 'add', a, '--secret-stdin'], options)
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/on a terminal.*\n {2}→ Pipe it: .* or leave the option out to be asked/)
})

it('needs a key where none is made by itself', async () => {
  await using bot = await botFolder({ 'bot.config.ts': `export default { database: 'sqlite:data' }` })
  const { exitCode, stderr } = await larkspur(['app', 'add', a, '--secret-stdin'], { cwd: bot.path, input: secret })
  expect(exitCode).toBe(1)
  expect(stderr).toContain('CREDENTIAL_KEY_MISSING')
  expect(stderr).toContain('larkspur key new')
})

it.each(['sqlite', 'postgres'])('changes the apps of a bot that runs on %s', { timeout: 60_000 }, async (flavour) => {
  await using sandbox = await startSandbox({ apps: 2 })
  await using postgres = await createTestDatabase(inject('postgresUrl'))
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig({ options: 'credentials: { appPollMs: 20 }' }) })
  const [first, second] = sandbox.apps
  if (!first || !second) throw new Error('the sandbox has too few apps')
  const env = {
    ...sandboxEnv(sandbox),
    LARKSPUR_DATABASE_URL: flavour === 'sqlite' ? 'sqlite:data' : postgres.url,
    LARKSPUR_DATABASE_MIGRATE: 'auto',
    LARKSPUR_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  }
  await using running = new RunningCommand(['start'], { cwd: bot.path, env })
  await running.printed(/"started"/)
  const app = (argv: string[], input = '') => larkspurHere(['app', ...argv], { cwd: bot.path, env, input })
  await app(['add', second.appId, '--domain', sandbox.url, '--secret-stdin'], second.appSecret)
  await sandbox.waitForLinks({ appId: second.appId, count: 1 })
  const { chatId } = await sandbox.say({ user: 'alice', text: 'hello', to: { appId: second.appId } })
  expect((await sandbox.waitForMessage({ chatId, sender: 'bot' })).text).toBe('hello!')
  const [shown, disabled] = await Promise.all([app(['show', second.appId]), app(['disable', second.appId])])
  expect(shown.stdout).toMatch(/\ntenant +yes +20/)
  expect(disabled.exitCode).toBe(0)
  await sandbox.waitForLinks({ appId: second.appId, count: 0 })
  expect(await sandbox.links({ appId: first.appId })).toHaveLength(1)
})

it('says that a server is away', async () => {
  await using bot = await botFolder({ 'bot.config.ts': `export default { database: 'postgres://x:y@127.0.0.1:1/x' }` })
  const { exitCode, stderr } = await larkspur(['app', 'list'], { cwd: bot.path })
  expect(exitCode).toBe(1)
  expect(stderr).toContain('STORAGE_UNAVAILABLE')
  expect(stderr).not.toContain('x:y')
})
