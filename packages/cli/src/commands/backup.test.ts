import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newEncryptionKey } from '@larkspur/core'
import { startSandbox } from '@larkspur/sandbox'
import { describe, expect, inject, it } from 'vitest'
import { createTestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { botFolder, parrotConfig } from '../testing/bot-folder.ts'
import { RunningCommand } from '../testing/command.ts'
import { larkspurHere } from '../testing/command-here.ts'
import { sandboxEnv } from '../testing/sandbox-env.ts'

const tokenApi = 'POST /open-apis/auth/v3/tenant_access_token/internal'

describe('larkspur backup and restore', () => {
  it('save a running SQLite bot, restore it into PostgreSQL, and the token is used without another call', {
    timeout: 60_000,
  }, async () => {
    await using sandbox = await startSandbox()
    await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
    await using postgres = await createTestDatabase(inject('postgresUrl'))
    const key = newEncryptionKey()
    const env = (url: string) => ({
      ...sandboxEnv(sandbox),
      ...{ LARKSPUR_DATABASE_URL: url, LARKSPUR_DATABASE_MIGRATE: 'auto', LARKSPUR_ENCRYPTION_KEY: key },
    })
    const run = (argv: string[], url: string) => larkspurHere(argv, { cwd: bot.path, env: env(url) })
    const answers = async (url: string, text: string, beside = async () => {}): Promise<void> => {
      await using started = new RunningCommand(['start'], { cwd: bot.path, env: env(url) })
      await started.printed(/"msg":"started"/)
      const { seq } = await sandbox.say({ user: 'alice', text })
      await sandbox.waitForMessage({ sender: 'bot', afterSeq: seq, timeoutMs: 5000 })
      await beside()
      started.kill('SIGTERM')
      await started.ended
    }
    const file = join(bot.path, 'monday.backup')
    await answers('sqlite:data', 'one', async () => {
      const saved = await run(['backup', 'monday.backup'], 'sqlite:data')
      expect(saved).toMatchObject({ exitCode: 0 })
      expect(saved.stdout).toMatch(/monday\.backup\n\nSQLite, 20.*\n(.*\n)* {2}larkspur_token +1\n/)
      expect(saved.stderr).toMatch(/encryption key [0-9a-f]{16}, which is not in it/)
    })
    const restored = await run(['restore', file], postgres.url)
    expect(restored).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/larkspur_token +1\n/) })
    await answers(postgres.url, 'two')
    expect(await sandbox.calls({ api: tokenApi })).toHaveLength(1)

    const refused = await run(['restore', file], postgres.url)
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--replace') })
    const unasked = await run(['restore', file, '--replace'], postgres.url)
    expect(unasked).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--yes') })
    const replaced = await run(['restore', file, '--replace', '--yes', '--json'], postgres.url)
    expect(JSON.parse(replaced.stdout)).toMatchObject({ file, flavour: 'sqlite', rows: { larkspur_token: 1 } })

    const elsewhere = await larkspurHere(['restore', file], {
      cwd: bot.path,
      env: { ...env('sqlite:elsewhere'), LARKSPUR_ENCRYPTION_KEY: '' },
    })
    expect(elsewhere).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('does not start yet') })
  })

  it('refuse a file that was cut, with what to do', { timeout: 60_000 }, async () => {
    await using sandbox = await startSandbox()
    await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
    const options = { cwd: bot.path, env: sandboxEnv(sandbox) }
    {
      await using started = new RunningCommand(['start'], options)
      await started.printed(/"msg":"started"/)
    }
    await larkspurHere(['backup', 'whole'], options)
    await writeFile(join(bot.path, 'cut'), (await readFile(join(bot.path, 'whole'))).subarray(0, -30))
    const { exitCode, stderr } = await larkspurHere(['restore', 'cut', '--replace', '--yes'], options)
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/damaged or cut\n {2}→ Use another copy of it/)
  })
})
