import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { type Kysely, sql } from 'kysely'
import { inject } from 'vitest'
import { createTestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { createBot, definePlugin, type Migration } from '../index.ts'
import type { UntypedTables } from '../storage/migrator.ts'
import { openUnmigrated } from '../storage/open-database.ts'
import { silentLog } from './silent-log.ts'
import { storageSettings } from './storage-settings.ts'
import type { TestGround } from './test-bot.ts'

const info = { method: 'GET', path: '/open-apis/bot/v3/info' } as const

/** The first migration of the plugin `notes`. */
export const notes: Migration = {
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
const notesPlugin = (...migrations: Migration[]) => definePlugin({ name: 'notes', migrations, setup() {} })()

/** A place for a bot's data, and a configuration of a bot there. */
export async function places(ground: TestGround, ...flavours: readonly string[]) {
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
/** One of {@link places}. */
export type Place = Awaited<ReturnType<typeof places>>[number]

/** Starts a bot, has it call the platform, and gives what `beside` finds while it runs. */
export async function run<Result>(place: Place, ground: TestGround, beside: () => Promise<Result>): Promise<Result> {
  await using bot = await createBot(place.config(), ground)
  await bot.start()
  await bot.app().request(info)
  return await beside()
}
/** Runs a statement where the inbox is. */
export const inInbox = async (place: Place, statement: string): Promise<void> => {
  if (existsSync(place.folder)) return void new Sqlite(join(place.folder, 'inbox.db')).exec(statement).close()
  await using database = await place.open()
  await sql.raw(statement).execute(database.query)
}
/** All rows of a table. */
export const rowsOf = async (place: Place, table: string) => {
  await using database = await place.open()
  return await (database.query as Kysely<UntypedTables>).selectFrom(table).selectAll().execute()
}
