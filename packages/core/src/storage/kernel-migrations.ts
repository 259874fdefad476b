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

const apps: Migration = {
  name: '0002-app',
  async up({ db, table }) {
    await db.schema
      .createTable(table('app'))
      .addColumn('app_id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text')
      .addColumn('description', 'text')
      // A sealed record; null: an app of the configuration, whose row holds only what was changed about it.
      .addColumn('secrets', 'bytea' as 'blob')
      .addColumn('key_id', 'text')
      .addColumn('generation', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('domain', 'text', (column) => column.notNull())
      .addColumn('receive', 'text', (column) => column.notNull())
      .addColumn('admins', 'text', (column) => column.notNull())
      .addColumn('enabled', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .execute()
    // One row for all apps together. The revision grows with every change, so that others see it with a look.
    await db.schema
      .createTable(table('app_set'))
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('revision', 'bigint', (column) => column.notNull())
      .addColumn('default_app_id', 'text')
      .execute()
    await db.insertInto(table('app_set')).values({ id: 1, revision: 0 }).execute()
  },
  async down({ db, table }) {
    await db.schema.dropTable(table('app_set')).execute()
    await db.schema.dropTable(table('app')).execute()
  },
}

const keys: Migration = {
  name: '0003-key',
  async up({ db, table }) {
    await db.schema
      .createTable(table('key'))
      .addColumn('key_id', 'text', (column) => column.primaryKey())
      .addColumn('first_used_at', 'bigint', (column) => column.notNull())
      .execute()
  },
  async down({ db, table }) {
    await db.schema.dropTable(table('key')).execute()
  },
}

/** The kernel's own tables in the bot's database; those of the inbox are its own affair. */
export const kernelMigrations: MigrationSet = { owner: 'core', prefix: 'larkspur_', steps: [tokens, apps, keys] }
