import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, inject, test } from 'vitest'
import { createTestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { createBot } from '../index.ts'
import { kernelMigrations } from '../storage/kernel-migrations.ts'
import type { UntypedTables } from '../storage/migrator.ts'
import { openUnmigrated } from '../storage/open-database.ts'
import { silentLog } from '../testing/silent-log.ts'
import { storageSettings } from '../testing/storage-settings.ts'
import { type TestGround, testGround } from '../testing/test-bot.ts'
import { undoNewest } from '../testing/undo-newest.ts'

const tokenApi = 'POST /open-apis/auth/v3/tenant_access_token/internal'
const encryptionKey = randomBytes(32).toString('base64url')

function botOn(ground: TestGround, key: string | undefined, url = `sqlite:${ground.folder}`) {
  const credentials = key === undefined ? {} : { encryptionKey: key }
  const database = { url, migrate: 'auto' } as const
  return createBot({ ...ground.options, database, apps: [ground.app], credentials }, ground)
}
const tokenCalls = async ({ sandbox }: TestGround): Promise<number> => (await sandbox.calls({ api: tokenApi })).length
const info = { method: 'GET', path: '/open-apis/bot/v3/info' } as const

test.each(['sqlite', 'postgres'])('bots on one %s database share a token', async (flavour) => {
  await using ground = await testGround()
  await using postgres = await createTestDatabase(inject('postgresUrl'))
  const url = flavour === 'sqlite' ? `sqlite:${ground.folder}` : postgres.url
  for (let start = 1; start <= 2; start += 1) {
    await using bot = await botOn(ground, encryptionKey, url)
    await bot.start()
    await bot.app().request(info)
  }
  expect(await tokenCalls(ground)).toBe(1)
  const told = ground.logged.join('')
  expect(told).not.toContain(encryptionKey)
})

test('a bot that cannot read the tokens of its database does not start and changes nothing', async () => {
  await using ground = await testGround()
  {
    await using bot = await botOn(ground, encryptionKey)
    await bot.start()
    await bot.app().request(info)
  }
  const before = readFileSync(join(ground.folder, 'bot.db'))
  for (const [key, code] of [
    [undefined, 'CREDENTIAL_KEY_MISSING'],
    [randomBytes(32).toString('hex'), 'CREDENTIAL_KEY_UNKNOWN'],
  ] as const) {
    await using bot = await botOn(ground, key)
    await expect(bot.start()).rejects.toMatchObject({ code })
  }
  expect(readFileSync(join(ground.folder, 'bot.db')).equals(before)).toBe(true)
  await using bot = await botOn(ground, `${randomBytes(32).toString('hex')},${encryptionKey}`)
  await bot.start()
  await bot.app().request(info)
  expect(await tokenCalls(ground)).toBe(1)
})

test.each(['sqlite', 'postgres'])('with a wrong key not even a migration runs on %s', async (flavour) => {
  await using ground = await testGround()
  await using postgres = await createTestDatabase(inject('postgresUrl'))
  const url = flavour === 'sqlite' ? `sqlite:${ground.folder}` : postgres.url
  {
    await using bot = await botOn(ground, encryptionKey, url)
    await bot.start()
    await bot.app().request(info)
  }
  const look = async () => {
    await using database = await openUnmigrated<UntypedTables>(storageSettings(url), silentLog)
    const tables = await database.query.introspection.getTables()
    const names = tables.map(({ name }) => name).filter((name) => /^larkspur_(?!instance)/.test(name))
    const rows = names.sort().map((name) => database.query.selectFrom(name).selectAll().execute())
    return { names, rows: await Promise.all(rows) }
  }
  {
    await using database = await openUnmigrated(storageSettings(url), silentLog)
    await undoNewest(database, kernelMigrations, 1)
  }
  const before = await look()
  await using wrong = await botOn(ground, randomBytes(32).toString('hex'), url)
  await expect(wrong.start()).rejects.toMatchObject({ code: 'CREDENTIAL_KEY_UNKNOWN' })
  expect(await look()).toEqual(before)
  await using right = await botOn(ground, encryptionKey, url)
  await right.start()
  expect((await look()).names.length).toBeGreaterThan(before.names.length)
})

test('a bot that was not started opens no database and makes no key', async () => {
  await using ground = await testGround()
  await using bot = await botOn(ground, encryptionKey)
  await bot.app().request(info)
  expect(readdirSync(ground.folder)).toEqual([])
})

test('a bot without a key in a folder of its own does not start and makes nothing', async () => {
  await using ground = await testGround()
  await using bot = await botOn(ground, undefined)
  await expect(bot.start()).rejects.toMatchObject({
    code: 'CREDENTIAL_KEY_MISSING',
    hint: expect.stringContaining('larkspur key new'),
  })
  expect(readdirSync(ground.folder)).toEqual([])
  expect(await tokenCalls(ground)).toBe(0)
})

test('a wrong key is told at start, and not shown', async () => {
  await using ground = await testGround()
  const weak = 'deadbeef'.repeat(8)
  await using bot = await botOn(ground, weak)
  const starting = bot.start()
  await expect(starting).rejects.toMatchObject({ code: 'CREDENTIAL_KEY_INVALID' })
  await expect(starting).rejects.not.toThrow('deadbeef')
  expect(ground.logged.join('')).not.toContain('deadbeef')
})

test('a bot in the default folder makes its key beside the database, for its user alone', async () => {
  await using ground = await testGround()
  const program = fileURLToPath(new URL('../testing/crash-bot.ts', import.meta.url))
  const { appId, appSecret, domain } = ground.app
  const child = spawn(process.execPath, [program, appId, appSecret, String(domain), 'sqlite:.larkspur'], {
    ...{ cwd: ground.folder, stdio: ['ignore', 'pipe', 'inherit'] },
  })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await ended
  const keyFile = join(ground.folder, '.larkspur', 'encryption.key')
  expect(statSync(keyFile).mode & 0o777).toBe(0o600)
  expect(Buffer.from(readFileSync(keyFile, 'utf8'), 'base64')).toHaveLength(32)
})
