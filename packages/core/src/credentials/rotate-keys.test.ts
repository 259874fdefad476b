import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../scripts/postgres/test-database.ts'
import type { App } from '../config/app.ts'
import { kernelMigrations } from '../storage/kernel-migrations.ts'
import type { UntypedTables } from '../storage/migrator.ts'
import { type OpenDatabase, openDatabase } from '../storage/open-database.ts'
import { fillTokens, readWhile, rotationInProcess } from '../testing/sealed-rows.ts'
import { silentLog } from '../testing/silent-log.ts'
import { storageSettings } from '../testing/storage-settings.ts'
import { AppStore } from './app-store.ts'
import { newEncryptionKey } from './key-file.ts'
import { readKeyRing } from './key-ring.ts'
import { rotateSealedRows } from './rotate-keys.ts'
import { countSealed } from './sealed-tables.ts'
import { TokenStore } from './token-store.ts'

const [oldKey, newKey] = [newEncryptionKey(), newEncryptionKey()]
const bothKeys = `${newKey},${oldKey}`
const [old, both, fresh] = [readKeyRing(oldKey), readKeyRing(bothKeys), readKeyRing(newKey)]
const rows = 2000

describe.each(['sqlite', 'postgres'] as const)('a rotation of keys on %s', (flavour) => {
  let folder: string
  let postgres: TestDatabase | undefined
  let url: string
  let database: OpenDatabase
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'larkspur-rotation-'))
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
  const tables = () => database.query as Kysely<UntypedTables>
  const keyIds = async () => new Set((await countSealed(database)).map(({ keyId }) => keyId))
  const storeWith = (ring = both) =>
    new TokenStore({
      ...{ database, ring, log: silentLog, raise: () => {}, leaseMs: 20_000, maskText: (text) => text },
    })
  const token = (index: number) => ({ appId: `cli_${index}`, tenantKey: '', userId: '', kind: 'tenant' })

  test('seals every row anew while they are read, in another process, and fails no read', async () => {
    await fillTokens(database, old, rows)
    await using rotation = rotationInProcess(url, bothKeys)
    const reads = await readWhile(database, both, rows, rotation.ended)
    expect(await rotation.ended).toMatchObject({ done: rows, broken: [], left: 0 })
    expect(reads).toMatchObject({ failed: 0 })
    expect(reads.done).toBeGreaterThan(0)
    expect(await keyIds()).toEqual(new Set([fresh.current.id]))
    expect(await readWhile(database, fresh, rows, Promise.resolve())).toMatchObject({ failed: 0 })
  })

  test('that is killed leaves every row readable, and the next one goes on', async () => {
    await fillTokens(database, old, rows)
    {
      await using rotation = rotationInProcess(url, bothKeys)
      await rotation.stepped
      rotation.kill()
      await rotation.gone
    }
    const between = await countSealed(database)
    expect(between.reduce((sum, each) => sum + each.rows, 0)).toBe(rows)
    expect(between.find(({ keyId }) => keyId === fresh.current.id)?.rows ?? 0).toBeGreaterThan(0)
    const rest = between.find(({ keyId }) => keyId === old.current.id)?.rows ?? 0
    expect(rest).toBeGreaterThan(0)
    expect(await rotateSealedRows(database, both)).toMatchObject({ done: rest, left: 0 })
    expect(await keyIds()).toEqual(new Set([fresh.current.id]))
    expect(await readWhile(database, fresh, rows, Promise.resolve())).toMatchObject({ failed: 0 })
  })

  test('covers the apps of the database, and tells how far it is', async () => {
    const app: App = {
      ...{ appId: 'cli_00000000000000a1', domain: 'https://open.feishu.cn', receive: 'none', tenantKey: '' },
      ...{ admins: [], enabled: true, secret: () => 'canary', encryptKey: () => undefined },
      verificationToken: () => undefined,
    }
    await new AppStore({ database, ring: old, usualDefault: undefined }).insert(app)
    await fillTokens(database, old, 250)
    const told: number[] = []
    const result = await rotateSealedRows(database, both, {
      onProgress: ({ done, total }) => told.push(done, total),
    })
    expect(result).toEqual({ done: 251, broken: [], left: 0 })
    expect(told.slice(-2)).toEqual([251, 251])
    expect(told.length).toBeGreaterThan(6)
    expect(
      (await new AppStore({ database, ring: fresh, usualDefault: undefined }).read()).records[0]?.app.secret(),
    ).toBe('canary')
    expect(await rotateSealedRows(database, both)).toEqual({ done: 0, broken: [], left: 0 })
  })

  test('goes on beside refreshes and never puts an old token over a newer one', async () => {
    await fillTokens(database, old, 300)
    const store = storeWith()
    const refreshed = Array.from({ length: 300 }, async (_, index) => {
      const { generation } = await store.obtain(token(index), 0, () => Promise.reject(new Error('asked')))
      return store.obtain(token(index), generation, async () => ({ value: `newer-${index}`, lifeMs: 7_200_000 }))
    })
    const [result] = await Promise.all([rotateSealedRows(database, both), ...refreshed])
    expect(result.left).toBe(0)
    const values = Array.from({ length: 300 }, (_, index) =>
      storeWith(fresh).obtain(token(index), 0, () => Promise.reject(new Error('asked'))),
    )
    expect((await Promise.all(values)).every(({ value }, index) => value === `newer-${index}`)).toBe(true)
  })

  test('passes over broken rows, names them, and leaves them as they are', async () => {
    await fillTokens(database, old, 4)
    const [first, second, third] = await tables().selectFrom('larkspur_token').selectAll().orderBy('app_id').execute()
    const value = Buffer.from(first?.value as Uint8Array)
    value[40] = (value[40] ?? 0) ^ 1
    const set = (appId: unknown, bytes: unknown) =>
      tables().updateTable('larkspur_token').set({ value: bytes }).where('app_id', '=', appId).execute()
    // A flipped bit, and the record of another row.
    await set(first?.app_id, value)
    await set(second?.app_id, first?.value)
    // A bit of the key's id.
    const head = Buffer.from(third?.value as Uint8Array)
    head[5] = (head[5] ?? 0) ^ 1
    await set(third?.app_id, head)
    const result = await rotateSealedRows(database, both)
    expect(result).toMatchObject({ done: 1, left: 0 })
    expect(result.broken.map(({ title, appId }) => `${title} ${appId}`)).toEqual(
      [0, 1, 2].map((n) => `tokens cli_${n}`),
    )
    expect((await tables().selectFrom('larkspur_token').selectAll().orderBy('app_id').execute())[0]?.value).toEqual(
      value,
    )
  })

  test('ends between two steps when it is told to', async () => {
    await fillTokens(database, old, 500)
    const stop = new AbortController()
    const rotating = rotateSealedRows(database, both, { onProgress: () => stop.abort(), signal: stop.signal })
    await expect(rotating).rejects.toMatchObject({ name: 'AbortError' })
    expect((await countSealed(database)).map(({ rows: count }) => count).sort()).toEqual([100, 400])
  })
})
