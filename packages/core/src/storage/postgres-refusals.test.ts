import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serverUser } from '../../../../scripts/postgres/binaries.ts'
import { createAuthority } from '../../../../scripts/postgres/certificate.ts'
import { type PostgresServer, startPostgres } from '../../../../scripts/postgres/launcher.ts'
import { isLarkspurError } from '../errors/larkspur-error.ts'
import { openInbox } from '../inbox/open-inbox.ts'
import { silentLog } from '../testing/silent-log.ts'
import { storageSettings } from '../testing/storage-settings.ts'
import { openDatabase } from './open-database.ts'
import type { StorageSettings } from './settings.ts'

const password = 'planted-p4ssword'
const authority = createAuthority('Larkspur test authority')

let server: PostgresServer
let folder: string
let host: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'larkspur-tls-'))
  const file = (name: string, text: string, mode: number): string => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode })
    if (serverUser) chownSync(path, serverUser.uid, serverUser.gid)
    return path
  }
  if (serverUser) chownSync(folder, serverUser.uid, serverUser.gid)
  const { certificate, key } = authority.serverFor('127.0.0.1')
  server = await startPostgres({
    settings: {
      ssl: 'on',
      ssl_cert_file: file('server.crt', certificate, 0o600),
      ssl_key_file: file('server.key', key, 0o600),
      hba_file: file(
        'hba.conf',
        'host all postgres 127.0.0.1/32 trust\nhostssl all bot 127.0.0.1/32 scram-sha-256\nhost all few 127.0.0.1/32 trust\n',
        0o600,
      ),
    },
  })
  file('own.pem', authority.certificate, 0o600)
  file('other.pem', createAuthority('Somebody else').certificate, 0o600)
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await client.query(`create role bot login password '${password}'`)
  await client.query('create role few login connection limit 1')
  await client.query('grant all on schema public to public')
  await client.end()
  host = new URL(server.url).host
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const pem = (name: string) => join(folder, name)
const warnings: string[] = []
const log = { ...silentLog, warn: (message: string) => void warnings.push(message) }

async function open(url: string, settings: Partial<StorageSettings> = {}) {
  return openDatabase({ ...storageSettings(url), ...settings }, { migrations: [], migrate: 'auto', log })
}

async function encrypted(url: string, settings?: Partial<StorageSettings>): Promise<boolean> {
  await using database = await open(url, settings)
  const query = sql<{ ssl: boolean }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`
  return (await query.execute(database.query)).rows[0]?.ssl ?? false
}

/** Code, message and hint of what opening throws. */
async function refused(url: string, settings?: Partial<StorageSettings>): Promise<string> {
  try {
    await using database = await open(url, settings)
    await database.ping()
  } catch (error) {
    if (!isLarkspurError(error)) throw error
    expect(`${error.message}${error.hint}${error.stack}${String(error.cause)}`).not.toContain(password)
    return `${error.code} ${error.message} ${error.hint}`
  }
  throw new Error('it was opened')
}

const bot = (query = '') => `postgres://bot:${password}@${host}/postgres${query}`

describe('the way to PostgreSQL', () => {
  test('is encrypted and checked with a CA file', async () => {
    const urls: [string, Partial<StorageSettings>?][] = [
      [bot(), { caFile: pem('own.pem') }],
      [bot('?sslmode=verify-full'), { caFile: pem('own.pem') }],
      [bot(`?sslrootcert=${pem('own.pem')}`)],
      [bot(`?sslmode=require&sslrootcert=${pem('own.pem')}`)],
    ]
    for (const [url, settings] of urls) expect(await encrypted(url, settings)).toBe(true)
    expect(warnings).toEqual([])
  })

  test('is refused with another authority, without one, and under another name', async () => {
    expect(await refused(bot(), { caFile: pem('other.pem') })).toMatch(/^STORAGE_REFUSED .*database\.caFile/)
    expect(await refused(bot('?sslmode=verify-full'))).toMatch(/^STORAGE_REFUSED .*database\.caFile/)
    expect(await refused(bot(`?sslmode=require&sslrootcert=${pem('other.pem')}`))).toMatch(/^STORAGE_REFUSED/)
    const byName = bot().replace('127.0.0.1', 'localhost')
    expect(await refused(byName, { caFile: pem('own.pem') })).toMatch(/^STORAGE_REFUSED .*host name.*verify-ca/)
    expect(await encrypted(`${byName}?sslmode=verify-ca`, { caFile: pem('own.pem') })).toBe(true)
    expect(await refused(bot(), { caFile: pem('missing.pem') })).toMatch(/^STORAGE_TLS_FILE_UNREADABLE .*missing\.pem/)
    expect(await refused(bot('?sslmode=prefer'))).toMatch(/^STORAGE_URL_INVALID .*"prefer".*verify-full/)
  })

  test('is encrypted without a check when the URL requires no more', async () => {
    expect(await encrypted(bot('?sslmode=require'))).toBe(true)
    expect(await encrypted(bot('?ssl=no-verify'))).toBe(true)
    expect(await encrypted(server.url)).toBe(false)
    expect(warnings).toEqual([])
  })

  test('is warned about when it leaves this machine in the clear', async () => {
    const away = { acquireTimeoutMs: 1 }
    expect(await refused(`postgres://bot:${password}@192.0.2.1/bot`, away)).toMatch(/^STORAGE_UNAVAILABLE/)
    expect(await refused(`postgres://bot:${password}@192.0.2.1/bot?sslmode=require`, away)).toMatch(
      /^STORAGE_UNAVAILABLE/,
    )
    expect(warnings).toEqual([
      expect.stringMatching(/192\.0\.2\.1 is not encrypted/),
      expect.stringMatching(/192\.0\.2\.1 is encrypted, but nobody checks/),
    ])
  })
})

describe('a PostgreSQL that does not fit', () => {
  test.each([
    [
      'a wrong password',
      () => bot('?sslmode=require').replace(password, 'wrong'),
      /^STORAGE_REFUSED .*password auth.*percent/,
    ],
    [
      'a database that is missing',
      () => server.url.replace(/postgres$/, 'nowhere'),
      /^STORAGE_REFUSED .*nowhere.*createdb/,
    ],
    ['a server that wants TLS', () => bot(), /^STORAGE_REFUSED .*sslmode/],
    [
      'a port where nobody listens',
      () => `postgres://bot:${password}@127.0.0.1:1/bot`,
      /^STORAGE_UNAVAILABLE .*Nobody listens/,
    ],
    [
      'a host without an address',
      () => `postgres://bot:${password}@db.invalid/bot`,
      /^STORAGE_UNAVAILABLE .*db\.invalid.*no address/,
    ],
    ['no URL at all', () => `mysql://bot:${password}@db/bot`, /^STORAGE_URL_INVALID .*postgres:\/\//],
    [
      'a URL that cannot be read',
      () => `postgres://bot:${password}@db:port/bot`,
      /^STORAGE_URL_INVALID .*percent-encoded/,
    ],
  ])('is named with what to do: %s', async (_what, url, words) => {
    expect(await refused(url())).toMatch(words)
  })

  test('is named with what to do: no connections left', async () => {
    const url = server.url.replace('postgres@', 'few@')
    await using first = await open(url)
    await first.ping()
    expect(await refused(url)).toMatch(/^STORAGE_UNAVAILABLE .*max_connections/)
  })

  test('is named with what to do: a server that does not answer', async () => {
    server.freeze()
    try {
      expect(await refused(server.url, { acquireTimeoutMs: 50 })).toMatch(/^STORAGE_UNAVAILABLE .*did not answer/)
    } finally {
      server.thaw()
    }
  })
})

describe('limits of the pool', () => {
  test('a statement that finds no free connection fails in time, and may be repeated', async () => {
    await using database = await open(server.url, { maxConnections: 1, acquireTimeoutMs: 50 })
    let release = () => {}
    const held = database.write(() => new Promise<void>((resolve) => (release = resolve)))
    await expect(database.ping()).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      retryable: true,
      hint: expect.stringContaining('database.maxConnections'),
    })
    release()
    await held
    await database.ping()
  })

  test('the inbox waits for a connection for a time of its own', async () => {
    const settings = {
      ...storageSettings(server.url),
      schema: 'waiting',
      inboxConnections: 1,
      inboxAcquireTimeoutMs: 50,
    }
    await using inbox = await openInbox(settings, { hold: true, migrate: 'auto', log })
    const ended: string[] = []
    const end = (name: string) => (error: { code: string }) => void ended.push(`${name} ${error.code}`)
    server.freeze()
    try {
      await Promise.all([inbox.nowMs().then(Number, end('first')), inbox.counts().then(Number, end('second'))])
    } finally {
      server.thaw()
    }
    expect(ended).toEqual(['second INBOX_UNAVAILABLE', 'first INBOX_UNAVAILABLE'])
    await inbox.ping()
  })

  test('a connection is replaced when it is old', async () => {
    await using database = await open(server.url, { maxConnections: 1, connectionLifeMs: 1000 })
    const pid = async () =>
      (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(database.query)).rows[0]?.pid
    const first = await pid()
    expect(await pid()).toBe(first)
    await expect.poll(pid, { timeout: 5000, interval: 100 }).not.toBe(first)
  })

  test('a statement that takes too long is ended by the server, and the connection stays sound', async () => {
    await using database = await open(server.url, { maxConnections: 1, statementTimeoutMs: 50 })
    await expect(sql`select pg_sleep(30)`.execute(database.query)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      hint: expect.stringContaining('database.statementTimeoutMs'),
    })
    await database.ping()
  })
})
