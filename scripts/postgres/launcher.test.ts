import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type PostgresServer, startPostgres } from './launcher.ts'
import { isRunning } from './processes.ts'
import { createTestDatabase } from './test-database.ts'

async function query(url: string, statement: string, settings: pg.ClientConfig = {}): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000, ...settings })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    client.end().catch(() => {})
  }
}

describe("the run's PostgreSQL server", () => {
  test('gives each test an empty database that is dropped at the end, with connections still open', async () => {
    let gone: string
    const left = { client: undefined as pg.Client | undefined }
    {
      await using database = await createTestDatabase()
      gone = database.url
      await query(database.url, 'create table t (n integer)')
      await using other = await createTestDatabase()
      expect(await query(other.url, `select to_regclass('t') as t`)).toEqual([{ t: null }])
      left.client = new pg.Client({ connectionString: database.url })
      left.client.on('error', () => {})
      await left.client.connect()
    }
    await expect(query(gone, 'select 1')).rejects.toMatchObject({ code: '3D000' })
    await left.client.end()
  })

  test('answers at the address that vitest provides', async () => {
    expect(await query(inject('postgresUrl'), 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

describe('a server of a test', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
    await query(server.url, 'create table kept (n integer primary key)')
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('keeps what was committed over kill -9 and comes back at the same address', async () => {
    for (const n of [1, 2, 3]) {
      await query(server.url, `insert into kept values (${n})`)
      await server.crash()
      await expect(query(server.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
      await server.start()
    }
    expect(await query(server.url, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
  })

  test('answers nothing while frozen and goes on when thawed', async () => {
    const client = new pg.Client({ connectionString: server.url, query_timeout: 100 })
    await client.connect()
    server.freeze()
    await expect(client.query('select 1')).rejects.toThrow('timeout')
    await expect(query(server.url, 'select 1', { connectionTimeoutMillis: 100 })).rejects.toThrow('timeout')
    server.thaw()
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await client.end()
  })

  test('says so when it is started twice or frozen while down', async () => {
    await expect(server.start()).rejects.toThrow('runs already')
    await server.stop()
    expect(() => server.freeze()).toThrow('not running')
    await expect(server.crash()).rejects.toThrow('not running')
    await server.start()
  })
})

test('a setting that the server refuses fails the start with its own words', async () => {
  await expect(startPostgres({ settings: { shared_buffers: 'plenty' } })).rejects.toThrow('shared_buffers')
})

test('a killed process leaves no server and no folder behind', async () => {
  const program = `
    const { startPostgres } = await import(${JSON.stringify(fileURLToPath(new URL('launcher.ts', import.meta.url)))})
    const { url } = await startPostgres()
    const { default: pg } = await import('pg')
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const { rows } = await client.query("select current_setting('data_directory') as folder, split_part(pg_read_file('postmaster.pid'), chr(10), 1) as pid")
    console.log(JSON.stringify(rows[0]))
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { folder, pid } = JSON.parse(String(line)) as { folder: string; pid: string }
  expect(existsSync(folder)).toBe(true)
  child.kill('SIGKILL')
  while (existsSync(folder)) await sleep(10)
  expect(isRunning(Number(pid))).toBe(false)
})
