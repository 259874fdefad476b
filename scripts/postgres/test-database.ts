// A fresh PostgreSQL database for one test.
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import type {} from './global-setup.ts'

/** An empty database of its own on the run's PostgreSQL server. */
export interface TestDatabase extends AsyncDisposable {
  /** Name of the database, `test_` and 12 hex digits. */
  readonly name: string
  /** `postgresql://postgres@127.0.0.1:<port>/<name>`. */
  readonly url: string
  /** Drops it, closing connections that are still open. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Creates an empty database: `await using database = await createTestDatabase()`. `serverUrl`: another server than the run's own. */
export async function createTestDatabase(serverUrl: string = inject('postgresUrl')): Promise<TestDatabase> {
  if (!serverUrl) throw new Error('No PostgreSQL in this run: start vitest in the root of the checkout (npm test).')
  const name = `test_${randomBytes(6).toString('hex')}`
  await run(serverUrl, `create database ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return {
    name,
    url: url.href,
    [Symbol.asyncDispose]: () => run(serverUrl, `drop database if exists ${name} with (force)`),
  }
}

async function run(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
