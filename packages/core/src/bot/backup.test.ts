import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { backupDatabase, createBot, type Migration, restoreDatabase } from '../index.ts'
import type { UntypedTables } from '../storage/migrator.ts'
import { inInbox, notes, type Place, places, rowsOf, run } from '../testing/backup-places.ts'
import { testEncryptionKey } from '../testing/storage-settings.ts'
import { type TestGround, testGround } from '../testing/test-bot.ts'

const tokenApi = 'POST /open-apis/auth/v3/tenant_access_token/internal'

const marked: Migration = {
  name: '0002-marked',
  async up({ db, table }) {
    await db.schema
      .alterTable(table('note'))
      .addColumn('marked', 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
    await db.updateTable(table('note')).set({ marked: 1 }).where('id', '<>', '').execute()
  },
  async down() {},
}
const tokenCalls = async ({ sandbox }: TestGround) => (await sandbox.calls({ api: tokenApi })).length

describe.each([
  ['sqlite', 'sqlite'],
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
  ['postgres', 'postgres'],
])('a backup of %s restored into %s', (from, to) => {
  test('is made while the bot runs, and its tokens are used without another call', async () => {
    await using ground = await testGround()
    await using pair = await places(ground, from, to)
    const [source, target] = pair as unknown as [Place, Place]
    const file = join(ground.folder, 'backup.gz')
    const saved = await run(source, ground, () => backupDatabase(source.config(), file))
    expect(saved).toMatchObject({ flavour: from, rows: { larkspur_token: 1, p_notes_note: 0 } })
    expect(saved.keyIds).toHaveLength(1)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(ground.folder).filter((name) => name.includes('part'))).toEqual([])

    expect(await restoreDatabase(target.config(), file)).toEqual(saved)
    await run(target, ground, async () => {})
    expect(await tokenCalls(ground)).toBe(1)
  })

  test('has every value as it was', async () => {
    await using ground = await testGround()
    await using pair = await places(ground, from, to)
    const [source, target] = pair as unknown as [Place, Place]
    const file = join(ground.folder, 'backup.gz')
    await run(source, ground, async () => {})
    const picture = Buffer.from([0, 255, 10, 13])
    {
      await using database = await source.open()
      const values = [
        { id: 'line\u2028end\r\n"🌺', size: 9_007_199_254_740_993n, picture },
        { id: 'least', size: -9_223_372_036_854_775_808n, picture: null },
        { id: '', size: null, picture: Buffer.alloc(0) },
        { id: 'usual', size: 12, picture: null },
      ]
      await database.query.insertInto('p_notes_note').values(values).execute()
    }
    await backupDatabase(source.config(), file)
    await restoreDatabase(target.config(), file)
    await using database = await target.open()
    const { rows } = await sql<UntypedTables>`
      select id, cast(size as text) as size, picture from p_notes_note order by size`.execute(database.query)
    expect(rows.sort((a, b) => String(a.size).localeCompare(String(b.size)))).toEqual([
      { id: 'least', size: '-9223372036854775808', picture: null },
      { id: 'usual', size: '12', picture: null },
      { id: 'line\u2028end\r\n"🌺', size: '9007199254740993', picture },
      { id: '', size: null, picture: Buffer.alloc(0) },
    ])
  })

  test('brings events that nobody had handled, frees their lanes and counts on', async () => {
    await using ground = await testGround()
    await using trio = await places(ground, from, to, to)
    const [source, target, other] = trio as unknown as [Place, Place, Place]
    const file = join(ground.folder, 'backup.gz')
    {
      await using bot = await createBot(source.config([notes], false), ground)
      bot.on('im.message.receive_v1', async () => {})
      await bot.start()
      for (const text of ['one', 'two']) await ground.sandbox.say({ user: 'alice', text })
      await ground.sandbox.waitForDeliveries({ appId: ground.app.appId, timeoutMs: 5000 })
    }
    // Somebody was at it when the backup was made.
    await inInbox(source, "update larkspur_lane set owner = 'gone', due_at = 9000000000000")
    await backupDatabase(source.config(), file)
    const handled = async (place: Place, count: number, more: string) => {
      const texts: string[] = []
      await using bot = await createBot(place.config(), ground)
      const { promise, resolve } = Promise.withResolvers<void>()
      bot.on('im.message.receive_v1', async ({ body, attempt }) => {
        expect(attempt).toBe(1)
        texts.push(JSON.parse(String(body.message.content)).text)
        if (texts.length === count) resolve()
      })
      await bot.start()
      await ground.sandbox.say({ user: 'alice', text: more })
      await promise
      return texts
    }
    await restoreDatabase(target.config(), file)
    expect(await handled(target, 3, 'three')).toEqual(['one', 'two', 'three'])
    await restoreDatabase(other.config(), file, { pending: false })
    expect(await handled(other, 1, 'four')).toEqual(['four'])
  })

  test('of an older program gets the newer migrations afterwards', async () => {
    await using ground = await testGround()
    await using pair = await places(ground, from, to)
    const [source, target] = pair as unknown as [Place, Place]
    const file = join(ground.folder, 'backup.gz')
    await run(source, ground, async () => {})
    {
      await using database = await source.open()
      await database.query.insertInto('p_notes_note').values({ id: 'a', size: 1, picture: null }).execute()
    }
    await backupDatabase(source.config(), file)
    await restoreDatabase(target.config([notes, marked]), file)
    expect(await rowsOf(target, 'p_notes_note')).toEqual([{ id: 'a', size: 1, picture: null, marked: 1 }])
    const unknown = restoreDatabase({ ...target.config(), plugins: [] }, file, { replace: true })
    await expect(unknown).rejects.toMatchObject({
      code: 'BACKUP_NEWER',
      message: expect.stringContaining('plugin:notes/0001-notes'),
    })
    expect(await rowsOf(target, 'p_notes_note')).toHaveLength(1)
  })

  test('frees the leases of tokens', async () => {
    await using ground = await testGround()
    await using pair = await places(ground, from, to)
    const [source, target] = pair as unknown as [Place, Place]
    const file = join(ground.folder, 'backup.gz')
    await run(source, ground, async () => {})
    {
      await using database = await source.open()
      const held = { lease_owner: 'somebody', lease_until: Date.now() + 3_600_000 }
      await database.query.updateTable('larkspur_token').set(held).execute()
    }
    await backupDatabase(source.config(), file)
    await restoreDatabase(target.config(), file)
    expect((await rowsOf(target, 'larkspur_token'))[0]).toMatchObject({ lease_owner: null, lease_until: 0 })
  })
})

test.each(['sqlite', 'postgres'])('a backup of %s shows one moment, whatever is written meanwhile', async (flavour) => {
  await using ground = await testGround()
  await using pair = await places(ground, flavour, 'sqlite')
  const [source, target] = pair as unknown as [Place, Place]
  const file = join(ground.folder, 'backup.gz')
  await run(source, ground, async () => {})
  const count = 2000
  await using database = await source.open()
  const notesOf = () => database.query
  for (let from = 0; from < count; from += 500) {
    const rows = Array.from({ length: 500 }, (_, index) => ({ id: `0-${from + index}`, size: 1, picture: null }))
    await notesOf().insertInto('p_notes_note').values(rows).execute()
  }
  let [over, moved] = [false, 0]
  // Each row is replaced by another in one transaction: at any moment there are as many.
  const moving = (async () => {
    for (let index = 0; !over; index = (index + 7) % count) {
      await database.write(async () => {
        await notesOf().deleteFrom('p_notes_note').where('id', 'like', `%-${index}`).execute()
        await notesOf()
          .insertInto('p_notes_note')
          .values({ id: `${++moved}-${index}`, size: 1, picture: null })
          .execute()
      })
      await new Promise(setImmediate)
    }
  })()
  const saved = await backupDatabase(source.config(), file).finally(() => {
    over = true
  })
  await moving
  expect(moved).toBeGreaterThan(1)
  expect(saved.rows.p_notes_note).toBe(count)
  await restoreDatabase(target.config(), file)
  const ends = new Set((await rowsOf(target, 'p_notes_note')).map(({ id }) => String(id).split('-')[1]))
  expect(ends.size).toBe(count)
})

test('a backup never replaces a file, never holds a secret, and says when there is nothing to save', async () => {
  await using ground = await testGround()
  await using one = await places(ground, 'sqlite')
  const [source] = one as unknown as [Place]
  const file = join(ground.folder, 'backup.gz')
  await expect(backupDatabase(source.config(), file)).rejects.toMatchObject({ code: 'BACKUP_NOTHING_THERE' })
  expect(existsSync(source.folder)).toBe(false)
  await run(source, ground, () => backupDatabase(source.config(), file))
  const text = gunzipSync(readFileSync(file)).toString('latin1')
  for (const secret of [testEncryptionKey, ground.app.appSecret, 't-']) expect(text).not.toContain(secret)
  await expect(backupDatabase(source.config(), file)).rejects.toMatchObject({ code: 'BACKUP_FILE_EXISTS' })
  const nowhere = join(ground.folder, 'none', 'backup.gz')
  await expect(backupDatabase(source.config(), nowhere)).rejects.toMatchObject({ code: 'BACKUP_NOT_WRITTEN' })
})

test('a backup of a file that is no database says so, and not that the backup could not be written', async () => {
  await using ground = await testGround()
  await using one = await places(ground, 'sqlite')
  const [source] = one as unknown as [Place]
  await run(source, ground, async () => {})
  const database = join(source.folder, 'bot.db')
  const backup = join(ground.folder, 'backup.gz')
  const file = new Sqlite(database)
  const page = file
    .prepare(`select rootpage from sqlite_schema where name = 'larkspur_app_set'`)
    .pluck()
    .get() as number
  file.close()
  const whole = readFileSync(database)
  // A table that is damaged in the middle of the backup, and a file that is none from its first byte on.
  const [inside, all] = [Buffer.from(whole).fill(7, (page - 1) * 4096, page * 4096), Buffer.alloc(8192, 7)]
  for (const bytes of [inside, all]) {
    writeFileSync(database, bytes)
    const saving = backupDatabase(source.config(), backup)
    await expect(saving).rejects.toMatchObject({ code: 'STORAGE_CORRUPT', message: expect.stringContaining('bot.db') })
  }
  expect(existsSync(backup)).toBe(false)
})

test('a backup that is given up leaves nothing, and the database as it was', async () => {
  await using ground = await testGround()
  await using one = await places(ground, 'sqlite')
  const [source] = one as unknown as [Place]
  await run(source, ground, async () => {})
  const hash = () =>
    createHash('sha256')
      .update(readFileSync(join(source.folder, 'bot.db')))
      .digest('hex')
  const before = hash()
  const signal = AbortSignal.abort()
  await expect(backupDatabase(source.config(), join(ground.folder, 'b.gz'), { signal })).rejects.toMatchObject({
    name: 'AbortError',
  })
  expect(readdirSync(ground.folder)).toEqual(['place-0'])
  expect(hash()).toBe(before)
})
