import { afterAll, beforeAll } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { inboxStoreContract } from '../testing/inbox-store-contract.ts'
import { silentLog } from '../testing/silent-log.ts'
import { openPostgresInbox } from './postgres-inbox.ts'

let database: TestDatabase
let schemas = 0
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

inboxStoreContract('PostgreSQL', () =>
  openPostgresInbox({ url: database.url, schema: `inbox_${++schemas}`, migrate: 'auto', log: silentLog }),
)
