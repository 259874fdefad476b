import { describe, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { inboxMigrations } from '../inbox/inbox-migrations.ts'
import { createBot, definePlugin, type Migration, migrateDatabase, rotateKeys } from '../index.ts'
import { kernelMigrations } from '../storage/kernel-migrations.ts'
import { KyselyDatabase } from '../storage/kysely-database.ts'
import { type AnyDatabase, type MigrationSet, migrateUp } from '../storage/migrator.ts'
import { openDatabase } from '../storage/open-database.ts'
import { kyselyOnSqlite, openSqliteFile } from '../storage/sqlite.ts'
import { silentLog } from '../testing/silent-log.ts'
import { storageSettings } from '../testing/storage-settings.ts'
import { type TestGround, testGround } from '../testing/test-bot.ts'

/** A step that the next version of Larkspur might bring: a column that this version does not know. */
const nextStep = (table: string, breaking: boolean): Migration => ({
  name: `9999-${breaking ? 'breaking' : 'additive'}`,
  breaking,
  async up(context) {
    if (!breaking) await context.db.schema.alterTable(context.table(table)).addColumn('later', 'text').execute()
  },
  async down() {},
})
const newer = (set: MigrationSet, step: Migration): MigrationSet => ({ ...set, steps: [...set.steps, step] })

/** Migrates the bot's database and its inbox as a newer version of Larkspur would. */
async function migrateAhead(folder: string, url: string, breaking: boolean): Promise<void> {
  const kernel = newer(kernelMigrations, nextStep('token', breaking))
  const inbox = newer(inboxMigrations, nextStep('event', breaking))
  const onPostgres = url.startsWith('postgres')
  await using database = await openDatabase(storageSettings(url), {
    migrations: onPostgres ? [kernel, inbox] : [kernel],
    migrate: 'auto',
    log: silentLog,
  })
  if (database.flavour === 'postgres') return
  const file = openSqliteFile(folder, 'inbox.db', { synchronous: 'full', busyMs: 1000 })
  const inboxDatabase: AnyDatabase = new KyselyDatabase({
    ...{ flavour: 'sqlite', kysely: kyselyOnSqlite(file), clockOffsetMs: 0 },
  })
  await migrateUp(inboxDatabase, [inbox], silentLog)
  file.close()
}

/** Answers every message and writes down who did. */
const notes = (who: string, steps: readonly Migration[]) =>
  definePlugin({
    name: 'notes',
    migrations: steps,
    setup({ on, database }) {
      on('im.message.receive_v1', async ({ body: { message } }) => {
        const values = { id: message.message_id, who }
        await database.write(
          async () =>
            void (await database.query
              .insertInto('p_notes_note' as never)
              .values(values as never)
              .execute()),
        )
      })
    },
  })()

const first: Migration = {
  name: '0001-notes',
  async up({ db, table }) {
    await db.schema
      .createTable(table('note'))
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('who', 'text', (column) => column.notNull())
      .execute()
  },
  async down({ db, table }) {
    await db.schema.dropTable(table('note')).execute()
  },
}
const second: Migration = {
  name: '0002-mood',
  async up({ db, table }) {
    await db.schema
      .alterTable(table('note'))
      .addColumn('mood', 'text', (column) => column.defaultTo('good'))
      .execute()
  },
  async down({ db, table }) {
    await db.schema.alterTable(table('note')).dropColumn('mood').execute()
  },
}

const configOf = (ground: TestGround, url: string, who = 'old', steps: readonly Migration[] = [first]) => ({
  ...ground.options,
  apps: [ground.app],
  database: { url },
  plugins: [notes(who, steps)],
})

async function notesIn(url: string): Promise<{ id: string; who: string }[]> {
  await using database = await openDatabase<{ p_notes_note: { id: string; who: string } }>(storageSettings(url), {
    ...{ migrations: [], migrate: 'auto', log: silentLog },
  })
  return await database.query.selectFrom('p_notes_note').select(['id', 'who']).execute()
}

async function urlOn(flavour: 'sqlite' | 'postgres', ground: TestGround): Promise<string> {
  if (flavour === 'sqlite') return `sqlite:${ground.folder}`
  const database = await createTestDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  return database.url
}

describe.each(['sqlite', 'postgres'] as const)('a bot on a %s that a newer version migrated', (flavour) => {
  test('runs on after additive steps of core, inbox and a plugin, and warns of them', async () => {
    await using ground = await testGround()
    const url = await urlOn(flavour, ground)
    await migrateAhead(ground.folder, url, false)
    await migrateDatabase(configOf(ground, url, 'new', [first, second]), { env: {} })
    {
      await using bot = await createBot(configOf(ground, url), ground)
      await bot.start()
      expect((await bot.status()).state).toBe('ready')
      const handled = new Promise((resolve) => bot.observe('event:handled', resolve))
      await ground.sandbox.say({ user: 'alice', text: 'hello' })
      await handled
    }
    expect(await notesIn(url)).toMatchObject([{ who: 'old' }])
    const warnings = ground.logged.filter((line) => line.includes('additive migrations of a newer program'))
    for (const step of ['core/9999-additive', 'inbox/9999-additive', 'plugin:notes/0002-mood'])
      expect(warnings.filter((line) => line.includes(step))).toHaveLength(1)
  })

  test('refuses to start and to rotate keys after a breaking step, and changes nothing', async () => {
    await using ground = await testGround()
    const url = await urlOn(flavour, ground)
    await migrateAhead(ground.folder, url, true)
    await using bot = await createBot({ ...configOf(ground, url), plugins: [] }, ground)
    await expect(bot.start()).rejects.toMatchObject({
      code: 'STORAGE_NEWER',
      message: expect.stringContaining('9999-breaking'),
      hint: expect.stringContaining('newer program'),
    })
    await expect(rotateKeys(configOf(ground, url), { sources: { env: {} } })).rejects.toMatchObject({
      code: 'STORAGE_NEWER',
    })
    expect(await ground.sandbox.links()).toEqual([])
  })
})

test('an upgrade rolls: old and new programs handle events side by side on one PostgreSQL', async () => {
  await using ground = await testGround()
  const url = await urlOn('postgres', ground)
  const { sandbox } = ground
  await migrateDatabase(configOf(ground, url), { env: {} })
  await using old = await createBot(configOf(ground, url), ground)
  await old.start()
  const upgrade = configOf(ground, url, 'new', [first, second])
  expect(await migrateDatabase(upgrade, { env: {} })).toEqual(['plugin:notes/0002-mood'])
  await using fresh = await createBot(upgrade, ground)
  await fresh.start()
  await sandbox.waitForLinks({ appId: ground.app.appId, count: 2 })

  const said: string[] = []
  let rows: { id: string; who: string }[] = []
  // The platform picks a connection at random for each event.
  while (said.length < 20 || new Set(rows.map(({ who }) => who)).size < 2) {
    expect(said.length).toBeLessThan(200)
    for (const user of ['alice', 'linmei']) said.push((await sandbox.say({ user, text: 'hello' })).messageId)
    await sandbox.waitForDeliveries({ appId: ground.app.appId, timeoutMs: 5000 })
    rows = await notesIn(url)
  }
  await expect.poll(async () => (await notesIn(url)).map(({ id }) => id).sort()).toEqual(said.sort())
})
