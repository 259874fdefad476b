import { sql } from 'kysely'
import { type Database, definePlugin, type Migration } from '../index.ts'

/** What the tables of the ledger hold. */
interface LedgerTables {
  readonly p_ledger_entry: { readonly id: string }
}

/** API of the ledger. */
export interface LedgerApi {
  entries(): Promise<string[]>
  add(id: string): Promise<void>
  /** Adds an entry, and calls `then` before the write is committed. */
  addAnd(id: string, then: () => unknown): Promise<void>
  /** Enqueues a task that adds an entry. */
  leaveTask(id: string): Promise<void>
  /** The first chat of the app. */
  firstChat(): Promise<string>
}

const entries: Migration = {
  name: '0001-entries',
  async up({ db, table }) {
    await db.schema
      .createTable(table('entry'))
      .addColumn('id', 'text', (column) => column.primaryKey())
      .execute()
  },
  async down({ db, table }) {
    await db.schema.dropTable(table('entry')).execute()
  },
}

/** A plugin with rows, for tests: a script and a server use it on one database. */
export const ledger = definePlugin({
  name: 'ledger',
  migrations: [entries],
  setup({ database, task, app }): LedgerApi {
    const { query } = database as Database<LedgerTables>
    const insert = async (id: string): Promise<void> => {
      await query.insertInto('p_ledger_entry').values({ id }).execute()
    }
    const later = task<string>({ name: 'later' }, async ({ payload }) => insert(payload))
    return {
      async entries() {
        const rows = await query.selectFrom('p_ledger_entry').select('id').execute()
        return rows.map(({ id }) => id).sort()
      },
      add: (id) => database.write(() => insert(id)),
      addAnd: (id, then) =>
        database.write(async () => {
          await insert(id)
          then()
          await sql`select 1`.execute(query)
        }),
      leaveTask: async (id) => void (await later.enqueue(id)),
      async firstChat() {
        const { items } = await app().request<{ items: { chat_id: string }[] }>({ path: '/open-apis/im/v1/chats' })
        return items[0]?.chat_id ?? ''
      },
    }
  },
})
