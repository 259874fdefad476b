import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { currentScope } from '../observe/context.ts'
import { silentLog } from '../testing/silent-log.ts'
import { type Migration, migrateDown, migrateUp, migrationStates, pluginMigrations } from './migrator.ts'
import { type OpenDatabase, openDatabase } from './open-database.ts'
import type { StorageSettings } from './settings.ts'

interface Tables {
  p_todo_list: { id: string; size: number; note: Uint8Array | null }
}

const lists: Migration = {
  name: '0001-lists',
  async up({ db, table }) {
    await db.schema
      .createTable(table('list'))
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('size', 'bigint', (column) => column.notNull())
      .addColumn('note', 'bytea' as 'blob')
      .execute()
  },
  async down({ db, table }) {
    await db.schema.dropTable(table('list')).execute()
  },
}
const broken: Migration = {
  name: '0002-broken',
  async up({ db, table }) {
    await db.schema.createTable(table('half')).addColumn('id', 'text').execute()
    await db.schema.dropTable(table('never')).execute()
  },
  async down() {},
}
const named = (name: string, breaking = false): Migration => ({ name, breaking, async up() {}, async down() {} })
const todo = (...steps: Migration[]) => pluginMigrations('todo', steps)

let postgres: TestDatabase
let root: string
let made = 0
beforeAll(async () => {
  postgres = await createTestDatabase()
  root = mkdtempSync(join(tmpdir(), 'larkspur-database-'))
})
afterAll(async () => {
  await postgres[Symbol.asyncDispose]()
  rmSync(root, { recursive: true })
})

const settingsFor = (flavour: 'sqlite' | 'postgres'): StorageSettings => ({
  url: flavour === 'sqlite' ? `sqlite:${join(root, `folder-${++made}`)}` : postgres.url,
  schema: flavour === 'sqlite' ? undefined : `schema_${++made}`,
  maxConnections: 10,
  inboxConnections: 3,
  acquireTimeoutMs: 5000,
  inboxAcquireTimeoutMs: 1000,
  connectionLifeMs: 3_600_000,
  statementTimeoutMs: 10_000,
  clockOffsetMs: 3_600_000,
})

describe.each(['sqlite', 'postgres'] as const)('the database on %s', (flavour) => {
  let settings: StorageSettings
  let database: OpenDatabase<Tables>
  const reopen = (steps: Migration[], migrate?: 'auto' | 'check', log = silentLog) =>
    openDatabase<Tables>(settings, { migrations: [todo(...steps)], migrate, log })
  beforeEach(async () => {
    settings = settingsFor(flavour)
    database = await reopen([lists], 'auto')
  })
  afterEach(() => database[Symbol.asyncDispose]())

  const add = (id: string) => database.query.insertInto('p_todo_list').values({ id, size: 1, note: null }).execute()
  const ids = async () =>
    (await database.query.selectFrom('p_todo_list').select('id').execute()).map(({ id }) => id).sort()

  test('gives bigint as number and bytes as bytes, and knows the time', async () => {
    const note = new Uint8Array([0, 255, 1])
    await database.query
      .insertInto('p_todo_list')
      .values({ id: 'a', size: 2 ** 50, note })
      .execute()
    const row = await database.query
      .selectFrom('p_todo_list')
      .selectAll()
      .select(database.now.as('now'))
      .executeTakeFirstOrThrow()
    expect({ ...row, note: new Uint8Array(row.note ?? []), now: 0 }).toEqual({ id: 'a', size: 2 ** 50, note, now: 0 })
    expect(Math.abs(row.now - Date.now() - 3_600_000)).toBeLessThan(60_000)
  })

  test('takes an empty list in a where', async () => {
    await add('a')
    expect(await database.query.selectFrom('p_todo_list').select('id').where('id', 'in', []).execute()).toEqual([])
  })

  test('commits a write, with what it called, or nothing of it', async () => {
    await database.write(async () => {
      await add('a')
      await database.write(() => add('b'))
      expect(await ids()).toEqual(['a', 'b'])
    })
    const thrown = new Error('changed my mind')
    const write = database.write(async () => {
      await add('c')
      await database.write(() => add('d'))
      throw thrown
    })
    await expect(write).rejects.toBe(thrown)
    expect(await ids()).toEqual(['a', 'b'])
  })

  test('runs 200 writes and reads at once', async () => {
    const work = Array.from({ length: 100 }, (_, n) => [database.write(() => add(`${n}`)), ids()])
    await Promise.all(work.flat())
    expect(await ids()).toHaveLength(100)
  })

  test('marks the code inside a write, so that calls are refused there', async () => {
    expect(currentScope().writing).toBeUndefined()
    await database.write(async () => expect(currentScope().writing).toBe(true))
    expect(currentScope().writing).toBeUndefined()
  })

  test('lets what outlives a write use the database', async () => {
    let later: Promise<void> = Promise.resolve()
    await database.write(async () => {
      later = new Promise((resolve) => setTimeout(resolve, 5)).then(async () => void (await add('later')))
    })
    await later
    expect(await ids()).toEqual(['later'])
  })

  test('fails a wrong statement with the storage code and the cause', async () => {
    await add('a')
    await expect(add('a')).rejects.toMatchObject({ code: 'STORAGE_QUERY_FAILED', cause: expect.any(Error) })
    await database.ping()
  })

  describe('migrations', () => {
    test('go up, down and up again, with rows in place', async () => {
      const set = todo(lists, named('0002-more'))
      await add('a')
      expect(await migrateUp(database, [set], silentLog)).toEqual(['plugin:todo/0002-more'])
      expect(await migrateDown(database, set, 5)).toEqual(['0002-more', '0001-lists'])
      await expect(ids()).rejects.toMatchObject({ code: 'STORAGE_QUERY_FAILED' })
      expect(await migrateUp(database, [set], silentLog)).toEqual(['plugin:todo/0001-lists', 'plugin:todo/0002-more'])
      expect(await ids()).toEqual([])
      expect(await migrateUp(database, [set], silentLog)).toEqual([])
    })

    test('leave nothing of an owner whose step fails', async () => {
      await expect(migrateUp(database, [todo(lists, broken)], silentLog)).rejects.toMatchObject({
        code: 'STORAGE_QUERY_FAILED',
      })
      const states = await migrationStates(database, [todo(lists, broken)])
      expect(states.map(({ name, appliedAtMs }) => [name, appliedAtMs !== undefined])).toEqual([
        ['0001-lists', true],
        ['0002-broken', false],
      ])
      await expect(
        database.query
          .selectFrom('p_todo_half' as 'p_todo_list')
          .selectAll()
          .execute(),
      ).rejects.toThrow()
    })

    test('refuse a database that is behind, when asked to check', async () => {
      await expect(reopen([lists, named('0002-more')], 'check')).rejects.toMatchObject({
        code: 'STORAGE_BEHIND',
        message: expect.stringContaining('plugin:todo/0002-more'),
      })
    })

    test('run on after an additive step of a newer program, and stop at a breaking one', async () => {
      const warnings: string[] = []
      const log = { ...silentLog, warn: (message: string) => void warnings.push(message) }
      await migrateUp(database, [todo(lists, named('0002-additive'))], silentLog)
      for (const migrate of ['auto', 'check'] as const)
        await (await reopen([lists], migrate, log))[Symbol.asyncDispose]()
      expect(warnings).toHaveLength(2)
      await migrateUp(database, [todo(lists, named('0002-additive'), named('0003-breaking', true))], silentLog)
      for (const migrate of ['auto', 'check'] as const)
        await expect(reopen([lists], migrate)).rejects.toMatchObject({ code: 'STORAGE_NEWER' })
      const states = await migrationStates(database, [todo(lists)])
      expect(states.map(({ name, known, breaking }) => [name, known, breaking])).toEqual([
        ['0001-lists', true, false],
        ['0002-additive', false, false],
        ['0003-breaking', false, true],
      ])
    })
  })
})

describe('SQLite', () => {
  test('makes a private file in a private folder', async () => {
    const settings = settingsFor('sqlite')
    await using _database = await openDatabase(settings, { migrations: [], log: silentLog })
    const folder = settings.url.slice('sqlite:'.length)
    expect([statSync(folder).mode & 0o777, statSync(join(folder, 'bot.db')).mode & 0o777]).toEqual([0o700, 0o600])
  })

  test('says so when the file is broken or the folder is none', async () => {
    const settings = settingsFor('sqlite')
    const file = settings.url.slice('sqlite:'.length)
    writeFileSync(file, 'no folder')
    const opening = openDatabase(settings, { migrations: [], log: silentLog })
    await expect(opening).rejects.toMatchObject({ code: 'STORAGE_READ_ONLY', message: expect.stringContaining(file) })
    const folder = mkdtempSync(join(root, 'broken-'))
    writeFileSync(join(folder, 'bot.db'), 'not a database at all, though long enough. '.repeat(50))
    const broken = openDatabase({ ...settings, url: `sqlite:${folder}` }, { migrations: [], log: silentLog })
    await expect(broken).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' })
  })
})

describe('PostgreSQL', () => {
  test('makes the tables once when several processes start together', async () => {
    const settings = settingsFor('postgres')
    const options = { migrations: [todo(lists)], migrate: 'auto', log: silentLog } as const
    const databases = await Promise.all([1, 2, 3, 4].map(() => openDatabase(settings, options)))
    for (const database of databases) await database[Symbol.asyncDispose]()
  })

  test('is unavailable when nobody listens, and names no password', async () => {
    const away = { ...settingsFor('postgres'), url: 'postgres://bot:hunter2@127.0.0.1:1/bot' }
    const opening = openDatabase(away, { migrations: [], log: silentLog })
    await expect(opening).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryable: true })
    await expect(opening).rejects.not.toThrow('hunter2')
  })
})
