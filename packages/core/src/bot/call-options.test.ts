import { expect, it } from 'vitest'
import { createBot } from '../create-bot.ts'
import type { BotConfig } from '../plugin/define-config.ts'
import { errorOf } from '../testing/open-client.ts'
import { testGround } from '../testing/test-bot.ts'

const chats = 'GET /open-apis/im/v1/chats'
const call = { path: '/open-apis/im/v1/chats' }

it('retries as the bot says, or as the app says', async () => {
  await using ground = await testGround(2)
  const [first, second] = ground.apps
  const apps = [first, { ...second, retry: { maxAttempts: 2 } }] as BotConfig['apps']
  await using bot = await createBot({ ...ground.options, apps, retry: { maxAttempts: 3 } } as BotConfig, ground)
  await ground.sandbox.addFault({ api: chats, status: 503, code: 1 })
  await errorOf(bot.app(first?.appId).request(call))
  await errorOf(bot.app(second?.appId).request(call))
  await errorOf(bot.app(second?.appId).request({ ...call, retry: false }))
  const made = await ground.sandbox.calls({ api: chats })
  expect(made.filter(({ appId }) => appId === first?.appId)).toHaveLength(3)
  expect(made.filter(({ appId }) => appId === second?.appId)).toHaveLength(2 + 1)
})

it('names a retry that cannot be, of the bot and of an app', async () => {
  await using ground = await testGround()
  const apps = [{ ...ground.app, retry: { maxAttempts: 0 } }]
  const config = { ...ground.options, apps, retry: 'never' } as unknown as BotConfig
  const error = await errorOf(createBot(config) as Promise<unknown>)
  expect(error.message).toContain('retry: must be false, a function, or {')
  expect(error.message).toMatch(/apps\S*retry: maxAttempts must be a number from 1 on/)
})

it('keeps to the limits that it is given, for each app, and gives up what waits when it is closed', async () => {
  await using ground = await testGround(2)
  const [first, second] = ground.apps
  const api = { callsPerSecond: 1, messagesPerSecond: 1 }
  const bot = await createBot({ ...ground.options, apps: ground.apps, api }, ground)
  await bot.app(first?.appId).request(call)
  const waiting = errorOf(bot.app(first?.appId).request(call))
  await bot.app(second?.appId).request(call)
  await bot.close()
  expect(await waiting).toMatchObject({
    code: 'API_CANCELLED',
    message: expect.stringContaining('by the end of the bot while it waited for a rate limit'),
  })
  expect((await ground.sandbox.calls({ api: chats })).map(({ appId }) => appId)).toEqual([first?.appId, second?.appId])
})
