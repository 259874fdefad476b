import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { openInbox } from '../inbox/open-inbox.ts'
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

test('the inbox has connections of its own, and stores while every other one is held', async () => {
  const place = newSchema()
  const settings = { ...storageSettings(''), ...place, inboxConnections: 3 }
  const options = { migrate: 'auto', log: silentLog } as const
  await using database = await openDatabase(settings, { ...options, migrations: [kernelMigrations] })
  await using inbox = await openInbox(settings, { ...options, hold: true })
  const { promise, resolve } = Promise.withResolvers<void>()
  const held = Array.from({ length: 10 }, () => database.write(() => promise))
  const event = (index: number) => ({
    ...{ appId: 'cli_a', key: `key ${index}`, kind: 'event' as const, type: 'test', lane: `lane ${index}` },
    ...{ tenantKey: '', body: '{}' },
  })
  const work = Array.from({ length: 200 }, (_, index) =>
    index % 2 === 0 ? inbox.put(event(index), undefined) : inbox.counts(),
  )
  await Promise.all(work)
  expect(await inbox.counts()).toMatchObject([{ ready: 100 }])
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  const { rows } = await client.query(
    "select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = 'larkspur'",
  )
  await client.end()
  resolve()
  await Promise.all(held)
  expect(rows).toEqual([{ n: 13 }])
})
