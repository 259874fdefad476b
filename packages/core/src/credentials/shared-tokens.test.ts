import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { App } from '../config/app.ts'
import { createEventBus, type KernelFacts } from '../observe/event-bus.ts'
import { declareKernelMetrics } from '../observe/kernel-metrics.ts'
import type { Log } from '../observe/log.ts'
import { createMetrics } from '../observe/prom-metrics.ts'
import { createSecrets } from '../observe/redact.ts'
import { kernelMigrations } from '../storage/kernel-migrations.ts'
import { type OpenDatabase, openDatabase } from '../storage/open-database.ts'
import { silentLog } from '../testing/silent-log.ts'
import { storageSettings } from '../testing/storage-settings.ts'
import { CredentialPool } from './credential-pool.ts'
import { readKeyRing } from './key-ring.ts'
import { TokenStore } from './token-store.ts'

const minute = 60_000
const ring = readKeyRing(randomBytes(32).toString('hex'))
const app: App = {
  ...{ appId: 'cli_00000000000000a1', domain: 'https://open.example', receive: 'none', tenantKey: '' },
  ...{ admins: [], enabled: true },
  secret: () => 'canarySecretNeverShown0000',
  encryptKey: () => undefined,
  verificationToken: () => undefined,
}

let folder: string
let database: OpenDatabase
let calls: number
let answer: (nth: number) => unknown
let warnings: string[]
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'larkspur-shared-'))
  database = await openDatabase(storageSettings(`sqlite:${folder}`), {
    ...{ migrations: [kernelMigrations], migrate: 'auto', log: silentLog },
  })
  calls = 0
  answer = (nth) => ({ code: 0, tenant_access_token: `t-${nth}`, expire: 7200 })
  warnings = []
})
afterEach(async () => {
  await database[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

/** The pool of one process; all share the database and the platform. */
function openPool() {
  const clock = { now: 1000 }
  const facts: string[] = []
  const secrets = createSecrets()
  const registry = createMetrics({ appIds: [app.appId], pluginNames: [], enabled: true, onProblem: () => {} })
  const bus = createEventBus<KernelFacts>(() => {})
  bus.observe('token:refreshed', ({ kind }) => void facts.push(`refreshed ${kind}`))
  bus.observe('token:failed', ({ kind }) => void facts.push(`failed ${kind}`))
  const pool = new CredentialPool({
    post: async () => ({ status: 200, json: answer(++calls), logId: undefined }),
    ...{ bus, secrets, refreshAhead: 0.1, app: () => app, now: () => clock.now, random: () => 0.5 },
    metrics: declareKernelMetrics(registry.kernel),
  })
  const log: Log = { ...silentLog, warn: (message) => void warnings.push(message) }
  const share = () =>
    pool.keepIn(
      new TokenStore({ database, ring, log, raise: () => {}, leaseMs: 20_000, maskText: secrets.maskText }),
      log,
    )
  return { pool, clock, facts, secrets, share, get: () => pool.token(app, 'tenant') }
}
function openShared() {
  const opened = openPool()
  opened.share()
  return opened
}

test('a token of another process is used, masked, and counted as no refresh of this one', async () => {
  const [a, b] = [openShared(), openShared()]
  answer = () => ({ code: 0, tenant_access_token: 'shapelessTokenValue', expire: 7200 })
  expect(await a.get()).toBe('shapelessTokenValue')
  expect(await b.get()).toBe('shapelessTokenValue')
  expect(b.get()).toBe('shapelessTokenValue')
  expect([calls, a.facts, b.facts]).toEqual([1, ['refreshed tenant'], []])
  expect(b.secrets.maskText('it is shapelessTokenValue')).not.toContain('shapelessTokenValue')
})

test('a token is refreshed ahead by one process, and the others take it over', async () => {
  const [a, b] = [openShared(), openShared()]
  await Promise.all([a.get(), b.get()])
  for (const { clock } of [a, b]) clock.now += 109 * minute
  for (const { get } of [a, b]) expect(get()).toBe('t-1')
  for (const { get } of [a, b]) await expect.poll(get, { interval: 5 }).toBe('t-2')
  expect(calls).toBe(2)
})

test('a refused token is replaced by one process; the same one given again is not asked for in a loop', async () => {
  const [a, b] = [openShared(), openShared()]
  answer = () => ({ code: 0, tenant_access_token: 't-same', expire: 7200 })
  await Promise.all([a.get(), b.get()])
  for (let round = 0; round < 5; round += 1)
    for (const { pool, get } of [a, b]) {
      pool.refused(app, 'tenant', 't-same')
      expect(await get()).toBe('t-same')
    }
  expect(calls).toBe(2)
})

test('a token that was fetched before the store was there, and is refused, is not taken from the store again', async () => {
  const [script, bot] = [openPool(), openShared()]
  answer = (nth) => ({ code: 0, tenant_access_token: nth < 3 ? 't-void' : 't-good', expire: 7200 })
  await Promise.all([script.get(), bot.get()])
  script.share()
  expect(script.get()).toBe('t-void')
  script.pool.refused(app, 'tenant', 't-void')
  expect(await script.get()).toBe('t-good')
  expect(calls).toBe(3)
})

test('a token is not fetched inside a transaction, which holds the connection; one that is there is given', async () => {
  const { get } = openShared()
  const inside = () => database.write(async () => get())
  await expect(inside()).rejects.toMatchObject({ code: 'STORAGE_CALL_INSIDE_WRITE' })
  await get()
  expect(await inside()).toBe('t-1')
  expect(calls).toBe(1)
})

test('a wrong secret is told as it is, and asked once', async () => {
  const { get, facts } = openShared()
  answer = () => ({ code: 10014, msg: 'app secret invalid' })
  for (let time = 0; time < 3; time += 1) await expect(get()).rejects.toMatchObject({ code: 'CREDENTIAL_REFUSED' })
  expect([calls, facts, warnings]).toEqual([1, ['failed tenant'], []])
})

test('tokens are fetched without the store while the database is away', async () => {
  const { get, facts } = openShared()
  await database[Symbol.asyncDispose]()
  expect(await get()).toBe('t-1')
  expect(get()).toBe('t-1')
  expect([calls, facts]).toEqual([1, ['refreshed tenant']])
  expect(warnings).toEqual(['the store of tokens failed; the token is used by this process alone'])
})

test('a token whose storing fails is used, and not fetched twice', async () => {
  const { get } = openShared()
  answer = (nth) => {
    void database[Symbol.asyncDispose]()
    return { code: 0, tenant_access_token: `t-${nth}`, expire: 7200 }
  }
  expect(await get()).toBe('t-1')
  expect(calls).toBe(1)
})
