import { setImmediate as soon } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createBot, definePlugin } from '../index.ts'
import { testGround } from '../testing/test-bot.ts'

interface BotInfo {
  readonly bot: { readonly open_id: string }
}

const info = { method: 'GET', path: '/open-apis/bot/v3/info', answer: 'envelope' } as const

/** Says as whom the platform sees its calls: each app has a bot with an open id of its own. */
const self = definePlugin({
  name: 'self',
  setup({ app, on }) {
    const openId = async (): Promise<string> => {
      await soon()
      return ((await app().request(info)) as unknown as BotInfo).bot.open_id
    }
    const seen: { readonly appId: string; readonly openId: string }[] = []
    on('im.message.receive_v1', async ({ appId }) => {
      seen.push({ appId, openId: await openId() })
    })
    return { openId, seen, nested: { openId } }
  },
})

/** The same with a default app of its own. */
const pinned = definePlugin({
  name: 'pinned',
  options: {
    '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value: value as { appId: string } }) },
  },
  setup: ({ app }) => ({
    openId: async () => ((await app().request(info)) as unknown as BotInfo).bot.open_id,
  }),
})

test('1,000 interleaved calls over 5 apps, by every way to say which, never use the token of another app', async () => {
  await using ground = await testGround(5)
  const { sandbox, apps } = ground
  const ids = apps.map(({ appId }) => appId)
  const [a = '', b = '', c = '', d = '', e = ''] = ids
  const { options } = ground
  const plugins = [self(), pinned({ appId: c })] as const
  await using bot = await createBot({ ...options, apps, defaultAppId: d, plugins }, ground)
  const last = apps.filter(({ appId }) => appId === e)
  await using alone = await createBot({ ...options, apps: last, plugins: [self()] }, ground)
  await bot.start()
  const openIds = new Map(
    await Promise.all(ids.map(async (appId) => [appId, await bot.app(appId).self.openId()] as const)),
  )
  expect(new Set(openIds.values()).size).toBe(5)

  const ways: readonly (() => Promise<readonly [wanted: string, openId: string]>)[] = [
    // The argument, whatever stands around it.
    () =>
      bot.withApp(b, async () => [a, ((await bot.app(a).request(info)) as unknown as BotInfo).bot.open_id] as const),
    // withApp goes before the default of a plugin.
    () => bot.withApp(b, async () => [b, await bot.pinned.openId()] as const),
    // The default of the plugin goes before that of the bot.
    async () => [c, await bot.pinned.openId()],
    async () => [d, await bot.self.openId()],
    // The only app there is.
    async () => [e, await alone.self.openId()],
  ]
  const says = ids.flatMap((appId) =>
    Array.from({ length: 5 }, () => sandbox.say({ user: 'alice', text: 'hello', to: { appId } })),
  )
  const calls = Array.from({ length: 1000 }, (_, nth) => ways[nth % ways.length]?.() ?? Promise.reject(nth))
  const results = await Promise.all(calls)
  expect(results.filter(([wanted, openId]) => openId !== openIds.get(wanted))).toEqual([])
  await Promise.all(says)
  await expect.poll(() => bot.self.seen.length, { timeout: 5000 }).toBe(25)
  expect(bot.self.seen.filter(({ appId, openId }) => openId !== openIds.get(appId))).toEqual([])
})

test('bound APIs of several apps used side by side never mix', async () => {
  await using ground = await testGround(3)
  await using bot = await createBot({ ...ground.options, apps: ground.apps, plugins: [self()] }, ground)
  const bound = ground.apps.map(({ appId }) => bot.app(appId))
  const expected = await Promise.all(bound.map((app) => app.self.openId()))
  const { openId: taken } = bound[0]?.self ?? bot.self
  const answers = await Promise.all(
    Array.from({ length: 90 }, async (_, nth) => {
      const app = bound[nth % 3] ?? bot.app()
      const through = nth % 2 === 0 ? app.self.openId() : bot.withApp(ground.app.appId, () => app.self.nested.openId())
      return [expected[nth % 3], await through]
    }),
  )
  expect(answers.filter(([wanted, openId]) => wanted !== openId)).toEqual([])
  expect(await taken()).toBe(expected[0])
})

test('withApp gives the outer app back when it ends and when it throws', async () => {
  await using ground = await testGround(3)
  const [a, b, c] = ground.apps.map(({ appId }) => appId) as [string, string, string]
  await using bot = await createBot({ ...ground.options, apps: ground.apps }, ground)
  expect(bot.currentAppId()).toBeUndefined()
  await bot.withApp(a, async () => {
    await bot.withApp(b, async () => expect(bot.currentAppId()).toBe(b))
    expect(bot.currentAppId()).toBe(a)
    const thrown = bot.withApp(b, async () => {
      await soon()
      return bot.withApp(c, () => {
        throw new Error('out of the innermost')
      })
    })
    await expect(thrown).rejects.toThrow('innermost')
    expect(bot.currentAppId()).toBe(a)
    expect(() =>
      bot.withApp(b, () => {
        throw new Error('at once')
      }),
    ).toThrow('at once')
    expect(bot.currentAppId()).toBe(a)
  })
  expect(bot.currentAppId()).toBeUndefined()
  expect(() => bot.withApp('cli_00000000000000ff', () => {})).toThrow(
    expect.objectContaining({ code: 'CREDENTIAL_APP_UNKNOWN', message: expect.stringContaining(c) }),
  )
  expect(bot.currentAppId()).toBeUndefined()
})

test('events of an app that is disabled wait in the inbox until it is enabled', async () => {
  await using ground = await testGround(2)
  const { sandbox } = ground
  const [a = '', b = ''] = ground.apps.map(({ appId }) => appId)
  await using bot = await createBot({ ...ground.options, apps: ground.apps }, ground)
  const runs: string[] = []
  const failed = Promise.withResolvers<void>()
  const repeated = Promise.withResolvers<void>()
  const other = Promise.withResolvers<void>()
  bot.on('im.message.receive_v1', async ({ appId }) => {
    runs.push(appId)
    if (appId === b) return other.resolve()
    if (runs.length > 1) return repeated.resolve()
    await bot.apps.disable(a)
    throw new Error('tried again later')
  })
  bot.observe('event:failed', () => failed.resolve())
  await bot.start()
  await sandbox.say({ user: 'alice', text: 'hello', to: { appId: a } })
  await failed.promise
  // The repeat is due within 10 ms, long before this one has come and gone.
  await sandbox.say({ user: 'alice', text: 'hello', to: { appId: b } })
  await other.promise
  expect(runs).toEqual([a, b])
  await bot.apps.enable(a)
  await repeated.promise
  expect(runs).toEqual([a, b, a])
})

test('two apps of one bot share no event, no token, no rate limit and no series of a metric', async () => {
  await using ground = await testGround(2)
  const { sandbox } = ground
  const [a = '', b = ''] = ground.apps.map(({ appId }) => appId)
  // One call a second: a second call of the same app would wait, one of the other app does not.
  const api = { ...ground.options.api, callsPerSecondByApi: { [`${info.method} ${info.path}`]: 1 } }
  await using bot = await createBot({ ...ground.options, api, apps: ground.apps, plugins: [self()] }, ground)
  await bot.start()
  const event = { message: { message_id: 'om_same', chat_id: 'oc_same' } }
  const header = { event_id: 'the-same-event' }
  for (const appId of [a, b]) await sandbox.pushEvent({ appId, eventType: 'im.message.receive_v1', event, header })
  await expect.poll(() => bot.self.seen.map(({ appId }) => appId).sort(), { timeout: 5000 }).toEqual([a, b].sort())

  const metrics = await bot.metricsText()
  for (const appId of [a, b]) {
    expect(metrics).toContain(`larkspur_events_total{app="${appId}",outcome="stored"} 1`)
    expect(metrics).toContain(`larkspur_calls_total{app="${appId}",outcome="ok"} 1`)
    expect(metrics).toContain(`larkspur_token_refreshes_total{app="${appId}",outcome="ok"} 1`)
  }
  expect(metrics).toContain('larkspur_rate_limit_waits_total')
  const waits = new RegExp(`larkspur_rate_limit_waits_total\\{app="(${a}|${b})"[^}]*\\} [1-9]`)
  expect(metrics).not.toMatch(waits)

  // A token that the platform no longer takes is dropped for its app alone.
  await sandbox.voidTokens({ appId: a })
  await bot.app(a).request({ method: 'GET', path: '/open-apis/im/v1/chats' })
  await bot.app(b).request({ method: 'GET', path: '/open-apis/im/v1/chats' })
  const tokens = async (appId: string) =>
    (await sandbox.calls({ appId, api: 'POST /open-apis/auth/v3/tenant_access_token/internal' })).length
  expect([await tokens(a), await tokens(b)]).toEqual([2, 1])
})
