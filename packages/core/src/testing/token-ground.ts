import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { createTestDatabase, type TestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { readKeyRing } from '../credentials/key-ring.ts'
import { TokenStore } from '../credentials/token-store.ts'
import type { Alarm } from '../observe/alarm.ts'
import { createSecrets } from '../observe/redact.ts'
import type { Flavour } from '../storage/database.ts'
import { kernelMigrations } from '../storage/kernel-migrations.ts'
import type { UntypedTables } from '../storage/migrator.ts'
import { openDatabase } from '../storage/open-database.ts'
import { silentLog } from './silent-log.ts'
import { storageSettings } from './storage-settings.ts'

/** A migrated database of one test, with a key for its tokens. `postgresUrl`: another server than the run's own. */
export async function tokenGround(flavour: Flavour, postgresUrl?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'larkspur-token-'))
  const postgres: TestDatabase | undefined = flavour === 'postgres' ? await createTestDatabase(postgresUrl) : undefined
  const url = postgres?.url ?? `sqlite:${folder}`
  const database = await openDatabase(storageSettings(url), {
    ...{ migrations: [kernelMigrations], migrate: 'auto', log: silentLog },
  })
  const encryptionKey = randomBytes(32).toString('base64')
  const alarms: Alarm[] = []
  const tables = database.query as Kysely<UntypedTables>
  return {
    ...{ folder, url, database, encryptionKey, alarms },
    /** Another store is another process, as far as the database can tell. */
    store: ({ leaseMs = 20_000, key = encryptionKey, of = database } = {}) =>
      new TokenStore({
        ...{ database: of, ring: readKeyRing(key), log: silentLog, leaseMs },
        raise: (alarm) => void alarms.push(alarm),
        maskText: createSecrets().maskText,
      }),
    rows: () => tables.selectFrom('larkspur_token').selectAll().execute(),
    /** Writes into all rows, or into those that have these values. */
    change: (columns: Record<string, unknown>, where: Record<string, unknown> = {}) =>
      tables
        .updateTable('larkspur_token')
        .set(columns)
        .where((row) => row.and(where))
        .execute(),
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      await postgres?.[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}
