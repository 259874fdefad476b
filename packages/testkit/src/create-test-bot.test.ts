import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox } from '@larkspur/sandbox'
import { expect, it, vi } from 'vitest'
import { createTestBot } from './create-test-bot.ts'
import { parrot } from './testing/parrot.ts'

it('starts a bot that answers a user', async () => {
  await using test = await createTestBot({ plugins: [parrot()] })
  await test.user('Alice').says('hello', { expect: 'hello' })
  expect(test.failures).toEqual([])
})

it('gives the bot to setup before it starts', async () => {
  const heard: string[] = []
  await using test = await createTestBot({
    plugins: [parrot()],
    setup: (bot) => bot.on('im.message.receive_v1', ({ key }) => void heard.push(key)),
  })
  const { messageId } = await test.user().says('quiet please')
  await test.settled()
  expect(heard).toEqual([`message:${messageId}`])
})

it('links only when it is started', async () => {
  await using test = await createTestBot({ plugins: [parrot()], start: false })
  expect(await test.sandbox.links()).toEqual([])
  await test.start()
  expect(await test.sandbox.links()).toHaveLength(1)
})

it('keeps what the bot logs and what fails', async () => {
  await using test = await createTestBot({ plugins: [parrot()], dispatch: { maxAttempts: 2 } })
  await test.user().says('fail')
  await test.settled()
  expect(test.failures.map(({ next }) => next)).toEqual(['retry', 'dead'])
  expect(test.log.filter(({ msg }) => msg === 'a handler failed')).toHaveLength(2)
})

it('leaves a sandbox open that was given to it, and takes its database away', async () => {
  await using sandbox = await startSandbox()
  vi.stubEnv('TMPDIR', mkdtempSync(join(tmpdir(), 'larkspur-folders-')))
  const test = await createTestBot({ plugins: [parrot()], sandbox })
  expect(readdirSync(tmpdir())).toHaveLength(1)
  await test.close()
  await test.close()
  expect(readdirSync(tmpdir())).toEqual([])
  rmdirSync(tmpdir())
  vi.unstubAllEnvs()
  expect(await sandbox.links()).toEqual([])
})

it('closes everything when the bot cannot be created', async () => {
  await expect(createTestBot({ plugins: [parrot(), parrot()] as never })).rejects.toMatchObject({
    code: expect.stringMatching(/^PLUGIN_/),
  })
})

it('sees only the environment that it is given', async () => {
  process.env.LARKSPUR_ENVIRONMENT = 'of the machine'
  try {
    await using test = await createTestBot({ env: { LARKSPUR_LOG_LEVEL: 'error' } })
    expect(test.log.find(({ msg }) => msg === 'started')).toMatchObject({ environment: 'test' })
  } finally {
    delete process.env.LARKSPUR_ENVIRONMENT
  }
})

it('talks to each of several apps', async () => {
  await using test = await createTestBot({ plugins: [parrot()], apps: 2 })
  const [, second] = test.sandbox.apps
  await test.user('alice', { appId: second?.appId }).says('to the second', { expect: 'to the second' })
  await test.user('alice').shouldStaySilent()
})

it('names the people and apps there are when asked for others', async () => {
  await using test = await createTestBot({ start: false })
  expect(() => test.user('nobody')).toThrow(/no user "nobody"; it has linmei, /)
  expect(() => test.user('alice', { appId: 'cli_0' })).toThrow(/no app cli_0; it has cli_/)
})
