import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { kernelMigrations } from '../storage/kernel-migrations.ts'
import { type OpenDatabase, openDatabase } from '../storage/open-database.ts'
import { silentLog } from '../testing/silent-log.ts'
import { storageSettings } from '../testing/storage-settings.ts'
import { makeKeyFile, newEncryptionKey, readKeyFile } from './key-file.ts'
import { type KeyRing, readKeyRing } from './key-ring.ts'
import { keyAges, noteKey, openKeyRing } from './open-key-ring.ts'
import { countSealed } from './sealed-tables.ts'
import { TokenStore } from './token-store.ts'

const encryptionKey = newEncryptionKey()
const keyId = readKeyRing(encryptionKey).current.id
const fetched = (value: string) => Promise.resolve({ value, lifeMs: 7_200_000 })

describe.each(['sqlite', 'postgres'] as const)('the keys of a bot on %s', (flavour) => {
  let folder: string
  let keyFile: string
  let postgres: TestDatabase | undefined
  let database: OpenDatabase
  const learnt: string[] = []
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'larkspur-keys-'))
    keyFile = join(folder, 'encryption.key')
    postgres = flavour === 'postgres' ? await createTestDatabase() : undefined
    database = await openDatabase(storageSettings(postgres?.url ?? `sqlite:${folder}`), {
      ...{ migrations: [kernelMigrations], migrate: 'auto', log: silentLog },
    })
  })
  afterEach(async () => {
    await database[Symbol.asyncDispose]()
    await postgres?.[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })

  const opening = (sources: { encryptionKey?: string; keyFile?: string }) =>
    openKeyRing(database, { encryptionKey: undefined, keyFile: undefined, ...sources }, (text) => learnt.push(text))
  const storeOn = (ring: KeyRing | undefined) =>
    new TokenStore({
      ...{
        database,
        ring: ring as KeyRing,
        log: silentLog,
        raise: () => {},
        leaseMs: 20_000,
        maskText: (text) => text,
      },
    })
  const put = (ring: KeyRing | undefined, kind = 'tenant') =>
    storeOn(ring).obtain({ appId: 'cli_00000000000000a1', tenantKey: '', userId: '', kind }, 0, () => fetched(kind))

  test('are none when none is given', async () => {
    expect(await opening({})).toBeUndefined()
  })

  test('are made where they may be, for one user alone, and once however many ask', async () => {
    const rings = await Promise.all([opening({ keyFile }), opening({ keyFile })])
    expect(rings[0]?.current.id).toBe(rings[1]?.current.id)
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    expect(learnt).toContain(readFileSync(keyFile, 'utf8').trim())
    expect(readdirSync(folder).filter((name) => name.startsWith('encryption'))).toEqual(['encryption.key'])
  })

  test('that were made go on opening once another is given', async () => {
    const made = await opening({ keyFile })
    await put(made)
    const both = await opening({ keyFile, encryptionKey })
    expect(both?.ids).toEqual([keyId, made?.current.id])
  })

  test('are refused when one that rows are sealed with is missing; no other is made', async () => {
    await put(readKeyRing(encryptionKey))
    for (const sources of [{}, { keyFile }, { encryptionKey: randomBytes(32).toString('hex') }])
      await expect(opening(sources)).rejects.toMatchObject({
        code: 'CREDENTIAL_KEY_UNKNOWN',
        message: expect.stringContaining(keyId),
      })
    expect(readdirSync(folder)).not.toContain('encryption.key')
  })

  test('are counted by the rows they have sealed, and remember since when they are used', async () => {
    const other = readKeyRing(newEncryptionKey())
    await put(readKeyRing(encryptionKey))
    await put(other, 'app')
    await noteKey(database, other)
    const since = await keyAges(database)
    await noteKey(database, other)
    expect(await keyAges(database)).toEqual(since)
    expect([...since.keys()]).toEqual([other.current.id])
    const counts = await countSealed(database)
    expect(counts.map(({ keyId: id, rows }) => `${id} ${rows}`).sort()).toEqual(
      [`${keyId} 1`, `${other.current.id} 1`].sort(),
    )
  })
})

test('a database without tables needs no key', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'larkspur-keys-'))
  try {
    await using database = await openDatabase(storageSettings(`sqlite:${folder}`), { migrations: [], log: silentLog })
    expect(await openKeyRing(database, { encryptionKey: undefined, keyFile: undefined }, () => {})).toBeUndefined()
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a key file is never replaced, and one that cannot be made is told', () => {
  const folder = mkdtempSync(join(tmpdir(), 'larkspur-keys-'))
  try {
    const file = join(folder, 'new', 'larkspur.key')
    const { text, made } = makeKeyFile(file)
    expect(made).toBe(true)
    expect(readKeyRing(text).ids).toHaveLength(1)
    expect(makeKeyFile(file)).toEqual({ text, made: false })
    const told = { code: 'STORAGE_READ_ONLY', message: expect.stringMatching(/could not be made: E[A-Z]+/) }
    expect(() => makeKeyFile(join(file, 'below'))).toThrow(expect.objectContaining(told))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a key file that is a device or a folder is refused instead of being read without end', () => {
  const refused = expect.objectContaining({ code: 'CONFIG_SECRET_FILE_UNREADABLE' })
  for (const file of ['/dev/zero', tmpdir()]) expect(() => readKeyFile(file)).toThrow(refused)
})
