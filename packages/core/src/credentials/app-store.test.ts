import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../scripts/postgres/test-database.ts'
import type { App } from '../config/app.ts'
import { kernelMigrations } from '../storage/kernel-migrations.ts'
import { migrateUp, type UntypedTables } from '../storage/migrator.ts'
import { type OpenDatabase, openDatabase } from '../storage/open-database.ts'
import { silentLog } from '../testing/silent-log.ts'
import { storageSettings } from '../testing/storage-settings.ts'
import { undoNewest } from '../testing/undo-newest.ts'
import type { AppRecord } from './app-record.ts'
import { AppStore } from './app-store.ts'
import { readKeyRing } from './key-ring.ts'
import { TokenStore } from './token-store.ts'

const [a, b] = ['cli_00000000000000aa', 'cli_00000000000000bb'] as const
const ring = readKeyRing(randomBytes(32).toString('base64'))

function appNamed(appId: string, change: Partial<App> = {}): App {
  return {
    ...{ appId, enabled: true, domain: 'https://open.example', receive: 'websocket', tenantKey: '' },
    ...{ admins: ['ou_1'], name: 'Sales', description: 'Sells' },
    secret: () => `canarySecretOf${appId}`,
    encryptKey: () => 'canaryEncryptKey',
    verificationToken: () => undefined,
    ...change,
  }
}

describe.each(['sqlite', 'postgres'] as const)('apps on %s', (flavour) => {
  let folder: string
  let postgres: TestDatabase
  let database: OpenDatabase
  let store: AppStore

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'larkspur-apps-'))
    postgres = await createTestDatabase(inject('postgresUrl'))
    const settings = storageSettings(flavour === 'sqlite' ? `sqlite:${folder}` : postgres.url)
    database = await openDatabase(settings, { migrations: [kernelMigrations], migrate: 'auto', log: silentLog })
    store = new AppStore({ database, ring, usualDefault: undefined })
  })
  afterEach(async () => {
    await database[Symbol.asyncDispose]()
    await postgres[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  const rows = () => database.query as Kysely<UntypedTables>
  const record = async (appId: string): Promise<AppRecord | undefined> =>
    (await store.read()).records.find(({ app }) => app.appId === appId)

  test('are read as they were added, and every change raises the revision', async () => {
    const before = await store.revision()
    await store.insert(appNamed(a))
    await store.insert(appNamed(b, { name: undefined, enabled: false, receive: 'none', admins: [] }))
    const { records, revision } = await store.read()
    expect(records.map(({ app }) => [app.appId, app.name, app.enabled, app.receive, app.admins])).toEqual([
      [a, 'Sales', true, 'websocket', ['ou_1']],
      [b, undefined, false, 'none', []],
    ])
    const [first] = records
    expect([first?.app.secret(), first?.app.encryptKey(), first?.app.verificationToken()]).toEqual([
      `canarySecretOf${a}`,
      'canaryEncryptKey',
      undefined,
    ])
    expect(first).toMatchObject({ source: 'database', createdAtMs: expect.any(Number), problem: undefined })
    expect(revision).toBe(before + 2)
  })

  test('hold no secret that can be read in the database', async () => {
    await store.insert(appNamed(a))
    const dump = JSON.stringify(await rows().selectFrom('larkspur_app').selectAll().execute())
    expect(dump).not.toContain('canary')
    expect(dump).not.toContain(Buffer.from('canary').toString('base64').slice(0, 7))
  })

  test('are added once, and what is refused leaves the revision', async () => {
    await store.insert(appNamed(a))
    const before = await store.revision()
    await expect(store.insert(appNamed(a))).rejects.toMatchObject({ code: 'CREDENTIAL_APP_EXISTS' })
    await expect(store.update(b, () => appNamed(b))).rejects.toMatchObject({ code: 'CREDENTIAL_APP_UNKNOWN' })
    await expect(store.remove(b)).rejects.toMatchObject({ code: 'CREDENTIAL_APP_UNKNOWN' })
    const keyless = new AppStore({ database, ring: undefined, usualDefault: undefined })
    await expect(keyless.insert(appNamed(b))).rejects.toMatchObject({ code: 'CREDENTIAL_KEY_MISSING' })
    expect(await store.revision()).toBe(before)
  })

  test('a new secret drops the tokens of the app, another change keeps them', async () => {
    await store.insert(appNamed(a))
    const tokens = new TokenStore({
      database,
      ring,
      log: silentLog,
      raise: () => {},
      leaseMs: 1000,
      maskText: (text) => text,
    })
    let fetches = 0
    const tenant = { appId: a, tenantKey: '', userId: '', kind: 'tenant' }
    const user = { ...tenant, userId: 'ou_1', kind: 'user' }
    const fetch = async () => ({ value: `t-${++fetches}`, lifeMs: 3_600_000 })
    await tokens.obtain(tenant, 0, fetch)
    await tokens.obtain(user, 0, fetch)
    await store.update(a, ({ app }) => ({ ...app, name: 'Support' }))
    expect((await tokens.obtain(tenant, 0, fetch)).value).toBe('t-1')
    await store.update(a, ({ app }) => ({ ...app, secret: () => 'anotherSecret' }))
    expect((await tokens.obtain(tenant, 0, fetch)).value).toBe('t-3')
    expect((await tokens.obtain(user, 0, fetch)).value).toBe('t-2')
    expect((await record(a))?.app.secret()).toBe('anotherSecret')
    await store.remove(a)
    expect(await rows().selectFrom('larkspur_token').selectAll().execute()).toEqual([])
  })

  test('a refresh that was under way with the old secret is not kept', async () => {
    await store.insert(appNamed(a))
    const tokens = new TokenStore({
      database,
      ring,
      log: silentLog,
      raise: () => {},
      leaseMs: 1000,
      maskText: (text) => text,
    })
    let fetches = 0
    const fetch = async () => {
      fetches += 1
      if (fetches === 1) await store.update(a, ({ app }) => ({ ...app, secret: () => 'anotherSecret' }))
      return { value: `t-${fetches}`, lifeMs: 3_600_000 }
    }
    const { value } = await tokens.obtain({ appId: a, tenantKey: '', userId: '', kind: 'tenant' }, 0, fetch)
    expect([value, fetches]).toEqual(['t-2', 2])
  })

  test('the default is neither disabled nor removed, whoever named it', async () => {
    await store.insert(appNamed(a))
    await store.insert(appNamed(b))
    await store.setDefault(a, () => {})
    expect((await store.read()).defaultAppId).toBe(a)
    const refused = { code: 'CREDENTIAL_APP_IS_DEFAULT' }
    await expect(store.remove(a)).rejects.toMatchObject(refused)
    await expect(store.setEnabled(appNamed(a), false)).rejects.toMatchObject(refused)
    const usual = new AppStore({ database, ring, usualDefault: b })
    await usual.setEnabled(appNamed(b), false)
    await store.setDefault(undefined, () => {})
    await usual.setEnabled(appNamed(b), true)
    await expect(usual.setEnabled(appNamed(b), false)).rejects.toMatchObject(refused)
    expect((await record(a))?.app.enabled).toBe(true)
  })

  test('one that only the configuration has gets a row that holds no more than whether it is enabled', async () => {
    await store.setEnabled(appNamed(a), false)
    const { records, overlays } = await store.read()
    expect(records).toEqual([])
    expect([...overlays]).toEqual([[a, { enabled: false, updatedAtMs: expect.any(Number) }]])
  })

  test('one that was disabled in the configuration and taken out of it can be added', async () => {
    await store.setEnabled(appNamed(a), false)
    await store.insert(appNamed(a))
    expect(await record(a)).toMatchObject({ app: { enabled: true, name: 'Sales' }, problem: undefined })
    await expect(store.insert(appNamed(a))).rejects.toMatchObject({ code: 'CREDENTIAL_APP_EXISTS' })
  })

  test('changes at the same time all come through', async () => {
    await store.insert(appNamed(a))
    const before = await store.revision()
    const names = Array.from({ length: 8 }, (_, nth) => `name ${nth}`)
    await Promise.all(
      names.map((name) => store.update(a, ({ app }) => ({ ...app, name, description: `${app.description} ${name}` }))),
    )
    expect(await store.revision()).toBe(before + 8)
    const { description = '' } = (await record(a))?.app ?? {}
    for (const name of names) expect(description).toContain(name)
  })

  test('a broken row is told, and the others are read', async () => {
    const damages: readonly [string, () => Promise<unknown>][] = [
      [
        'a flipped bit',
        async () => {
          const { secrets } = await rows()
            .selectFrom('larkspur_app')
            .select('secrets')
            .where('app_id', '=', a)
            .executeTakeFirstOrThrow()
          const flipped = Buffer.from(secrets as Uint8Array)
          flipped[30] = (flipped[30] ?? 0) ^ 1
          await rows().updateTable('larkspur_app').set({ secrets: flipped }).where('app_id', '=', a).execute()
        },
      ],
      [
        'another platform',
        () =>
          rows().updateTable('larkspur_app').set({ domain: 'https://evil.example' }).where('app_id', '=', a).execute(),
      ],
      [
        'an unknown way to receive',
        () => rows().updateTable('larkspur_app').set({ receive: 'x' }).where('app_id', '=', a).execute(),
      ],
      [
        'admins that are no list',
        () => rows().updateTable('larkspur_app').set({ admins: '{' }).where('app_id', '=', a).execute(),
      ],
    ]
    await store.insert(appNamed(b))
    for (const [what, damage] of damages) {
      await store.insert(appNamed(a))
      await damage()
      expect((await record(a))?.problem, what).toMatchObject({ code: 'CREDENTIAL_RECORD_BROKEN' })
      expect((await record(a))?.problem?.message).not.toContain('canary')
      expect((await record(b))?.problem, what).toBeUndefined()
      await store.remove(a)
    }
  })

  test('rows that were swapped are told, both of them', async () => {
    await store.insert(appNamed(a))
    await store.insert(appNamed(b))
    await rows()
      .updateTable('larkspur_app')
      .set({ app_id: sql`case app_id when ${a} then 'x' else app_id end` })
      .execute()
    await rows().updateTable('larkspur_app').set({ app_id: a }).where('app_id', '=', b).execute()
    await rows().updateTable('larkspur_app').set({ app_id: b }).where('app_id', '=', 'x').execute()
    const { records } = await store.read()
    expect(records.map(({ problem }) => problem?.code)).toEqual([
      'CREDENTIAL_RECORD_BROKEN',
      'CREDENTIAL_RECORD_BROKEN',
    ])
  })

  test('a row of a key that is not given is told with the id of the key', async () => {
    await store.insert(appNamed(a))
    const other = new AppStore({
      database,
      ring: readKeyRing(randomBytes(32).toString('hex')),
      usualDefault: undefined,
    })
    const [found] = (await other.read()).records
    expect(found?.problem).toMatchObject({
      code: 'CREDENTIAL_KEY_UNKNOWN',
      message: expect.stringContaining(ring.current.id),
    })
  })

  test('go with their tables, and the tables come again', async () => {
    await store.insert(appNamed(a))
    const { steps } = kernelMigrations
    const above = steps.length - steps.findIndex(({ name }) => name === '0002-app')
    expect((await undoNewest(database, kernelMigrations, above)).at(-1)).toBe('0002-app')
    await migrateUp(database, [kernelMigrations], silentLog)
    expect((await store.read()).records).toEqual([])
    await store.insert(appNamed(a))
    expect(await store.revision()).toBe(1)
  })
})
