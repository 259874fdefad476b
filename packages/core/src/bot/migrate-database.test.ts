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
  setup(context) {
    context.onReady(() =>
      context.database.query
        .selectFrom('p_notes_note' as never)
        .selectAll()
        .execute(),
    )
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
