import { spawnSync } from 'node:child_process'
import { hostname } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../../scripts/postgres/launcher.ts'
import { createTestDatabase, type TestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { openPostgresPool } from '../storage/postgres.ts'
import { newEvent } from '../testing/inbox-contract-events.ts'
import { inboxStoreContract } from '../testing/inbox-store-contract.ts'
import { silentLog } from '../testing/silent-log.ts'
import { thisMachine } from './machine.ts'
import { openPostgresInbox } from './postgres-inbox.ts'

const filter = { appIds: [newEvent().appId], names: [] }
let database: TestDatabase
let schemas = 0
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const open = (schema: string, url = database.url) => openPostgresInbox({ url, schema, migrate: 'auto', log: silentLog })

inboxStoreContract('PostgreSQL', () => open(`inbox_${++schemas}`))

describe('the inbox on PostgreSQL, among others', () => {
  test('refuses a database that lacks its tables', async () => {
    const opening = openPostgresInbox({ url: database.url, schema: 'nowhere', log: silentLog })
    await expect(opening).rejects.toMatchObject({ code: 'STORAGE_BEHIND' })
  })

  test('makes its tables once when several processes start together', async () => {
    const stores = await Promise.all([1, 2, 3, 4].map(() => open('together')))
    await Promise.all(stores.map((store) => store.put(newEvent({ key: 'event:same' }), undefined)))
    expect(await stores[0]?.counts()).toMatchObject([{ ready: 1 }])
    for (const store of stores) await store[Symbol.asyncDispose]()
  })

  test('stores an event once that is pushed to several instances, and gives its lane to one', async () => {
    const stores = await Promise.all([1, 2, 3].map(() => open('pushes')))
    for (let round = 0; round < 20; round++) {
      const event = newEvent({ lane: `lane ${round % 3}` })
      const results = await Promise.all(stores.map((store, n) => store.put(event, { id: `${n}`, leaseMs: 60_000 })))
      expect(results.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1)
    }
    for (const store of stores) await store[Symbol.asyncDispose]()
  })

  test('frees the lanes of a process of this machine that is no more', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    await using before = await open('neighbours')
    await before.put(newEvent({ lane: 'gone' }), { id: 'gone', leaseMs: 60_000 })
    await before.put(newEvent({ lane: 'here' }), { id: 'here', leaseMs: 60_000 })
    await before.beat({ id: 'gone', host: hostname(), pid: pid ?? 0, pluginsHash: '' })
    await before.beat({ id: 'here', host: hostname(), pid: process.pid, pluginsHash: '' })
    await using after = await open('neighbours')
    const claimed = await after.claim({ id: 'me', leaseMs: 60_000 }, filter, 10)
    // Only Linux tells whether a process id means the same process.
    const freed = thisMachine() === '' ? [] : [['gone', 1]]
    expect(claimed.map(({ lease, events }) => [lease.lane, events[0]?.crashes])).toEqual(freed)
  })

  test('goes on after its connections were terminated', async () => {
    await using store = await open('terminated')
    await store.put(newEvent(), undefined)
    const pool = openPostgresPool({
      url: database.url,
      maxConnections: 1,
      acquireTimeoutMs: 1000,
      queryTimeoutMs: 5000,
      statementTimeoutMs: 0,
      connectionLifeMs: 60_000,
      log: silentLog,
    })
    await pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    await pool.end()
    const results = await Promise.allSettled([1, 2, 3].map(() => store.put(newEvent(), undefined)))
    for (const result of results)
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'INBOX_UNAVAILABLE', retryable: true })
    expect(await store.put(newEvent(), undefined)).toMatchObject({ outcome: 'stored' })
  })
})

describe('the inbox on a PostgreSQL server that fails', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('has every acknowledged event after the server crashed', async () => {
    await using store = await open('crash', server.url)
    const acknowledged: string[] = []
    let refused = 0
    const sender = async () => {
      while (refused < 20) {
        const event = newEvent()
        await store.put(event, undefined).then(
          () => acknowledged.push(event.key),
          (error: unknown) => {
            expect(error).toMatchObject({ code: 'INBOX_UNAVAILABLE', retryable: true })
            refused++
          },
        )
      }
    }
    const senders = Promise.all([1, 2, 3, 4].map(sender))
    while (acknowledged.length < 300) await new Promise((resolve) => setImmediate(resolve))
    await server.crash()
    await senders
    await server.start()
    const again = await Promise.all(acknowledged.map((key) => store.put(newEvent({ key }), undefined)))
    expect(again.filter(({ outcome }) => outcome !== 'known')).toEqual([])
  })

  test('refuses in time while the server is frozen, and works when it thaws', async () => {
    await using store = await open('frozen', server.url)
    const put = await store.put(newEvent(), { id: 'me', leaseMs: 60_000 })
    server.freeze()
    try {
      const late = new Promise((resolve) => setTimeout(resolve, 2500, 'late'))
      const refusals = [
        store.put(newEvent(), undefined),
        store.put(newEvent(), undefined),
        store.ping(),
        store.counts(),
      ].map((answer) => Promise.race([answer.catch((error: { code: string }) => error.code), late]))
      // These wait for the commit that is under way, and are refused with it.
      await new Promise((resolve) => setTimeout(resolve, 50))
      refusals.push(
        Promise.race([store.put(newEvent(), undefined).catch((error: { code: string }) => error.code), late]),
      )
      expect(await Promise.all(refusals)).toEqual(Array(5).fill('INBOX_UNAVAILABLE'))
    } finally {
      server.thaw()
    }
    if (put.outcome !== 'stored' || !put.lease) return expect.fail('no lease')
    expect(await store.settle(put.lease, { outcome: 'done', seq: put.seq }, 'yield')).toEqual({ lane: 'released' })
  })

  test('names no password when the server is not there', async () => {
    const opening = open('away', 'postgres://bot:hunter2@127.0.0.1:1/bot')
    await expect(opening).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE' })
    await expect(opening).rejects.not.toThrow('hunter2')
  })
})
