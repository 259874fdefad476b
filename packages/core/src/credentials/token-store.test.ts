import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { createSecrets } from '../observe/redact.ts'
import { kernelMigrations } from '../storage/kernel-migrations.ts'
import { migrateUp, type UntypedTables } from '../storage/migrator.ts'
import { type OpenDatabase, openDatabase } from '../storage/open-database.ts'
import { silentLog } from '../testing/silent-log.ts'
import { storageSettings } from '../testing/storage-settings.ts'
import { startTokenPlatform } from '../testing/token-platform.ts'
import { tokenPool } from '../testing/token-pool.ts'
import { type CallersRound, startTokenProcess, type TokenProcess, tokenOwner } from '../testing/token-processes.ts'
import { undoNewest } from '../testing/undo-newest.ts'
import { readKeyRing } from './key-ring.ts'
import { type TokenKey, tokenStates } from './token-row.ts'
import { TokenStore } from './token-store.ts'

const hour = 3_600_000
const encryptionKey = randomBytes(32).toString('base64')
const token: TokenKey = { appId: 'cli_00000000000000a1', tenantKey: '', userId: '', kind: 'tenant' }
const fetched = (value: string, lifeMs = 2 * hour) => Promise.resolve({ value, lifeMs })
const never = () => Promise.reject(new Error('asked although a token was there'))

describe.each(['sqlite', 'postgres'] as const)('tokens on %s', (flavour) => {
  let folder: string
  let postgres: TestDatabase | undefined
  let url: string
  let database: OpenDatabase
  const alarms: string[] = []
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'larkspur-token-'))
    postgres = flavour === 'postgres' ? await createTestDatabase() : undefined
    url = postgres?.url ?? `sqlite:${folder}`
    database = await openDatabase(storageSettings(url), {
      ...{ migrations: [kernelMigrations], migrate: 'auto', log: silentLog },
    })
  })
  afterEach(async () => {
    await database[Symbol.asyncDispose]()
    await postgres?.[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })

  const storeWith = (leaseMs = 20_000, key = encryptionKey, of: OpenDatabase = database) =>
    new TokenStore({
      database: of,
      ring: readKeyRing(key),
      log: silentLog,
      raise: ({ name, action }) => void alarms.push(`${name}: ${action}`),
      leaseMs,
      maskText: createSecrets().maskText,
    })
  const rows = () => (database.query as Kysely<UntypedTables>).selectFrom('larkspur_token').selectAll().execute()
  const change = (columns: Record<string, unknown>) =>
    (database.query as Kysely<UntypedTables>).updateTable('larkspur_token').set(columns).execute()

  test('are given to another process, and after a restart, without a call', async () => {
    expect(await storeWith().obtain(token, 0, () => fetched('t-1'))).toMatchObject({ refreshed: true, generation: 1 })
    await using other = await openDatabase(storageSettings(url), { migrations: [], log: silentLog })
    const again = await storeWith(20_000, encryptionKey, other).obtain(token, 0, never)
    expect(again).toMatchObject({ value: 't-1', lifeMs: 2 * hour, generation: 1, refreshed: false })
    expect(again.leftMs).toBeGreaterThan(2 * hour - 60_000)
    expect(again.leftMs).toBeLessThanOrEqual(2 * hour)
  })

  test('are kept apart by app, tenant, user and kind', async () => {
    const keys = [token, ...Object.keys(token).map((name) => ({ ...token, [name]: 'other' }))]
    for (const [index, key] of keys.entries()) await storeWith().obtain(key, 0, () => fetched(`t-${index}`))
    for (const [index, key] of keys.entries())
      expect((await storeWith().obtain(key, 0, never)).value).toBe(`t-${index}`)
  })

  test('are refreshed when they are over, and when their generation is not wanted any more', async () => {
    const store = storeWith()
    await store.obtain(token, 0, () => fetched('t-1', 4000))
    await store.obtain(token, 0, () => fetched('t-2'))
    const olds: unknown[] = []
    const refresh = (old: string | undefined) => {
      olds.push(old)
      return fetched('t-3')
    }
    expect(await store.obtain(token, 2, refresh)).toMatchObject({ value: 't-3', generation: 3 })
    expect(await store.obtain(token, 2, never)).toMatchObject({ value: 't-3' })
    expect(olds).toEqual(['t-2'])
  })

  test('are refreshed without a transaction, and never in that of a plugin', async () => {
    const rolledBack = new Error('rolled back')
    const store = storeWith()
    let obtaining: Promise<unknown> = Promise.resolve()
    const write = database.write(async () => {
      obtaining = store.obtain(token, 0, () => database.write(() => fetched('t-1')))
      throw rolledBack
    })
    await expect(write).rejects.toBe(rolledBack)
    await obtaining
    expect((await storeWith().obtain(token, 0, never)).value).toBe('t-1')
  })

  test('of a holder that was frozen are refused when they come late', async () => {
    let thaw: (value: { value: string; lifeMs: number }) => void = () => {}
    const frozen = storeWith(40).obtain(token, 0, () => new Promise((resolve) => (thaw = resolve)))
    await expect.poll(async () => (await rows())[0]?.fence, { interval: 5 }).toBe(1)
    const taken = await storeWith().obtain(token, 0, () => fetched('t-new'))
    thaw({ value: 't-late', lifeMs: hour })
    expect(await frozen).toMatchObject({ value: 't-new', refreshed: false })
    expect(await storeWith().obtain(token, 0, never)).toMatchObject({ value: 't-new', generation: taken.generation })
  })

  test('are tried again one by one after a failure, which is noted and costs no token', async () => {
    const store = storeWith()
    await store.obtain(token, 0, () => fetched('t-1'))
    const away = new Error('the platform said t-1234567890abcdefghij is bad')
    await expect(store.obtain(token, 1, () => Promise.reject(away))).rejects.toBe(away)
    const [row] = await rows()
    expect(row).toMatchObject({ failures: 1, lease_until: 0, generation: 1 })
    expect(row?.last_error).toMatch(/^Error: the platform said t-123\*\*\* is bad$/)
    expect(row?.retry_at).toBeGreaterThan(0)
    expect((await store.obtain(token, 0, never)).value).toBe('t-1')
    let calls = 0
    const slowly = async () => fetched(`t-${++calls + 1}`)
    const values = await Promise.all([1, 2, 3].map(() => storeWith().obtain(token, 1, slowly)))
    expect(values.map(({ value }) => value)).toEqual(['t-2', 't-2', 't-2'])
    expect((await rows())[0]).toMatchObject({ failures: 0, retry_at: 0, last_error: null })
  })

  test('that were changed or moved in the database are fetched anew', async () => {
    const other = { ...token, kind: 'app' }
    await storeWith().obtain(token, 0, () => fetched('t-1'))
    await storeWith().obtain(other, 0, () => fetched('a-1'))
    const [first] = await rows()
    await change({ value: first?.value })
    const values = [token, other].map((key) => storeWith().obtain(key, 0, () => fetched('anew')))
    expect((await Promise.all(values)).map(({ value }) => value).sort()).toEqual(['anew', expect.stringMatching('-1$')])
  })

  test('with a flipped bit in the id of their key are fetched anew, once for all processes, and an alarm is raised', async () => {
    await storeWith().obtain(token, 0, () => fetched('t-1'))
    const record = Buffer.from((await rows())[0]?.value as Uint8Array)
    const at = record.findIndex((byte, index) => index > 1 && /[0-9b-e]/.test(String.fromCharCode(byte)))
    record[at] = (record[at] ?? 0) ^ 1
    await change({ value: record })
    alarms.length = 0
    const asking = [1, 2].map((index) => storeWith().obtain(token, 0, () => fetched(`anew-${index}`)))
    const values = new Set((await Promise.all(asking)).map(({ value }) => value))
    expect([...values]).toEqual([expect.stringMatching(/^anew-[12]$/)])
    expect(await storeWith().obtain(token, 0, never)).toMatchObject({ generation: 2 })
    // One of the two may have come when the row was whole again.
    expect(alarms.length).toBeGreaterThan(0)
    expect(alarms.length).toBeLessThan(3)
    expect(alarms[0]).toMatch(/^token-broken: It is fetched anew/)
  })

  test('of another key are left as they are', async () => {
    await storeWith().obtain(token, 0, () => fetched('t-1'))
    const before = await rows()
    const other = randomBytes(32).toString('hex')
    await expect(storeWith(20_000, other).obtain(token, 0, never)).rejects.toMatchObject({
      code: 'CREDENTIAL_KEY_UNKNOWN',
      message: expect.stringContaining(readKeyRing(encryptionKey).current.id),
    })
    expect(await rows()).toEqual(before)
    const both = storeWith(20_000, `${other},${encryptionKey}`)
    expect(await both.obtain(token, 0, never)).toMatchObject({ value: 't-1' })
    await both.obtain(token, 1, () => fetched('t-2'))
    expect((await rows())[0]?.key_id).toBe(readKeyRing(other).current.id)
  })

  test('stand nowhere in clear', async () => {
    await storeWith().obtain(token, 0, () => fetched('t-canaryNeverInClear'))
    const texts = [JSON.stringify(await rows()), Buffer.from((await rows())[0]?.value as Uint8Array).toString('latin1')]
    if (flavour === 'sqlite')
      texts.push(...readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1')))
    for (const text of texts) for (const secret of ['canary', encryptionKey]) expect(text).not.toContain(secret)
  })

  test('tell how they are, kind by kind and without a value', async () => {
    const store = storeWith()
    await store.obtain({ ...token, kind: 'user', userId: 'ou_1' }, 0, () => fetched('u-1', 4000))
    await store.obtain({ ...token, kind: 'user', userId: 'ou_2' }, 0, () => fetched('u-2', hour))
    await store.obtain({ ...token, kind: 'user', userId: 'ou_3' }, 0, () => fetched('u-3', -hour))
    await store.obtain({ ...token, appId: 'cli_00000000000000a2' }, 0, () => fetched('t-1'))
    await expect(store.obtain(token, 0, () => Promise.reject(new Error('no t-1234567890abcdef')))).rejects.toThrow()
    const states = await tokenStates(database, token.appId)
    expect(states).toEqual([
      {
        ...{ kind: 'tenant', count: 1, held: 0, expiresAtMs: undefined, refreshedAtMs: undefined },
        lastError: 'Error: no t-123***',
      },
      {
        ...{ kind: 'user', count: 3, held: 2, lastError: undefined },
        ...{ expiresAtMs: expect.any(Number), refreshedAtMs: expect.any(Number) },
      },
    ])
    const [, user] = states
    expect(Number(user?.expiresAtMs) - Number(user?.refreshedAtMs)).toBeLessThanOrEqual(hour + 1000)
    expect(JSON.stringify(states)).not.toMatch(/u-[123]/)
  })

  test('go with their table, and the table comes again', async () => {
    await storeWith().obtain(token, 0, () => fetched('t-1'))
    expect(await undoNewest(database, kernelMigrations, kernelMigrations.steps.length)).toContain('0001-token')
    await expect(rows()).rejects.toThrow()
    await migrateUp(database, [kernelMigrations], silentLog)
    expect(await rows()).toEqual([])
  })

  describe('over processes', () => {
    let platform: Awaited<ReturnType<typeof startTokenPlatform>>
    const processes: TokenProcess[] = []
    beforeEach(async () => {
      platform = await startTokenPlatform()
    })
    afterEach(async () => {
      for (const each of processes.splice(0)) await each[Symbol.asyncDispose]()
      await platform[Symbol.asyncDispose]()
    })

    async function start(count: number, leaseMs: number) {
      const settings = { url, encryptionKey, platform: platform.origin, leaseMs }
      processes.push(...(await Promise.all(Array.from({ length: count }, () => startTokenProcess(settings)))))
      return processes
    }
    /** The tokens that 250 callers in each process get. */
    const callAll = async (each: readonly TokenProcess[], round: Partial<CallersRound> = {}) =>
      Promise.all(each.map((one) => one.call({ kind: 'tenant', callers: 250, ...round })))
    const only = (token: string) => ({ tokens: [token], errors: [] })

    test('1,000 callers in 4 processes cost one call a round', { timeout: 30_000 }, async () => {
      const all = await start(4, 20_000)
      for (let round = 1; round <= 5; round += 1) {
        expect(await callAll(all, { refused: `t-${round - 1}` })).toEqual(Array(4).fill(only(`t-${round}`)))
        expect(platform.tenantCalls).toBe(round)
      }
    })

    test('1,000 callers in 4 processes cost one refresh of a grant a round', { timeout: 30_000 }, async () => {
      const all = await start(4, 20_000)
      const { pool } = tokenPool({ database, encryptionKey, platform: platform.origin, leaseMs: 20_000 })
      await (await pool.userTokens()).put(tokenOwner, platform.grants.grant())
      for (let round = 1; round <= 5; round += 1) {
        await change({ expires_at: 0, retry_at: 0 })
        expect(new Set((await callAll(all, { kind: 'user' })).flatMap(({ tokens }) => tokens)).size).toBe(1)
        expect([platform.grants.asked.length, platform.grants.reused]).toEqual([round, 0])
      }
    })

    /** The first process asks the platform and gets no answer until `answer` is called. */
    async function stuckInCall(all: readonly TokenProcess[]) {
      const { promise, resolve: answer } = Promise.withResolvers<void>()
      platform.holding = promise
      const arrived = new Promise<void>((resolve) => {
        platform.asked = resolve
      })
      const first = all[0] as TokenProcess
      const told = callAll([first])
      await arrived
      return { first, told, answer }
    }

    test('the lease of a process that was killed is taken over once', { timeout: 30_000 }, async () => {
      const all = await start(3, 600)
      const { first, answer } = await stuckInCall(all)
      first.kill('SIGKILL')
      expect(await callAll(all.slice(1))).toEqual([only('t-2'), only('t-2')])
      expect(platform.tenantCalls).toBe(2)
      answer()
    })

    test('a process that was frozen wakes to the token of the one that overtook it', { timeout: 30_000 }, async () => {
      const all = await start(3, 600)
      const { first, told, answer } = await stuckInCall(all)
      first.kill('SIGSTOP')
      expect(await callAll(all.slice(1))).toEqual([only('t-2'), only('t-2')])
      answer()
      first.kill('SIGCONT')
      expect(await told).toEqual([only('t-2')])
      expect(platform.tenantCalls).toBe(2)
    })
  })
})
