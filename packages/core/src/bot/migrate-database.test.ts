import { sql } from 'kysely'
import { expect, inject, test } from 'vitest'
import { createTestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { createBot, definePlugin, migrateDatabase } from '../index.ts'
import { testGround } from '../testing/test-bot.ts'

const notes = definePlugin({
  name: 'notes',
  migrations: [
    {
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
    },
  ],
  setup({ database, onReady }): { count(): Promise<number> } {
    const notesOf = () =>
      database.query
        .selectFrom('p_notes_note' as never)
        .selectAll()
        .execute()
    onReady(notesOf)
    return { count: () => database.write(async () => (await notesOf()).length) }
  },
})

test('on PostgreSQL a bot refuses a database that is behind, and starts once it was migrated', async () => {
  await using ground = await testGround()
  await using database = await createTestDatabase(inject('postgresUrl'))
  const config = { ...ground.options, apps: [ground.app], plugins: [notes()], database: { url: database.url } }
  await using early = await createBot(config, ground)
  await expect(early.start()).rejects.toMatchObject({
    code: 'STORAGE_BEHIND',
    hint: expect.stringContaining('larkspur migrate up'),
  })
  await migrateDatabase(config, { env: {} })
  await migrateDatabase(config, { env: {} })
  await using bot = await createBot(config, ground)
  await bot.start()
  expect((await bot.status()).state).toBe('ready')
})

test('the variables of PostgreSQL lead to the same database as its URL', async () => {
  await using ground = await testGround()
  await using database = await createTestDatabase(inject('postgresUrl'))
  const { hostname, port, username, pathname } = new URL(database.url)
  const env = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGDATABASE: pathname.slice(1) }
  const { database: _folder, ...options } = ground.options
  const config = { ...options, apps: [ground.app], plugins: [notes()] }
  const ran = await migrateDatabase(config, { env })
  expect(ran).toContain('plugin:notes/0001-notes')
  expect(await migrateDatabase({ ...config, database: { url: database.url } }, { env: {} })).toEqual([])
})

test('a migration may take longer than a statement', async () => {
  await using ground = await testGround()
  await using database = await createTestDatabase(inject('postgresUrl'))
  const slow = definePlugin({
    name: 'slow',
    migrations: [
      {
        name: '0001-slow',
        async up({ db }) {
          await sql`select pg_sleep(0.2)`.execute(db)
        },
        async down() {},
      },
    ],
    setup() {},
  })
  const limits = { url: database.url, statementTimeoutMs: 50 }
  const config = { ...ground.options, apps: [ground.app], plugins: [slow()], database: limits }
  expect(await migrateDatabase(config, { env: {} })).toContain('plugin:slow/0001-slow')
})

test('a script that never starts the bot can use the database all the same, and leaves it closed', async () => {
  await using ground = await testGround()
  // Needs no key either: what it stores is not secret.
  const config = { ...ground.options, credentials: {}, apps: [ground.app], plugins: [notes()] }
  for (let run = 0; run < 2; run++) {
    await using bot = await createBot(config, ground)
    expect(await Promise.all([bot.notes.count(), bot.notes.count()])).toEqual([0, 0])
  }
  expect(await ground.sandbox.links()).toEqual([])
})
