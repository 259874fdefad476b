import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newEncryptionKey } from '@larkspur/core'
import { startSandbox } from '@larkspur/sandbox'
import { describe, expect, inject, it } from 'vitest'
import { createTestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { botFolder, parrotConfig } from '../testing/bot-folder.ts'
import { larkspur, RunningCommand } from '../testing/command.ts'
import { larkspurHere } from '../testing/command-here.ts'
import { sandboxEnv } from '../testing/sandbox-env.ts'

it('key new prints 32 random bytes alone on standard output, and what to do with them beside it', async () => {
  await using bot = await botFolder({})
  const { exitCode, stdout, stderr } = await larkspur(['key', 'new'], { cwd: bot.path })
  expect(exitCode).toBe(0)
  expect(Buffer.from(stdout.trim(), 'base64')).toHaveLength(32)
  expect(stdout).toMatch(/^\S+\n$/)
  expect(stderr).toContain('LARKSPUR_ENCRYPTION_KEY')
})

it('key new --file writes the key for one user alone and never replaces a file', async () => {
  await using bot = await botFolder({})
  const file = join(bot.path, 'secrets', 'larkspur.key')
  const first = await larkspurHere(['key', 'new', '--file', 'secrets/larkspur.key'], { cwd: bot.path })
  expect(first).toMatchObject({ exitCode: 0, stdout: `${file}\n` })
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const text = await readFile(file, 'utf8')
  expect(Buffer.from(text, 'base64')).toHaveLength(32)
  const second = await larkspurHere(['key', 'new', '--file', 'secrets/larkspur.key'], { cwd: bot.path })
  expect(second.exitCode).toBe(1)
  expect(second.stderr).toContain('is there already')
  expect(await readFile(file, 'utf8')).toBe(text)
})

it('key status of a new bot says that nothing is there, and makes nothing', async () => {
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  const { exitCode, stdout } = await larkspurHere(['key', 'status'], { cwd: bot.path })
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^There is no key, and nothing is stored that needs one\..*larkspur key new\n$/s)
  await expect(stat(join(bot.path, '.larkspur'))).rejects.toMatchObject({ code: 'ENOENT' })
})

describe.each(['sqlite', 'postgres'] as const)('on %s', (flavour) => {
  it('a key is replaced: new before old, rotate, remove; the bot runs on', { timeout: 60_000 }, async () => {
    await using sandbox = await startSandbox()
    await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
    await using postgres = await createTestDatabase(inject('postgresUrl'))
    const url = flavour === 'postgres' ? postgres.url : `sqlite:${join(bot.path, 'data')}`
    const [old, fresh] = [newEncryptionKey(), newEncryptionKey()]
    const env = (key: string) => ({
      ...sandboxEnv(sandbox),
      ...{ LARKSPUR_DATABASE_URL: url, LARKSPUR_DATABASE_MIGRATE: 'auto', LARKSPUR_ENCRYPTION_KEY: key },
    })
    const run = (argv: string[], key: string) => larkspurHere(argv, { cwd: bot.path, env: env(key) })
    const status = async (key: string) => {
      const { exitCode, stdout } = await run(['key', 'status', '--json'], key)
      const keys = JSON.parse(stdout) as { rows: object; source?: string; encrypts: boolean; firstUsedAtMs?: number }[]
      return { exitCode, keys: keys.map(({ rows, encrypts, source }) => ({ rows, encrypts, given: !!source })) }
    }
    /** Starts the bot and has it answer. */
    const answers = async (key: string, text: string): Promise<void> => {
      await using started = new RunningCommand(['start'], { cwd: bot.path, env: env(key) })
      await started.printed(/"msg":"started"/)
      const seq = (await sandbox.say({ user: 'alice', text })).seq
      await sandbox.waitForMessage({ sender: 'bot', afterSeq: seq, timeoutMs: 5000 })
      started.kill('SIGTERM')
      expect((await started.ended).exitCode).toBe(0)
    }
    await answers(old, 'one')
    const wrong = await larkspur(['start'], { cwd: bot.path, env: env(fresh) })
    expect(wrong.exitCode).toBe(1)
    expect(wrong.stderr).toContain('CREDENTIAL_KEY_UNKNOWN')
    const missing = await run(['key', 'status'], fresh)
    expect(missing.exitCode).toBe(1)
    expect(missing.stdout).toMatch(/missing .*1 tokens .*not given/)

    const rotated = await run(['key', 'rotate'], `${fresh},${old}`)
    expect(rotated).toMatchObject({ exitCode: 0, stderr: '' })
    expect(rotated.stdout).toMatch(
      /^1 row sealed with the first key\.\nKey [0-9a-f]{16} \(environment .* seals nothing/,
    )
    expect(await status(`${fresh},${old}`)).toMatchObject({
      exitCode: 0,
      keys: [
        { rows: { tokens: 1 }, encrypts: true, given: true },
        { rows: {}, encrypts: false },
      ],
    })
    await answers(fresh, 'two')
    const tokenApi = 'POST /open-apis/auth/v3/tenant_access_token/internal'
    expect(await sandbox.calls({ api: tokenApi })).toHaveLength(1)
    for (const text of [wrong.stdout, missing.stdout, rotated.stdout])
      for (const key of [old, fresh]) expect(text).not.toContain(key)
  })
})

it('a bot whose database is not in the default folder does not start without a key, and touches nothing', async () => {
  await using sandbox = await startSandbox()
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  await mkdir(join(bot.path, 'data'))
  const env = { ...sandboxEnv(sandbox), LARKSPUR_DATABASE_URL: 'sqlite:data' }
  const { exitCode, stderr } = await larkspur(['start'], { cwd: bot.path, env })
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/no encryption key is given.*\n {2}→ Make one with `larkspur key new`/)
  expect(await readdir(join(bot.path, 'data'))).toEqual([])
})

it('a key that is no key is refused without being shown', async () => {
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  await writeFile(join(bot.path, 'weak.key'), 'deadbeef'.repeat(8))
  const env = { LARKSPUR_ENCRYPTION_KEY_FILE: 'weak.key' }
  const { exitCode, stderr } = await larkspurHere(['key', 'status'], { cwd: bot.path, env })
  expect(exitCode).toBe(1)
  expect(stderr).toContain('its bytes repeat')
  expect(stderr).not.toContain('deadbeef')
})

it('a warning does not stand in the way of JSON: it goes to standard error', async () => {
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  await using postgres = await createTestDatabase(inject('postgresUrl'))
  // Another way to say this machine, which counts as another one.
  const env = { LARKSPUR_DATABASE_URL: postgres.url.replace('127.0.0.1', '0.0.0.0') }
  const { exitCode, stdout, stderr } = await larkspur(['key', 'status', '--json'], { cwd: bot.path, env })
  expect({ exitCode, keys: JSON.parse(stdout) }).toEqual({ exitCode: 0, keys: [] })
  expect(stderr).toContain('is not encrypted')
})
