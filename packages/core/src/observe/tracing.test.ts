import { tracingChannel } from 'node:diagnostics_channel'
import { expect, test } from 'vitest'
import { createBot } from '../index.ts'
import { testGround } from '../testing/test-bot.ts'

test('events, handlers and calls can be traced, nested as they happen, without ids in paths', async () => {
  await using ground = await testGround()
  await using bot = await createBot({ apps: [ground.app], ...ground.options }, ground)
  const seen: string[] = []
  const watch = (name: string, describe: (message: never) => string): (() => void) => {
    const channel = tracingChannel(name)
    const subscriber = {
      start: (message: unknown) => void seen.push(`> ${describe(message as never)}`),
      end() {},
      asyncStart() {},
      asyncEnd: (message: unknown) => void seen.push(`< ${describe(message as never)}`),
      error() {},
    }
    channel.subscribe(subscriber)
    return () => channel.unsubscribe(subscriber)
  }
  const stops = [
    watch('larkspur:event', ({ type, attempt }: { type: string; attempt: number }) => `event ${type} ${attempt}`),
    watch('larkspur:handler', ({ handler }: { handler: string }) => `handler ${handler}`),
    watch('larkspur:call', ({ method, path }: { method: string; path: string }) => `call ${method} ${path}`),
  ]
  const handled = Promise.withResolvers<void>()
  bot.observe('event:handled', () => handled.resolve())
  bot.on('im.message.receive_v1', ({ body, appId }) =>
    bot.app(appId).request({
      path: '/open-apis/im/v1/messages/:message_id',
      params: { message_id: body.message.message_id },
    }),
  )
  await bot.start()
  await ground.sandbox.say({ user: 'alice', text: 'hello' })
  await handled.promise
  for (const stop of stops) stop()
  const type = 'im.message.receive_v1'
  expect(seen).toEqual([
    `> event ${type} 1`,
    `> handler bot/${type}#1`,
    '> call GET /open-apis/im/v1/messages/:message_id',
    '< call GET /open-apis/im/v1/messages/:message_id',
    `< handler bot/${type}#1`,
    `< event ${type} 1`,
  ])
})
