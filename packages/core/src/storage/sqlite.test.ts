import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openInbox } from '../inbox/open-inbox.ts'
import { silentLog } from '../testing/silent-log.ts'
import { storageContract } from '../testing/storage-contract.ts'
import { storageSettings } from '../testing/storage-settings.ts'
import { kernelMigrations } from './kernel-migrations.ts'
import { openDatabase } from './open-database.ts'

let root: string
let made = 0
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'larkspur-sqlite-'))
})
afterAll(() => rmSync(root, { recursive: true }))

const newFolder = () => join(root, `folder-${++made}`)

describe('the database on SQLite', () => storageContract(() => ({ url: `sqlite:${newFolder()}` })))

test('database, inbox, their logs and the lock are private files in a private folder', async () => {
  const folder = newFolder()
  const settings = storageSettings(`sqlite:${folder}`)
  const migrations = [kernelMigrations]
  await using database = await openDatabase(settings, { migrations, log: silentLog })
  await using _inbox = await openInbox(settings, { hold: true, log: silentLog })
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  const files = readdirSync(folder).sort()
  expect(files).toEqual([
    ...['bot.db', 'bot.db-shm', 'bot.db-wal', 'inbox.db', 'inbox.db-shm', 'inbox.db-wal', 'inbox.lock'],
    ...files.filter((name) => name === 'inbox.lock-journal'),
  ])
  for (const file of files) expect([file, statSync(join(folder, file)).mode & 0o777]).toEqual([file, 0o600])
  const { rows } = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(database.query)
  expect(rows).toEqual([{ journal_mode: 'wal' }])
})

test('says so when the file is broken or the folder is none', async () => {
  const file = newFolder()
  writeFileSync(file, 'no folder')
  const opening = openDatabase(storageSettings(`sqlite:${file}`), { migrations: [], log: silentLog })
  await expect(opening).rejects.toMatchObject({ code: 'STORAGE_READ_ONLY', message: expect.stringContaining(file) })
  const folder = mkdtempSync(join(root, 'broken-'))
  writeFileSync(join(folder, 'bot.db'), 'not a database at all, though long enough. '.repeat(50))
  const broken = openDatabase(storageSettings(`sqlite:${folder}`), { migrations: [], log: silentLog })
  await expect(broken).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' })
})

test('a full disk is told as that, and what was written before it is undone', async () => {
  await using database = await openDatabase<{ note: { text: string } }>(storageSettings(`sqlite:${newFolder()}`), {
    migrations: [],
    log: silentLog,
  })
  await database.query.schema.createTable('note').addColumn('text', 'text').execute()
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(database.query)
  await sql.raw(`pragma max_page_count = ${Number(rows[0]?.page_count) + 2}`).execute(database.query)
  const write = database.write(async () => {
    await database.query.insertInto('note').values({ text: 'first' }).execute()
    await database.query
      .insertInto('note')
      .values({ text: 'x'.repeat(100_000) })
      .execute()
  })
  await expect(write).rejects.toMatchObject({
    code: 'STORAGE_UNAVAILABLE',
    message: expect.stringContaining('SQLITE_FULL'),
    hint: expect.stringContaining('Make room'),
  })
  expect(await database.query.selectFrom('note').selectAll().execute()).toEqual([])
})

test.skipIf(process.platform === 'win32')(
  'in a working directory that was removed, database and key are refused at once (skipped: Windows keeps folders in use)',
  () => {
    const cwd = mkdtempSync(join(root, 'gone-'))
    const script = `
    import { rmdirSync } from 'node:fs'
    const { makePrivateFile } = await import('${import.meta.resolve('./sqlite.ts')}')
    const { makeKeyFile } = await import('${import.meta.resolve('../credentials/key-file.ts')}')
    rmdirSync(${JSON.stringify(cwd)})
    for (const make of [() => makePrivateFile('a/b', 'a/b/c'), () => makeKeyFile('a/b/c')]) {
      try { make() } catch ({ code }) { console.log(code) }
    }`
    const options = { cwd, encoding: 'utf8', timeout: 10_000, killSignal: 'SIGKILL' } as const
    const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script], options)
    expect({ codes: stdout.split('\n').slice(0, -1), signal }).toEqual({
      codes: ['STORAGE_READ_ONLY', 'STORAGE_READ_ONLY'],
      signal: null,
    })
  },
)
