import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { resolveConfig } from './origins.ts'

const database = (env: Record<string, string>, dotenv = '') => {
  const { options, origins, secrets } = resolveConfig({}, { env, dotenv, terminal: false })
  const origin = origins.find(({ path }) => path === 'database.url')
  return { url: options.database.url, migrate: options.database.migrate, origin, secrets: secrets() }
}

test('the variables of PostgreSQL say where the database is, when PGHOST is set', () => {
  const env = { PGHOST: 'db.example', PGPORT: '5433', PGUSER: 'bot', PGPASSWORD: 'p@ss word', PGDATABASE: 'larkspur' }
  expect(database({ ...env, PGSSLMODE: 'verify-full', PGSSLROOTCERT: '/etc/ca.pem' })).toEqual({
    url: 'postgres://bot:p%40ss%20word@db.example:5433/larkspur?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem',
    migrate: 'check',
    origin: {
      path: 'database.url',
      value: 'postgres://bot:***@db.example:5433/larkspur?***',
      origin: 'environment',
      variable: 'PGHOST',
    },
    secrets: ['p%40ss%20word', 'p@ss word'],
  })
})

test.each([
  ['PGHOST alone', { PGHOST: 'db' }, 'postgres://db/'],
  ['an IPv6 address', { PGHOST: '::1', PGUSER: 'bot' }, 'postgres://bot@[::1]/'],
  ['a Unix socket', { PGHOST: '/run/postgresql', PGDATABASE: 'bot' }, 'postgres://%2Frun%2Fpostgresql/bot'],
  ['no PGHOST', { PGUSER: 'bot', PGPASSWORD: 'unused' }, 'sqlite:.larkspur'],
  ['a URL of its own', { PGHOST: 'db', LARKSPUR_DATABASE_URL: 'sqlite:data' }, 'sqlite:data'],
])('%s', (_what, env, url) => {
  expect(database(env).url).toBe(url)
})

test('the password may stand in a file, and all of it in .env', () => {
  const folder = mkdtempSync(join(tmpdir(), 'larkspur-pg-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'password'), 'of the file\n')
  const { url, origin } = database({}, `PGHOST=db\nPGUSER=bot\nPGPASSWORD_FILE=${join(folder, 'password')}`)
  expect(url).toBe('postgres://bot:of%20the%20file@db/')
  expect(origin).toMatchObject({ origin: '.env', variable: 'PGHOST' })
  expect(() => database({ PGHOST: 'db', PGPASSWORD_FILE: join(folder, 'missing') })).toThrow(/PGPASSWORD/)
})
