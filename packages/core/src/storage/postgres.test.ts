import { afterAll, beforeAll, describe, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { silentLog } from '../testing/silent-log.ts'
import { storageContract } from '../testing/storage-contract.ts'
import { storageSettings } from '../testing/storage-settings.ts'
import { kernelMigrations } from './kernel-migrations.ts'
import { openDatabase } from './open-database.ts'

let server: TestDatabase
let made = 0
beforeAll(async () => {
  server = await createTestDatabase()
})
afterAll(() => server[Symbol.asyncDispose]())

const newSchema = () => ({ url: server.url, schema: `schema_${++made}` })

describe('the database on PostgreSQL', () => storageContract(newSchema))

test('tables are made once when several processes start together', async () => {
  const settings = { ...storageSettings(''), ...newSchema() }
  const options = { migrations: [kernelMigrations], migrate: 'auto', log: silentLog } as const
  const databases = await Promise.all([1, 2, 3, 4].map(() => openDatabase(settings, options)))
  for (const database of databases) await database[Symbol.asyncDispose]()
})
