import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { type Migration, pluginMigrations } from '../storage/migrator.ts'
import { type OpenDatabase, openDatabase } from '../storage/open-database.ts'
import { silentLog } from '../testing/silent-log.ts'
import { storageSettings } from '../testing/storage-settings.ts'
import { StorageParts } from './storage-parts.ts'

const notes: Migration = {
  name: '0001-notes',
  async up({ db, table }) {
    await db.schema
      .createTable(table('note'))
      .addColumn('id', 'text', (column) => column.primaryKey())
      .execute()
  },
  async down({ db, table }) {
    await db.schema.dropTable(table('note')).execute()
  },
}

type Tables = { p_notes_note: { id: string } }

async function storageOn(flavour: 'sqlite' | 'postgres') {
  const folder = await mkdtemp(join(tmpdir(), 'larkspur-storage-'))
  const server = flavour === 'postgres' ? await createTestDatabase() : undefined
  const settings = { ...storageSettings(server?.url ?? `sqlite:${folder}`), schema: server && 'lazy' }
  const opened: OpenDatabase[] = []
  const storage = new StorageParts(settings, {
    async database() {
      const migrations = [pluginMigrations('notes', [notes])]
      opened.push(await openDatabase(settings, { migrations, migrate: 'auto', log: silentLog }))
      return opened.at(-1) as OpenDatabase
    },
    inbox: () => Promise.reject(new Error('no test opens the inbox')),
  })
  onTestFinished(async () => {
    await storage[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })
  return { storage, opened, database: storage.database() }
}

const add = (query: unknown, id: string) =>
  (query as Kysely<Tables>).insertInto('p_notes_note').values({ id }).execute()
const ids = async (query: unknown) =>
  (await (query as Kysely<Tables>).selectFrom('p_notes_note').select('id').execute()).map(({ id }) => id).sort()

describe.each(['sqlite', 'postgres'] as const)('the database of a plugin on %s', (flavour) => {
  test('is opened once, by its first statements, whichever they are', async () => {
    const { database, opened } = await storageOn(flavour)
    expect([database.flavour, opened.length]).toEqual([flavour, 0])
    await Promise.all([
      add(database.query, 'a'),
      database.write(() => add(database.query, 'b')),
      add(database.query, 'c'),
    ])
    expect(await ids(database.query)).toEqual(['a', 'b', 'c'])
    expect(opened).toHaveLength(1)
  })

  test('joins a write with a query that was taken before it was open', async () => {
    const { database } = await storageOn(flavour)
    const early = database.query
    const write = database.write(async () => {
      await add(early, 'a')
      expect(await ids(early)).toEqual(['a'])
      throw new Error('changed my mind')
    })
    await expect(write).rejects.toThrow('changed my mind')
    expect(await ids(early)).toEqual([])
    expect(
      await (early as Kysely<Tables>).selectFrom('p_notes_note').select('id').where('id', 'in', []).execute(),
    ).toEqual([])
  })

  test('has one time and one name for a table, before and after it is open', async () => {
    const { database, opened } = await storageOn(flavour)
    const before = [database.tableName('note'), database.schema]
    const early = await (database.query as Kysely<Tables>)
      .selectNoFrom(database.now.as('now'))
      .executeTakeFirstOrThrow()
    expect(Math.abs(early.now - Date.now())).toBeLessThan(60_000)
    expect([opened[0]?.tableName('note'), opened[0]?.schema]).toEqual(before)
  })

  test('points to write when a transaction of its own is begun before it is open', async () => {
    const { database, opened } = await storageOn(flavour)
    const transaction = database.query.transaction().execute(async () => undefined)
    await expect(transaction).rejects.toMatchObject({
      code: 'STORAGE_NOT_OPEN',
      hint: expect.stringContaining('write'),
    })
    await ids(database.query)
    await database.query.transaction().execute(async (own) => add(own, 'a'))
    expect(opened).toHaveLength(1)
  })

  test('is not opened again after close', async () => {
    const { storage, database, opened } = await storageOn(flavour)
    const early = database.query
    await ids(early)
    await storage[Symbol.asyncDispose]()
    await expect(ids(early)).rejects.toMatchObject({ code: 'BOT_CLOSED' })
    await expect(database.write(async () => undefined)).rejects.toMatchObject({ code: 'BOT_CLOSED' })
    expect(opened).toHaveLength(1)
  })
})
