import { sql } from 'kysely'
import type { Migration, MigrationSet } from '../storage/migrator.ts'

/**
 * Tables of the inbox. `larkspur_event` holds what is to be handled, `larkspur_lane` who may do it and when,
 * `larkspur_answer` answers that came before anybody waited, `larkspur_effect` calls that may happen at most once,
 * `larkspur_instance` the running bots.
 *
 * States of an event: `ready`, `waiting` (for an answer), `delayed` (for its due time), `done`, `dead`. Its `due_at` is
 * the time since when it is ready, the deadline of its wait, or its due time. Whoever becomes ready late (woken, due,
 * redriven) gets a new `seq`, and so its place at the end of its lane.
 */
const tables: Migration = {
  name: '0001-inbox',
  async up({ db, flavour, table }) {
    const event = table('event')
    await db.schema
      .createTable(event)
      .addColumn('seq', flavour === 'sqlite' ? 'integer' : 'bigint', (column) =>
        flavour === 'sqlite' ? column.primaryKey() : column.generatedByDefaultAsIdentity().primaryKey(),
      )
      .addColumn('app_id', 'text', (column) => column.notNull())
      .addColumn('event_key', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('lane', 'text', (column) => column.notNull())
      .addColumn('tenant_key', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('received_at', 'bigint', (column) => column.notNull())
      .addColumn('due_at', 'bigint', (column) => column.notNull())
      .addColumn('settled_at', 'bigint')
      .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('crashes', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('wake_key', 'text')
      .addColumn('result_key', 'text')
      .addColumn('finished', 'text')
      .addColumn('results', 'text')
      .addColumn('error', 'text')
      .addColumn('body', 'text')
      .addUniqueConstraint(`${event}_key`, ['app_id', 'event_key'])
      .execute()
    const index = (name: string, columns: string[], state: string) =>
      db.schema
        .createIndex(`${event}_${name}`)
        .on(event)
        .columns(columns)
        .where(sql.ref('state'), '=', sql.lit(state))
        .execute()
    await index('ready', ['app_id', 'lane', 'seq'], 'ready')
    await index('wake', ['app_id', 'wake_key'], 'waiting')
    await index('waiting', ['due_at'], 'waiting')
    await index('delayed', ['due_at'], 'delayed')
    await index('done', ['settled_at'], 'done')
    await index('dead', ['settled_at'], 'dead')

    const lane = table('lane')
    await db.schema
      .createTable(lane)
      .addColumn('app_id', 'text', (column) => column.notNull())
      .addColumn('lane', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('due_at', 'bigint')
      .addColumn('owner', 'text')
      .addColumn('fence', 'bigint', (column) => column.notNull())
      .addColumn('tail', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint(`${lane}_key`, ['app_id', 'lane'])
      // Lanes are rewritten all the time: rows without a second look-up here, room for new versions there.
      .modifyEnd(flavour === 'sqlite' ? sql`without rowid` : sql`with (fillfactor = 70)`)
      .execute()
    await db.schema
      .createIndex(`${lane}_due`)
      .on(lane)
      .column('due_at')
      .where(sql.ref('due_at'), 'is not', null)
      .execute()

    await db.schema
      .createTable(table('answer'))
      .addColumn('app_id', 'text', (column) => column.notNull())
      .addColumn('wake_key', 'text', (column) => column.notNull())
      .addColumn('answer', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint(`${table('answer')}_key`, ['app_id', 'wake_key'])
      .execute()
    await db.schema
      .createTable(table('effect'))
      .addColumn('app_id', 'text', (column) => column.notNull())
      .addColumn('effect_key', 'text', (column) => column.notNull())
      .addColumn('claimed_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint(`${table('effect')}_key`, ['app_id', 'effect_key'])
      .execute()
    await db.schema
      .createIndex(`${table('effect')}_age`)
      .on(table('effect'))
      .column('claimed_at')
      .execute()
    await db.schema
      .createTable(table('instance'))
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('host', 'text', (column) => column.notNull())
      .addColumn('pid', 'integer', (column) => column.notNull())
      .addColumn('machine', 'text', (column) => column.notNull())
      .addColumn('plugins_hash', 'text', (column) => column.notNull())
      .addColumn('seen_at', 'bigint', (column) => column.notNull())
      .execute()
  },
  async down({ db, table }) {
    for (const name of ['instance', 'effect', 'answer', 'lane', 'event'])
      await db.schema.dropTable(table(name)).execute()
  },
}

/** The inbox's schema: in `inbox.db` on SQLite, in the bot's database on PostgreSQL. */
export const inboxMigrations: MigrationSet = { owner: 'inbox', prefix: 'larkspur_', steps: [tables] }
