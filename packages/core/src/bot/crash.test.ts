import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, inject, test } from 'vitest'
import { createTestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { type TestGround, testGround } from '../testing/test-bot.ts'

const program = fileURLToPath(new URL('../testing/crash-bot.ts', import.meta.url))

async function startBot({ app }: TestGround, database: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, app.appId, app.appSecret, String(app.domain), database], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the bot ended with ${code} before it was ready`))),
  ])
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** Kills the bot again and again while messages arrive; at the end every message is answered exactly once. */
async function survivesKills(ground: TestGround, database: string): Promise<void> {
  const { sandbox } = ground
  await sandbox.configure({ ackWindowMs: 300, repushMs: Array.from({ length: 40 }, () => 200) })
  const sent: string[] = []
  let answers = 0
  const nextAnswer = async (): Promise<void> => {
    answers = (await sandbox.waitForMessage({ sender: 'bot', afterSeq: answers, timeoutMs: 10_000 })).seq
  }
  let child = await startBot(ground, database)
  try {
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 12; index++) {
        const user = index % 2 ? 'alice' : 'linmei'
        sent.push((await sandbox.say({ user, text: `message ${index}` })).messageId)
      }
      await nextAnswer()
      await kill(child)
      child = await startBot(ground, database)
    }
    while ((await sandbox.ledger({ accepted: true })).length < sent.length) await nextAnswer()
    await sandbox.waitForDeliveries({ appId: ground.app.appId, timeoutMs: 10_000 })
  } finally {
    await kill(child)
  }
  expect(await sandbox.deliveries({ appId: ground.app.appId, state: 'given-up' })).toEqual([])
  const chats = await sandbox.chats()
  const messages = (await Promise.all(chats.map(({ chatId }) => sandbox.messages({ chatId })))).flat()
  const answered = messages.filter(({ sender }) => sender.type === 'bot').map(({ parentId }) => parentId)
  expect(answered.sort()).toEqual([...sent].sort())
  // A kill between an effect and its record makes the next run send it again: with the same key, so it stays one.
  const repeated = await sandbox.ledger({ accepted: false })
  expect(repeated.every(({ repeatOf }) => repeatOf !== undefined)).toBe(true)
}

test('a bot that is killed while events arrive loses none and repeats no effect, on SQLite', {
  timeout: 30_000,
}, async () => {
  await using ground = await testGround()
  await survivesKills(ground, `sqlite:${ground.folder}`)
})

test('a bot that is killed while events arrive loses none and repeats no effect, on PostgreSQL', {
  timeout: 30_000,
}, async () => {
  await using ground = await testGround()
  await using database = await createTestDatabase(inject('postgresUrl'))
  await survivesKills(ground, database.url)
})
