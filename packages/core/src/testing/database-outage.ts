import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { createBot, definePlugin, migrateDatabase } from '../index.ts'
import { openTcpDoor } from './tcp-door.ts'
import { testGround } from './test-bot.ts'

/** How a bot came through an outage of its database. */
export interface OutageResult {
  /** From the return of the database to `/readyz` answering 200, milliseconds. */
  readonly backAfterMs: number
  /** Messages that were said before, during and after. */
  readonly said: number
  /** Pushes that the platform had to repeat. */
  readonly repeated: number
}

const backWithinMs = 5000

/**
 * Takes PostgreSQL away from a running bot while messages arrive, and gives it back. `/readyz` says so meanwhile, the bot
 * lives on and is ready again within 5 s, and every message is handled.
 * `postgresUrl`: another server than the run's own.
 */
export async function surviveOutage(awayMs: number, postgresUrl?: string): Promise<OutageResult> {
  await using ground = await testGround()
  await using database = await createTestDatabase(postgresUrl)
  const url = new URL(database.url)
  await using door = await openTcpDoor(Number(url.port))
  url.port = String(door.port)
  const { sandbox, app } = ground
  await sandbox.configure({ ackWindowMs: 3000, repushMs: Array.from({ length: 1000 }, () => 300) })
  const handled: string[] = []
  const listener = definePlugin({
    name: 'listener',
    setup: ({ on }) => void on('im.message.receive_v1', ({ body }) => void handled.push(body.message.message_id)),
  })
  const config = { ...ground.options, apps: [app], plugins: [listener()], database: { url: url.href } }
  await migrateDatabase(config, { env: {} })
  await using bot = await createBot(config, ground)
  await bot.start()
  const readyz = async () => (await fetch(`http://127.0.0.1:${bot.ports.monitor}/readyz`)).status
  const said: string[] = []
  const say = async (user: string) => void said.push((await sandbox.say({ user, text: 'hello' })).messageId)

  await say('alice')
  await until('the first message is handled', () => handled.length === 1, 5000)
  assert.equal(await readyz(), 200)

  await door.shut()
  const goneAt = performance.now()
  await until('/readyz says that the database is away', async () => (await readyz()) === 503, 5000)
  const { state, parts } = await bot.status()
  assert.deepEqual([state, parts.database?.status, parts.inbox?.status], ['down', 'down', 'down'])
  while (performance.now() - goneAt < awayMs) {
    for (const user of ['alice', 'linmei']) await say(user)
    await sleep(awayMs / 10)
  }
  assert.equal(await readyz(), 503)
  await door.open()
  const backAt = performance.now()
  await until('/readyz is well again', async () => (await readyz()) === 200, backWithinMs)
  const backAfterMs = Math.round(performance.now() - backAt)

  await say('linmei')
  await until('every message is handled', () => new Set(handled).size >= said.length, 15_000)
  // At least once: a run whose end could not be written, over a connection that had died, is run again.
  assert.deepEqual([...new Set(handled)].sort(), [...said].sort())
  assert.deepEqual(await sandbox.deliveries({ appId: app.appId, state: 'given-up' }), [])
  const deliveries = await sandbox.deliveries({ appId: app.appId })
  const repeated = deliveries.reduce((sum, { attempts }) => sum + attempts - 1, 0)
  assert.ok(repeated > 0, 'the platform repeated what it could not deliver')
  return { backAfterMs, said: said.length, repeated }
}

async function until(what: string, isSo: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
  const startedAt = performance.now()
  while (!(await isSo())) {
    assert.ok(performance.now() - startedAt < withinMs, `not within ${withinMs} ms: ${what}`)
    await sleep(20)
  }
}
