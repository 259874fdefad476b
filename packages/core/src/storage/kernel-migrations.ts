import type { Migration, MigrationSet } from './migrator.ts'

const tokens: Migration = {
  name: '0001-token',
  async up({ db, table }) {
    await db.schema
      .createTable(table('token'))
      .addColumn('app_id', 'text', (column) => column.notNull())
      .addColumn('tenant_key', 'text', (column) => column.notNull())
      // Empty for tokens of the app itself.
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      // A sealed record; the id of its key stands beside it to be counted.
      .addColumn('value', 'bytea' as 'blob')
      .addColumn('key_id', 'text')
      .addColumn('generation', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('expires_at', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('refresh_expires_at', 'bigint')
      .addColumn('refreshed_at', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('lease_owner', 'text')
      .addColumn('lease_until', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('fence', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('failures', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('retry_at', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('last_error', 'text')
      .addPrimaryKeyConstraint('larkspur_token_key', ['app_id', 'tenant_key', 'user_id', 'kind'])
      .execute()
  },
  async down({ db, table }) {
    await db.schema.dropTable(table('token')).execute()
  },
}

/** The kernel's own tables in the bot's database; those of the inbox are its own affair. */
export const kernelMigrations: MigrationSet = { owner: 'core', prefix: 'larkspur_', steps: [tokens] }
