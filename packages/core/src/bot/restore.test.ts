import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { describe, expect, test, vi } from 'vitest'
import { backupDatabase, createBot, type Migration, restoreDatabase } from '../index.ts'
import { inInbox, notes, type Place, places, rowsOf, run } from '../testing/backup-places.ts'
import { testGround } from '../testing/test-bot.ts'

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
