import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { type Kysely, sql } from 'kysely'
import { expect, inject, test } from 'vitest'
import { createTestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { newEncryptionKey } from '../index.ts'
import { openUnmigrated } from '../storage/open-database.ts'
import type { Canaries } from '../testing/canary-bot.ts'
import { silentLog } from '../testing/silent-log.ts'
import { storageSettings } from '../testing/storage-settings.ts'
import { testGround } from '../testing/test-bot.ts'

const program = fileURLToPath(new URL('../testing/canary-bot.ts', import.meta.url))

/** The ways in which bytes may stand in a text or a file: as they are, in hex, and in base64 wherever they begin. */
function forms(secret: string | Buffer): string[] {
  const bytes = Buffer.from(secret as string)
  const base64 = [0, 1, 2].flatMap((pad) => {
    const text = Buffer.concat([Buffer.alloc(pad), bytes]).toString('base64')
    // The first and the last characters hold bits of what stands beside it.
    const inner = text.replace(/=+$/, '').slice(pad === 0 ? 0 : pad + 1, -1)
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const hex = bytes.toString('hex')
  return [...new Set([bytes.toString('latin1'), hex, hex.toUpperCase(), ...base64])]
}

function found(where: string, text: string, secrets: Readonly<Record<string, string | Buffer>>): string[] {
  return Object.entries(secrets)
    .filter(([, secret]) => forms(secret).some((form) => text.includes(form)))
    .map(([name]) => `${name} in ${where}`)
}

/** The files of a PostgreSQL database and the log of its changes since `from`. */
async function postgresFiles(url: string, from: string): Promise<[string, string][]> {
  await using database = await openUnmigrated(storageSettings(url), silentLog)
  const query = database.query as Kysely<unknown>
  await sql`checkpoint`.execute(query)
  const { rows } = await sql<{ data: string; oid: string; first: string; last: string }>`
    select current_setting('data_directory') as data, oid::text as oid, pg_walfile_name(${from}::pg_lsn) as first,
      pg_walfile_name(pg_current_wal_lsn()) as last from pg_database where datname = current_database()`.execute(query)
  const { data = '', oid = '', first = '', last = '' } = rows[0] ?? {}
  const [files, logs] = [join(data, 'base', oid), join(data, 'pg_wal')]
  const wal = readdirSync(logs).filter((name) => name >= first && name <= last && name.length === first.length)
  return [...readdirSync(files).map((name) => join(files, name)), ...wal.map((name) => join(logs, name))].map(
    (path) => [path, readFileSync(path, 'latin1')] as [string, string],
  )
}

test.each(['sqlite', 'postgres'] as const)(
  'no secret of a bot on %s stands in clear in output, errors, metrics, files or their logs',
  { timeout: 30_000 },
  async (flavour) => {
    await using ground = await testGround(2)
    await using postgres = await createTestDatabase(inject('postgresUrl'))
    const [app, second] = ground.apps
    const withPassword = new URL(postgres.url)
    withPassword.password = 'canaryDatabasePassword'
    const folder = join(ground.folder, 'data')
    const canaries: Canaries = {
      app: { appId: app?.appId ?? '', appSecret: app?.appSecret ?? '', domain: ground.sandbox.url },
      stored: {
        ...{ appId: second?.appId ?? '', appSecret: second?.appSecret ?? '', domain: ground.sandbox.url },
        ...{ encryptKey: 'canaryEncryptKey0000', verificationToken: 'canaryVerification00' },
      },
      database: flavour === 'sqlite' ? `sqlite:${folder}` : withPassword.href,
      badDatabase: 'postgres://bot:canaryOtherPassword@127.0.0.1:1/none?sslpassword=canaryInQuery',
      ...{ encryptionKey: newEncryptionKey(), otherKey: newEncryptionKey(), weakKey: 'deadbeef'.repeat(8) },
      readyToken: 'u-canaryReadyToken0000000000',
      grant: { accessToken: 'u-canaryAccess000000000000', refreshToken: 'ur-canaryRefresh00000000000' },
      ...{ openId: 'ou_00000000000000000000000000000001', backup: join(ground.folder, 'backup') },
    }
    await using beside = await openUnmigrated(storageSettings(postgres.url), silentLog)
    const before = await sql<{ lsn: string }>`select pg_current_wal_lsn()::text as lsn`.execute(
      beside.query as Kysely<unknown>,
    )
    const child: ChildProcess = fork(program, [], {
      env: { ...process.env, CANARY: JSON.stringify(canaries) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    const printed: string[] = []
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => printed.push(String(text)))
    const gone = once(child, 'exit')
    const told = () =>
      Promise.race([
        once(child, 'message').then(([message]) => message as unknown),
        gone.then(() => Promise.reject(new Error(`the bot ended: ${printed.join('').slice(-2000)}`))),
      ])
    let tokens: string[] = []
    try {
      tokens = (await told()) as string[]
      await ground.sandbox.say({ user: 'alice', text: 'canaryWordsOfAlice' })
      await ground.sandbox.waitForDeliveries({ appId: canaries.app.appId, timeoutMs: 5000 })
      await expect.poll(() => printed.join('')).toContain('no luck with')
      const done = told()
      child.send('metrics')
      await done
    } finally {
      // Killed, so that SQLite leaves its log.
      child.kill('SIGKILL')
      await gone
    }
    const secrets = {
      ...{ 'an app secret': canaries.app.appSecret, 'a stored app secret': canaries.stored.appSecret },
      ...{ 'the encrypt key': canaries.stored.encryptKey, 'the ready token': canaries.readyToken },
      ...{ 'the verification token': canaries.stored.verificationToken },
      ...{ 'the access token': canaries.grant.accessToken, 'the refresh token': canaries.grant.refreshToken },
      ...{ 'the encryption key': canaries.encryptionKey, 'the other key': canaries.otherKey },
      'the bytes of the encryption key': Buffer.from(canaries.encryptionKey, 'base64'),
      'the bytes of the other key': Buffer.from(canaries.otherKey, 'base64'),
      ...{ 'the weak key': canaries.weakKey, 'the password': 'canaryDatabasePassword' },
      ...{ 'the other password': 'canaryOtherPassword', 'the password of the query': 'canaryInQuery' },
      'the code': 'canaryCodeOfConsent00',
      ...Object.fromEntries(tokens.map((token, index) => [`token ${index}`, token])),
    }
    expect(tokens.filter((token) => /^[at]-/.test(token))).toHaveLength(3)
    const output = printed.join('')
    for (const step of ['a call:', 'a refused call failed', 'a void token:', 'a wrong key failed', 'larkspur_'])
      expect(output).toContain(step)
    const files = flavour === 'sqlite' ? readdirSync(folder, { withFileTypes: true }) : []
    const texts: [string, string][] = [
      ['the backup', gunzipSync(readFileSync(canaries.backup)).toString('latin1')],
      ...files.map(({ name }) => [name, readFileSync(join(folder, name), 'latin1')] as [string, string]),
      ...(flavour === 'postgres' ? await postgresFiles(postgres.url, before.rows[0]?.lsn ?? '') : []),
    ]
    if (flavour === 'sqlite') expect(files.map(({ name }) => name)).toContain('bot.db-wal')
    expect(found('what it printed', output, { ...secrets, 'the words of a person': 'canaryWordsOfAlice' })).toEqual([])
    expect(texts.flatMap(([where, text]) => found(where, text, secrets))).toEqual([])
    // The search finds what is there: ids are no secret.
    expect(found('', output, { id: canaries.app.appId })).toHaveLength(1)
    expect(texts.filter(([, text]) => text.includes(canaries.app.appId)).length).toBeGreaterThan(1)
  },
)
