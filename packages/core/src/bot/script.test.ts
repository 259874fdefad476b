import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { createBot, migrateDatabase } from '../index.ts'
import { ledger } from '../testing/ledger-plugin.ts'
import { type TestGround, testGround } from '../testing/test-bot.ts'

const program = fileURLToPath(new URL('../testing/script-program.ts', import.meta.url))

/** Runs the script to its end; nothing but its end ends it. */
async function runScript({ app }: TestGround, url: string, end: 'close' | 'leave' | 'crash') {
  const child = spawn(process.execPath, [program, app.appId, app.appSecret, String(app.domain), url, end], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = text(child.stdout)
  const [exitCode, signal] = await once(child, 'exit')
  return { exitCode, signal, output: JSON.parse(await output) }
}

async function urlOn(flavour: 'sqlite' | 'postgres', ground: TestGround): Promise<string> {
  if (flavour === 'sqlite') return `sqlite:${ground.folder}`
  const database = await createTestDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  return database.url
}

describe.each(['sqlite', 'postgres'] as const)('a script on %s', (flavour) => {
  test('does its work without a server, opens no port and no connection, and ends by itself', async () => {
    await using ground = await testGround()
    const url = await urlOn(flavour, ground)
    await migrateDatabase({ ...ground.options, database: { url }, plugins: [ledger()] }, { env: {} })
    expect(await runScript(ground, url, 'close')).toEqual({
      ...{ exitCode: 0, signal: null, output: { before: [], ports: {} } },
    })
    expect(await ground.sandbox.links()).toEqual([])
    expect(await ground.sandbox.ledger({ accepted: true })).toHaveLength(1)
  })

  test('runs beside a server on the same database, and leaves nothing that is in its way', async () => {
    await using ground = await testGround()
    const { sandbox, app } = ground
    const url = await urlOn(flavour, ground)
    const config = { ...ground.options, apps: [app], database: { url }, plugins: [ledger()] }
    await migrateDatabase(config, { env: {} })
    await using server = await createBot(config, ground)
    const heard: string[] = []
    server.on('im.message.receive_v1', async ({ body: { message } }) => {
      await server.ledger.add(message.message_id)
      heard.push(message.message_id)
    })
    await server.start()
    await server.ledger.add('of the server')

    expect(await runScript(ground, url, 'leave')).toMatchObject({ exitCode: 0, output: { before: ['of the server'] } })
    await expect.poll(() => server.ledger.entries()).toEqual(['for the server', 'of the script', 'of the server'])

    await sandbox.say({ user: 'alice', text: 'hello' })
    await expect.poll(() => heard).toHaveLength(1)
    expect((await server.status()).state).toBe('ready')
    expect(await sandbox.links()).toHaveLength(1)
  })

  test('killed in the middle of a write holds nobody up', async () => {
    await using ground = await testGround()
    const url = await urlOn(flavour, ground)
    const config = { ...ground.options, apps: [ground.app], database: { url }, plugins: [ledger()] }
    await migrateDatabase(config, { env: {} })
    await using server = await createBot(config, ground)
    await server.start()
    expect(await runScript(ground, url, 'crash')).toMatchObject({ exitCode: null, signal: 'SIGKILL' })
    await server.ledger.add('of the server')
    await expect.poll(() => server.ledger.entries()).toEqual(['for the server', 'of the script', 'of the server'])
  })
})
