import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { currentScope } from '../observe/context.ts'
import { lossesOf, newestSteps, undoSteps } from '../storage/migration-down.ts'
import { type Migration, migrateUp, migrationStates, pluginMigrations } from '../storage/migrator.ts'
import { type OpenDatabase, openDatabase } from '../storage/open-database.ts'
import type { StorageSettings } from '../storage/settings.ts'
import { silentLog } from './silent-log.ts'
import { storageSettings } from './storage-settings.ts'
import { undoNewest } from './undo-newest.ts'

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

/** What every database has to do, whichever is behind it. `place` names an empty one for each test. */
export function storageContract(place: () => Pick<StorageSettings, 'url' | 'schema'>): void {
  let settings: StorageSettings
  let database: OpenDatabase<Tables>
  const reopen = (steps: Migration[], migrate?: 'auto' | 'check', log = silentLog) =>
    openDatabase<Tables>(settings, { migrations: [todo(...steps)], migrate, log })
  beforeEach(async () => {
    settings = { ...storageSettings('sqlite:'), ...place(), clockOffsetMs: 3_600_000 }
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

  test('runs 200 operations at once on 10 connections: reads, writes, and writes within writes', async () => {
    expect(settings.maxConnections).toBe(10)
    const kinds = [
      (id: string) => database.write(() => add(id)),
      () => ids(),
      (id: string) =>
        database.write(async () => {
          await ids()
          await database.write(() => add(id))
          await ids()
        }),
      (id: string) => add(id),
    ]
    await Promise.all(Array.from({ length: 200 }, (_, n) => kinds[n % 4]?.(`${n}`)))
    expect(await ids()).toHaveLength(150)
    const conflicts = Array.from({ length: 200 }, (_, n) =>
      database.write(async () => {
        const row = database.query.updateTable('p_todo_list').set((e) => ({ size: e('size', '+', 1) }))
        await row.where('id', '=', n % 2 === 0 ? '0' : '2').execute()
      }),
    )
    await Promise.all(conflicts)
    const sizes = database.query.selectFrom('p_todo_list').select('size').where('id', 'in', ['0', '2'])
    expect(await sizes.execute()).toEqual([{ size: 101 }, { size: 101 }])
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
      expect(await undoNewest(database, set, 5)).toEqual(['0002-more', '0001-lists'])
      await expect(ids()).rejects.toMatchObject({ code: 'STORAGE_QUERY_FAILED' })
      expect(await migrateUp(database, [set], silentLog)).toEqual(['plugin:todo/0001-lists', 'plugin:todo/0002-more'])
      expect(await ids()).toEqual([])
      expect(await migrateUp(database, [set], silentLog)).toEqual([])
    })

    test('tell what undoing them loses, and asking changes nothing', async () => {
      const note: Migration = {
        name: '0002-mood',
        loses: ['how people felt'],
        async up({ db, table }) {
          await db.schema.alterTable(table('list')).addColumn('mood', 'text').execute()
          await db.schema.createTable(table('mood')).addColumn('id', 'text').execute()
        },
        async down({ db, table }) {
          await db.schema.dropTable(table('mood')).execute()
          await db.schema.alterTable(table('list')).dropColumn('mood').execute()
        },
      }
      const sets = [todo(lists, note)]
      await migrateUp(database, sets, silentLog)
      await add('a')
      const states = await migrationStates(database, sets)
      const losses = await lossesOf(database, sets, newestSteps(states, { steps: 2 }))
      expect(losses.map(({ name, loses }) => [name, ...loses])).toEqual([
        ['0002-mood', 'column mood of p_todo_list (1 row)', 'table p_todo_mood with 0 rows', 'how people felt'],
        ['0001-lists', 'table p_todo_list with 1 row'],
      ])
      expect(await migrationStates(database, sets)).toEqual(states)
      expect(await ids()).toEqual(['a'])
      await undoSteps(database, sets, losses.slice(0, 1))
      expect(newestSteps(await migrationStates(database, sets), {}).map(({ name }) => name)).toEqual(['0001-lists'])
      expect(() => newestSteps(states, { owner: 'todo' })).toThrow(/plugin:todo/)
      expect(() =>
        newestSteps(
          states.map((state) => ({ ...state, known: false })),
          {},
        ),
      ).toThrow(/0002-mood/)
    })

    test('that somebody else has undone meanwhile are not undone again, nor are those planned with them', async () => {
      const sets = [todo(lists, named('0002-more'))]
      await migrateUp(database, sets, silentLog)
      const states = await migrationStates(database, sets)
      const plan = await lossesOf(database, sets, newestSteps(states, { steps: 2 }))
      const late = { code: 'STORAGE_STEP_GONE', message: expect.stringContaining('plugin:todo/0002-more') }
      await undoSteps(database, sets, plan.slice(0, 1))
      await expect(undoSteps(database, sets, plan)).rejects.toMatchObject(late)
      expect(await ids()).toEqual([])
      const undoing = await Promise.allSettled([1, 2].map(() => undoSteps(database, sets, plan.slice(1))))
      expect(undoing.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      await expect(lossesOf(database, sets, newestSteps(states, { steps: 2 }))).rejects.toMatchObject(late)
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
}
