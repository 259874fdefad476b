import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import Sqlite from 'better-sqlite3'
import { type Kysely, sql } from 'kysely'
import { describe, expect, inject, test, vi } from 'vitest'
import { createTestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { backupDatabase, createBot, definePlugin, type Migration, restoreDatabase } from '../index.ts'
import type { UntypedTables } from '../storage/migrator.ts'
import { openUnmigrated } from '../storage/open-database.ts'
import { silentLog } from '../testing/silent-log.ts'
import { storageSettings, testEncryptionKey } from '../testing/storage-settings.ts'
import { type TestGround, testGround } from '../testing/test-bot.ts'

const tokenApi = 'POST /open-apis/auth/v3/tenant_access_token/internal'
const info = { method: 'GET', path: '/open-apis/bot/v3/info' } as const

const notes: Migration = {
  name: '0001-notes',
  async up({ db, table }) {
    await db.schema
      .createTable(table('note'))
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('size', 'bigint')
      .addColumn('picture', 'bytea' as 'blob')
      .execute()
  },
  async down() {},
}
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
const notesPlugin = (...migrations: Migration[]) => definePlugin({ name: 'notes', migrations, setup() {} })()

/** A place for a bot's data, and a configuration of a bot there. */
async function places(ground: TestGround, ...flavours: readonly string[]) {
  const stack = new AsyncDisposableStack()
  const made = []
  for (const [index, flavour] of flavours.entries()) {
    const folder = join(ground.folder, `place-${index}`)
    const url =
      flavour === 'sqlite' ? `sqlite:${folder}` : stack.use(await createTestDatabase(inject('postgresUrl'))).url
    const config = (steps: Migration[] = [notes], work = true) => ({
      ...ground.options,
      ...{ apps: [ground.app], plugins: [notesPlugin(...steps)], work },
      database: { url, migrate: 'auto' as const },
    })
    made.push({ url, folder, config, open: () => openUnmigrated<UntypedTables>(storageSettings(url), silentLog) })
  }
  return Object.assign(made, { [Symbol.asyncDispose]: () => stack.disposeAsync() })
}
type Place = Awaited<ReturnType<typeof places>>[number]

/** Starts a bot, has it call the platform, and gives what `beside` finds while it runs. */
async function run<Result>(place: Place, ground: TestGround, beside: () => Promise<Result>): Promise<Result> {
  await using bot = await createBot(place.config(), ground)
  await bot.start()
  await bot.app().request(info)
  return await beside()
}
const tokenCalls = async ({ sandbox }: TestGround) => (await sandbox.calls({ api: tokenApi })).length
/** Runs a statement where the inbox is. */
const inInbox = async (place: Place, statement: string): Promise<void> => {
  if (existsSync(place.folder)) return void new Sqlite(join(place.folder, 'inbox.db')).exec(statement).close()
  await using database = await place.open()
  await sql.raw(statement).execute(database.query)
}
const rowsOf = async (place: Place, table: string) => {
  await using database = await place.open()
  return await (database.query as Kysely<UntypedTables>).selectFrom(table).selectAll().execute()
}

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

test('a migration that a restore runs may take longer than a statement', async () => {
  await using ground = await testGround()
  await using pair = await places(ground, 'sqlite', 'postgres')
  const [source, target] = pair as unknown as [Place, Place]
  const file = join(ground.folder, 'backup.gz')
  await run(source, ground, () => backupDatabase(source.config(), file))
  const slow: Migration = {
    name: '0002-slow',
    async up({ db }) {
      await sql`select pg_sleep(0.2)`.execute(db)
    },
    async down() {},
  }
  const config = target.config([notes, slow])
  await restoreDatabase({ ...config, database: { ...config.database, statementTimeoutMs: 50 } }, file)
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

describe.each(['sqlite', 'postgres'])('restoring into %s', (flavour) => {
  test('refuses a database with rows, unless it is to be replaced', async () => {
    await using ground = await testGround()
    await using pair = await places(ground, 'sqlite', flavour)
    const [source, target] = pair as unknown as [Place, Place]
    const file = join(ground.folder, 'backup.gz')
    await run(source, ground, () => backupDatabase(source.config(), file))
    await run(target, ground, async () => {})
    {
      await using database = await target.open()
      await database.query.insertInto('p_notes_note').values({ id: 'mine', size: 1, picture: null }).execute()
    }
    await expect(restoreDatabase(target.config(), file)).rejects.toMatchObject({ code: 'BACKUP_NOT_EMPTY' })
    expect(await rowsOf(target, 'p_notes_note')).toHaveLength(1)
    await restoreDatabase(target.config(), file, { replace: true })
    expect(await rowsOf(target, 'p_notes_note')).toEqual([])
    expect(await rowsOf(target, 'larkspur_token')).toEqual(await rowsOf(source, 'larkspur_token'))
  })

  test('refuses while a bot runs, and on PostgreSQL for half a minute after one was killed', async () => {
    await using ground = await testGround()
    await using pair = await places(ground, 'sqlite', flavour)
    const [source, target] = pair as unknown as [Place, Place]
    const file = join(ground.folder, 'backup.gz')
    await run(source, ground, () => backupDatabase(source.config(), file))
    await run(target, ground, async () => {
      await expect(restoreDatabase(target.config(), file, { replace: true })).rejects.toMatchObject({
        code: flavour === 'sqlite' ? 'INBOX_IN_USE' : 'BACKUP_BOT_RUNS',
      })
    })
    await restoreDatabase(target.config(), file, { replace: true })
    await inInbox(target, `insert into larkspur_instance values ('killed', 'host', 1, '', '', ${Date.now()})`)
    const restoring = restoreDatabase(target.config(), file, { replace: true })
    if (flavour === 'sqlite') await restoring
    else await expect(restoring).rejects.toMatchObject({ code: 'BACKUP_BOT_RUNS' })
  })

  test('refuses what is damaged, cut, or no backup, and writes nothing', async () => {
    await using ground = await testGround()
    await using pair = await places(ground, 'sqlite', flavour)
    const [source, target] = pair as unknown as [Place, Place]
    const file = join(ground.folder, 'backup.gz')
    await run(source, ground, () => backupDatabase(source.config(), file))
    const whole = readFileSync(file)
    const lines = gunzipSync(whole).toString().split('\n')
    const changed = gzipSync(lines.map((line) => line.replace('"cli_', '"cli-')).join('\n'))
    const short = gzipSync(lines.slice(0, -2).join('\n'))
    const head = JSON.parse(lines[0] ?? '')
    const newer = gzipSync([JSON.stringify({ ...head, version: 2 }), ...lines.slice(1)].join('\n'))
    const flipped = Buffer.from(whole)
    flipped[200] = (flipped[200] ?? 0) ^ 4
    const bad = {
      changed,
      short,
      flipped,
      cut: whole.subarray(0, -20),
      empty: Buffer.alloc(0),
      text: Buffer.from('hello'),
    }
    for (const [name, bytes] of Object.entries(bad)) {
      writeFileSync(join(ground.folder, name), bytes)
      const restoring = restoreDatabase(target.config(), join(ground.folder, name), { replace: true })
      await expect(restoring, name).rejects.toMatchObject({ code: 'BACKUP_BROKEN' })
    }
    writeFileSync(join(ground.folder, 'newer'), newer)
    await expect(restoreDatabase(target.config(), join(ground.folder, 'newer'))).rejects.toMatchObject({
      code: 'BACKUP_NEWER',
    })
    await expect(restoreDatabase(target.config(), join(ground.folder, 'missing'))).rejects.toMatchObject({
      code: 'BACKUP_UNREADABLE',
    })
    expect(existsSync(target.folder)).toBe(false)
  })
})

test.each(['sqlite', 'postgres'])(
  'tables that refer to each other and to themselves are restored into %s',
  async (flavour) => {
    const tree: Migration = {
      name: '0002-tree',
      async up({ db, table }) {
        const [branch, leaf] = [table('branch'), table('leaf')]
        // The child's name comes before its parent's; a branch hangs on another one.
        await db.schema
          .createTable(leaf)
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('note', 'text', (column) =>
            column
              .notNull()
              .references(`${table('note')}.id`)
              .onDelete('restrict'),
          )
          .execute()
        await db.schema
          .createTable(branch)
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('on', 'text', (column) => column.references(`${branch}.id`).onDelete('restrict'))
          .addColumn('leaf', 'text', (column) => column.references(`${leaf}.id`))
          .execute()
      },
      async down() {},
    }
    const fill = async (place: Place): Promise<void> => {
      await using bot = await createBot(place.config([notes, tree]), ground)
      await bot.start()
      await using database = await place.open()
      await database.query.insertInto('p_notes_note').values({ id: 'n', size: 1, picture: null }).execute()
      await database.query.insertInto('p_notes_leaf').values({ id: 'l', note: 'n' }).execute()
      const branches = [{ id: 'z', on: null, leaf: 'l' }, ...['b', 'a'].map((id) => ({ id, on: 'z', leaf: 'l' }))]
      await database.query.insertInto('p_notes_branch').values(branches).execute()
    }
    await using ground = await testGround()
    await using pair = await places(ground, 'sqlite', flavour)
    const [source, target] = pair as unknown as [Place, Place]
    const file = join(ground.folder, 'backup.gz')
    for (const place of [source, target]) await fill(place)
    await backupDatabase(source.config([notes, tree]), file)
    await restoreDatabase(target.config([notes, tree]), file, { replace: true })
    for (const table of ['p_notes_branch', 'p_notes_leaf'])
      expect(await rowsOf(target, table)).toEqual(await rowsOf(source, table))
    await using database = await target.open()
    const astray = database.query.insertInto('p_notes_leaf').values({ id: 'x', note: 'gone' }).execute()
    await expect(astray).rejects.toMatchObject({ code: 'STORAGE_QUERY_FAILED' })
  },
)

test('a restore into PostgreSQL sees a bot that starts in the very moment, and leaves its tables', async () => {
  await using ground = await testGround()
  await using pair = await places(ground, 'sqlite', 'postgres')
  const [source, target] = pair as unknown as [Place, Place]
  const file = join(ground.folder, 'backup.gz')
  await run(source, ground, () => backupDatabase(source.config(), file))
  await run(target, ground, async () => {})
  await using database = await target.open()
  const [inserted, waiting] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const starting = database.write(async () => {
    const row = sql`insert into larkspur_instance values ('starts', 'host', 1, '', '', ${Date.now()})`
    await row.execute(database.query)
    inserted.resolve()
    await waiting.promise
  })
  await inserted.promise
  const restored = expect(restoreDatabase(target.config(), file, { replace: true })).rejects.toMatchObject({
    code: 'BACKUP_BOT_RUNS',
  })
  const locks = sql`select 1 from pg_locks join pg_database d on d.oid = database
    where not granted and d.datname = current_database()`
  await vi.waitUntil(async () => (await locks.execute(database.query)).rows.length > 0, { timeout: 10_000 })
  waiting.resolve()
  await Promise.all([starting, restored])
  expect(await rowsOf(target, 'larkspur_instance')).toHaveLength(1)
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
