import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createBot, definePlugin, optional } from '../index.ts'
import { testGround } from '../testing/test-bot.ts'

const one = definePlugin({ name: 'one', setup: (): { id: number } => ({ id: 1 }) })

async function create(plugins: readonly unknown[], options: object = {}): Promise<AsyncDisposable> {
  const config = { ...options, plugins, log: { level: 'silent' } }
  return createBot(config as never, { env: {} })
}

describe('the list of plugins', () => {
  const cases: readonly [string, readonly unknown[], string, RegExp][] = [
    ['two of one name', [one(), one()], 'PLUGIN_DUPLICATE', /"one"/],
    ['a factory that was not called', [one], 'PLUGIN_NOT_A_PLUGIN', /plugins\[0\].*one/],
    ['something else', [one(), 'two'], 'PLUGIN_NOT_A_PLUGIN', /plugins\[1\].*two/],
    ['a reserved name', [definePlugin({ name: 'start', setup() {} })()], 'PLUGIN_NAME_INVALID', /start/],
    ['a name of the context', [definePlugin({ name: 'task', setup() {} })()], 'PLUGIN_NAME_INVALID', /task/],
    ['a name that is kept', [definePlugin({ name: 'user', setup() {} })()], 'PLUGIN_NAME_INVALID', /user/],
    [
      'a use that hides the log',
      [definePlugin({ name: 'two', uses: { log: one }, setup() {} })(), one()],
      'PLUGIN_NAME_INVALID',
      /"log"/,
    ],
    ['a malformed name', [definePlugin({ name: 'My Plugin', setup() {} })()], 'PLUGIN_NAME_INVALID', /My Plugin/],
    ['a missing plugin', [definePlugin({ name: 'two', uses: { one }, setup() {} })()], 'PLUGIN_MISSING', /two.*one/],
  ]
  for (const [what, plugins, code, message] of cases)
    test(`refuses ${what}`, async () => {
      await expect(create(plugins)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    })

  test('refuses a plugin of another copy of core, and names both', async () => {
    const foreign = one()
    const key = Symbol.for('@larkspur/core/plugin')
    const record = (foreign as never as Record<symbol, object>)[key]
    const copy = { name: 'one', [key]: { ...record, core: { url: 'file:///elsewhere/core.js' } } }
    await expect(create([copy])).rejects.toMatchObject({
      code: 'PLUGIN_TWO_CORES',
      message: expect.stringMatching(/elsewhere.*define-plugin/),
    })
  })

  test('refuses a circle and shows it', async () => {
    const uses: Record<string, typeof one> = {}
    const first = definePlugin({ name: 'first', uses, setup() {} })
    const second = definePlugin({ name: 'second', uses: { first }, setup() {} })
    uses.second = second as never
    await expect(create([first(), second()])).rejects.toMatchObject({
      code: 'PLUGIN_CYCLE',
      message: expect.stringContaining('first → second → first'),
    })
  })

  test('sets used plugins up first, whatever the order, and closes in reverse', async () => {
    const order: string[] = []
    const named = (name: string, uses: Record<string, typeof one> = {}): typeof one =>
      definePlugin({
        name,
        uses,
        setup({ onClose }) {
          order.push(name)
          onClose(() => void order.push(`close ${name}`))
        },
      }) as never
    const base = named('base')
    const middle = named('middle', { base })
    const top = named('top', { middle })
    const bot = await create([top(), middle(), base()])
    await bot[Symbol.asyncDispose]()
    expect(order).toEqual(['base', 'middle', 'top', 'close top', 'close middle', 'close base'])
  })

  test('gives a plugin the APIs that it uses, and undefined for an optional one that is absent', async () => {
    const seen: unknown[] = []
    const reader = definePlugin({
      name: 'reader',
      uses: { one, none: optional<typeof one>('none' as never) },
      setup({ one: used, none }) {
        seen.push(used, none)
      },
    })
    await using _bot = await create([one(), reader()])
    expect(seen).toEqual([{ id: 1 }, undefined])
  })

  test('lists every problem with the options, before any plugin has run', async () => {
    const ran: string[] = []
    const first = definePlugin({ name: 'first', setup: () => void ran.push('first') })
    const picky = definePlugin({
      name: 'picky',
      options: z.object({ size: z.number(), colour: z.enum(['red', 'blue']) }),
      setup() {},
    })
    await expect(create([first(), picky({ size: 'big', colour: 'green' } as never)])).rejects.toMatchObject({
      code: 'PLUGIN_OPTIONS_INVALID',
      message: expect.stringMatching(/size[\s\S]*colour/),
    })
    expect(ran).toEqual([])
  })
})

describe('a lifecycle phase', () => {
  test('that throws names plugin and phase, and those set up before are closed', async () => {
    const order: string[] = []
    const good = definePlugin({
      name: 'good',
      setup: ({ onClose }) => void onClose(() => void order.push('good closed')),
    })
    const bad = definePlugin({
      name: 'bad',
      setup() {
        throw new TypeError('no such thing')
      },
    })
    await expect(create([good(), bad()])).rejects.toMatchObject({
      code: 'PLUGIN_PHASE_FAILED',
      message: 'plugin "bad" failed in setup: no such thing',
    })
    expect(order).toEqual(['good closed'])
  })

  test('that never ends is given up after its deadline', async () => {
    const slow = definePlugin({ name: 'slow', setup: () => new Promise<void>(() => {}) })
    await expect(create([slow()], { lifecycle: { phaseTimeoutMs: 20 } })).rejects.toMatchObject({
      code: 'PLUGIN_PHASE_TIMEOUT',
      message: expect.stringMatching(/"slow".*setup.*20 ms/),
    })
  })

  test('hooks and handlers cannot be added to a context after setup has ended', async () => {
    let late: () => void = () => {}
    const plugin = definePlugin({
      name: 'late',
      setup({ onReady }) {
        late = () => onReady(() => {})
      },
    })
    await using _bot = await create([plugin()])
    expect(late).toThrow(expect.objectContaining({ code: 'PLUGIN_REGISTERED_TOO_LATE' }))
  })

  test('onConnected hears of every connection that opens, with how long there was none', async () => {
    await using ground = await testGround()
    const opened: { appId: string; downMs: number }[] = []
    const twice = Promise.withResolvers<void>()
    const watcher = definePlugin({
      name: 'watcher',
      setup({ onConnected }) {
        onConnected((connected) => {
          opened.push(connected)
          if (opened.length === 2) twice.resolve()
        })
      },
    })
    await using bot = await createBot({ apps: [ground.app], plugins: [watcher()], ...ground.options }, ground)
    await bot.start()
    await ground.sandbox.dropLinks()
    await twice.promise
    expect(opened.map(({ appId }) => appId)).toEqual([ground.app.appId, ground.app.appId])
    expect(opened[0]?.downMs).toBe(0)
    expect(opened[1]?.downMs).toBeGreaterThan(0)
  })

  test('a contract of core is filled once', async () => {
    const filling = (name: string): ReturnType<typeof one> =>
      definePlugin({ name, setup: ({ provide }) => provide('notifier', { notify: async () => {} }) })() as never
    await expect(create([filling('first'), filling('second')])).rejects.toMatchObject({
      code: 'PLUGIN_REGISTRATION_INVALID',
      message: 'second fills the contract notifier, which first fills already',
    })
  })
})

test('a plugin raises an alarm, which reaches the admins once an hour and never throws, whatever the notifier does', async () => {
  await using ground = await testGround()
  const delivered: unknown[] = []
  const carrier = definePlugin({
    name: 'carrier',
    setup({ provide }) {
      provide('notifier', {
        notify(alarm, admins) {
          delivered.push([alarm.name, admins])
          if (alarm.name === 'broken') throw new Error('no way to send')
          return Promise.resolve()
        },
      })
    },
  })
  const watch = definePlugin({
    name: 'watch',
    setup({ alarm }): { raise(name: string): void } {
      return { raise: (name) => alarm({ name, severity: 'warning', message: 'it is late', action: 'Look.' }) }
    },
  })
  const apps = [{ ...ground.app, admins: ['ou_admin'] }]
  await using bot = await createBot({ apps, plugins: [carrier(), watch()], ...ground.options }, ground)
  const facts: string[] = []
  bot.observe('alarm', ({ name }) => facts.push(name))
  bot.watch.raise('late')
  bot.watch.raise('late')
  bot.watch.raise('broken')
  await new Promise(setImmediate)
  expect(facts).toEqual(['late', 'late', 'broken'])
  expect(delivered).toEqual([
    ['late', ['ou_admin']],
    ['broken', ['ou_admin']],
  ])
  expect(await bot.metricsText()).toContain('larkspur_alarms_total{severity="warning"} 3')
  expect(ground.logged.join('')).toContain('an alarm could not be delivered')
})

describe('bot.app', () => {
  test('gives the APIs bound to that app; several side by side do not mix', async () => {
    await using ground = await testGround(3)
    const teller = definePlugin({
      name: 'teller',
      setup({ app }): { which(waitMs: number): Promise<string> } {
        return {
          async which(waitMs) {
            await new Promise((resolve) => setTimeout(resolve, waitMs))
            return app().appId
          },
        }
      },
    })
    await using bot = await createBot({ apps: ground.apps, plugins: [teller()], ...ground.options }, ground)
    const ids = ground.apps.map(({ appId }) => appId)
    const asked = Array.from({ length: 300 }, (_, index) => ids[index % 3] ?? '')
    const told = await Promise.all(asked.map((appId, index) => bot.app(appId).teller.which(index % 7)))
    expect(told).toEqual(asked)
    await expect(bot.teller.which(0)).rejects.toMatchObject({
      code: 'CREDENTIAL_APP_AMBIGUOUS',
      message: expect.stringContaining(ids[2] ?? ''),
    })
    expect(await bot.withApp(ids[1] ?? '', () => bot.teller.which(0))).toBe(ids[1])
    expect(bot.currentAppId()).toBeUndefined()
    expect(() => bot.app('cli_0000000000000000')).toThrow(expect.objectContaining({ code: 'CREDENTIAL_APP_UNKNOWN' }))
  })
})

test('setup receives the apps, and can make calls go to one of them', async () => {
  const [first, second] = ['cli_00000000000000a1', 'cli_00000000000000a2']
  const seen: unknown[] = []
  const caller = definePlugin({
    name: 'caller',
    setup({ apps, withApp, app }) {
      seen.push(
        apps().map(({ appId }) => appId),
        withApp(second, () => app().appId),
      )
      expect(() => withApp('cli_00000000000000ff', () => app())).toThrow(/there is no app/)
    },
  })
  const given = [first, second].map((appId) => ({ appId, appSecret: 'canary' }))
  await using _bot = await create([caller()], { apps: given })
  expect(seen).toEqual([[first, second], second])
})
