import { describe, expect, test } from 'vitest'
import { createBot } from '../index.ts'
import { testGround } from '../testing/test-bot.ts'

const click = { action: { tag: 'button', value: { go: true } }, context: { open_chat_id: 'oc_1' }, token: 'c-1' }
const eventType = 'card.action.trigger'

describe('a callback', () => {
  test('is answered with what the handler returns, while the chat is busy with a message', async () => {
    await using ground = await testGround()
    await using bot = await createBot({ apps: [ground.app], ...ground.options }, ground)
    const release = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    bot.on('im.message.receive_v1', () => {
      begun.resolve()
      return release.promise
    })
    bot.onCallback('card.action.trigger', ({ body }) => ({
      toast: { type: 'success', content: String(body.action.tag) },
    }))
    await bot.start()
    const { chatId } = await ground.sandbox.say({ user: 'alice', text: 'hello' })
    await begun.promise
    const event = { ...click, context: { open_chat_id: chatId } }
    const result = await ground.sandbox.pushCallback({ appId: ground.app.appId, eventType, event })
    release.resolve()
    expect(result).toMatchObject({
      outcome: 'answered',
      response: { toast: { type: 'success', content: 'button' } },
    })
  })

  test('gets a neutral answer when the handler is slow, and the late result is delivered once', async () => {
    await using ground = await testGround()
    const options = { ...ground.options, dispatch: { ...ground.options.dispatch, callbackTimeoutMs: 30 } }
    await using bot = await createBot({ apps: [ground.app], ...options }, ground)
    const release = Promise.withResolvers<void>()
    const delivered: unknown[] = []
    const late = Promise.withResolvers<void>()
    bot.onCallback(
      eventType,
      async () => {
        await release.promise
        return { card: { type: 'raw', data: { schema: '2.0' } } }
      },
      {
        onLate: async (callback, answer) => {
          delivered.push([callback.late, answer])
          late.resolve()
        },
      },
    )
    await bot.start()
    const result = await ground.sandbox.pushCallback({ appId: ground.app.appId, eventType, event: click })
    expect(result.outcome).toBe('answered')
    expect(result.response ?? {}).toEqual({})
    release.resolve()
    await late.promise
    expect(delivered).toEqual([[true, { card: { type: 'raw', data: { schema: '2.0' } } }]])
    expect(await bot.metricsText()).toContain('outcome="late"} 1')
  })

  test('runs once for a click that arrives twice', async () => {
    await using ground = await testGround()
    await using bot = await createBot({ apps: [ground.app], ...ground.options }, ground)
    let runs = 0
    bot.onCallback(eventType, () => {
      runs += 1
      return { toast: { content: 'done' } }
    })
    await bot.start()
    const push = { appId: ground.app.appId, eventType, event: click, header: { event_id: 'the-same' } }
    await ground.sandbox.pushCallback(push)
    await ground.sandbox.pushCallback(push)
    expect(runs).toBe(1)
  })

  test('goes to the first handler that answers; one that throws is reported and answered neutrally', async () => {
    await using ground = await testGround()
    await using bot = await createBot({ apps: [ground.app], ...ground.options }, ground)
    const failures: string[] = []
    bot.onError(({ handler, next }) => failures.push(`${handler} ${next}`))
    bot.onCallback(eventType, () => undefined, { name: 'passes' })
    bot.onCallback(eventType, () => ({ toast: { content: 'never' } }), { name: 'filtered', filter: () => false })
    bot.onCallback(eventType, ({ body }) => {
      if (body.action.value === 'broken') throw new Error('broken')
      return { toast: { content: 'answered' } }
    })
    await bot.start()
    const { appId } = ground.app
    const good = await ground.sandbox.pushCallback({ appId, eventType, event: click })
    expect(good.response).toEqual({ toast: { content: 'answered' } })
    const broken = await ground.sandbox.pushCallback({
      appId,
      eventType,
      event: { ...click, action: { tag: 'button', value: 'broken' } },
    })
    expect(broken.outcome).toBe('answered')
    expect(failures).toEqual([`bot/${eventType}#1 none`])
  })

  test('is counted when nothing handles it, and acknowledged', async () => {
    await using ground = await testGround()
    await using bot = await createBot({ apps: [ground.app], ...ground.options }, ground)
    await bot.start()
    const result = await ground.sandbox.pushCallback({ appId: ground.app.appId, eventType, event: click })
    expect(result.outcome).toBe('answered')
    expect(await bot.metricsText()).toContain('outcome="unhandled"} 1')
  })
})
