import { describe, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import {
  type Bot,
  type BotWith,
  type CheckedPlugins,
  createBot,
  defineConfig,
  definePlugin,
  eventMap,
  loadConfigFile,
  optional,
  type Plugin,
  type SetupWith,
} from '../index.ts'

interface ClockApi {
  now(): number
}
interface ClockEvents {
  'clock:struck': { readonly hour: number }
}

const clock = definePlugin({
  name: 'clock',
  options: z.object({ zone: z.string().optional(), hours: z.number().default(24) }),
  events: eventMap<ClockEvents>('clock:struck'),
  setup({ options, emit }): ClockApi {
    expectTypeOf(options.hours).toEqualTypeOf<number>()
    expectTypeOf(options.zone).toEqualTypeOf<string | undefined>()
    emit('clock:struck', { hour: 12 })
    // @ts-expect-error an event that the plugin does not name
    emit('clock:stopped', {})
    return { now: () => 0 }
  },
})

const alarm = definePlugin({
  name: 'alarm',
  options: z.object({ at: z.string() }),
  uses: { clock, maybe: optional<typeof clock>('clock') },
  async setup({ clock: used, maybe, observe, on }) {
    expectTypeOf(used).toEqualTypeOf<ClockApi>()
    expectTypeOf(maybe).toEqualTypeOf<ClockApi | undefined>()
    observe('clock:struck', ({ hour }) => expectTypeOf(hour).toEqualTypeOf<number>())
    observe('connection:open', ({ downMs }) => expectTypeOf(downMs).toEqualTypeOf<number>())
    on('im.message.receive_v1', ({ body }) => expectTypeOf(body.message.chat_type).toEqualTypeOf<'p2p' | 'group'>())
    on('something.new_v9', ({ body }) => expectTypeOf(body).toEqualTypeOf<unknown>())
  },
})

const silent = definePlugin({ name: 'silent', setup() {} })

describe('a bot', () => {
  test('has the API of a plugin exactly when it is in the list', async () => {
    const bot = await createBot({ plugins: [clock(), silent()] })
    expectTypeOf(bot.clock).toEqualTypeOf<ClockApi>()
    // @ts-expect-error not in the list
    bot.alarm
    // @ts-expect-error a plugin without an API adds no name
    bot.silent
    expectTypeOf(bot.app('cli_x').clock).toEqualTypeOf<ClockApi>()
    bot.observe('clock:struck', ({ hour }) => expectTypeOf(hour).toEqualTypeOf<number>())
  })

  test('a plugin that is used and missing is an error that says what to add', () => {
    // @ts-expect-error Type … is not assignable to type '"plugin \"alarm\" uses \"clock\": add clock() to plugins"'
    createBot({ plugins: [alarm({ at: '09:00' })] })
    // The order of the list does not matter.
    createBot({ plugins: [alarm({ at: '09:00' }), clock()] })
  })

  test('a plugin that is in the list on some condition is no error', () => {
    const sometimes = Math.random() > 0.5
    createBot({ plugins: [clock(), ...(sometimes ? [alarm({ at: '09:00' })] : [])] })
  })

  test('whose plugins are not known has no APIs, rather than any', async () => {
    const use = (bot: Bot): void => {
      // @ts-expect-error nothing is known of plugins
      bot.clock
    }
    const list: Plugin[] = [clock()]
    const bot = await createBot({ plugins: list })
    // @ts-expect-error as above
    bot.clock
    use(bot)
  })

  test('a configuration keeps its types on the way through a file', async () => {
    const config = defineConfig({ plugins: [clock()] })
    const bot = await createBot(config)
    expectTypeOf(bot.clock).toEqualTypeOf<ClockApi>()
  })

  test('a list that is made while running is accepted', async () => {
    const list: Plugin[] = [clock()]
    const bot = await createBot({ plugins: list })
    expectTypeOf(bot.start).returns.resolves.toBeVoid()
  })

  test('with more plugins goes where one with fewer is wanted', () => {
    const wantsClock = (bot: BotWith<typeof clock>): number => bot.clock.now()
    const wantsAny = (bot: Bot): Promise<void> => bot.start()
    const use = (bot: Bot<readonly [ReturnType<typeof clock>, ReturnType<typeof silent>]>): void => {
      wantsClock(bot)
      wantsAny(bot)
    }
    expectTypeOf(use).toBeFunction()
  })
})

describe('options', () => {
  test('accept undefined where they are optional, and nothing that is unknown or wrong', () => {
    clock()
    clock({ zone: undefined })
    clock({ zone: 'UTC', hours: undefined })
    // @ts-expect-error wrong type
    clock({ hours: '24' })
    // @ts-expect-error `at` is required
    alarm()
    createBot({ log: undefined, http: { port: undefined }, apps: undefined })
    // @ts-expect-error unknown option
    createBot({ prot: 1 })
  })

  test('a factory whose call was forgotten is refused', () => {
    // @ts-expect-error the factory itself
    createBot({ plugins: [clock] })
  })
})

type ClockPlugin = typeof clock

test('handlers in other files take a context with the plugins that they need', () => {
  const register = ({ clock, on, observe }: SetupWith<ClockPlugin>): void => {
    expectTypeOf(clock).toEqualTypeOf<ClockApi>()
    observe('clock:struck', ({ hour }) => expectTypeOf(hour).toEqualTypeOf<number>())
    on('im.message.receive_v1', () => {})
  }
  const both = ({ clock, other }: SetupWith<ClockPlugin | typeof otherFactory>): void => {
    expectTypeOf(clock).toEqualTypeOf<ClockApi>()
    expectTypeOf(other).toEqualTypeOf<{ id: string }>()
  }
  expectTypeOf(register).toBeFunction()
  expectTypeOf(both).toBeFunction()
})

const otherFactory = definePlugin({ name: 'other', setup: (): { id: string } => ({ id: '' }) })

test('counters take their labels, and none where there are none', () => {
  definePlugin({
    name: 'counting',
    setup({ metrics }) {
      const plain = metrics.counter({ name: 'plain_total', help: 'Plain.' })
      plain.add()
      plain.add({}, 2)
      const kinds = metrics.counter({
        name: 'kinds_total',
        help: 'Kinds.',
        labels: { kind: ['warm', 'cold'], app: 'app' },
      })
      kinds.add({ kind: 'warm', app: 'cli_x' })
      // @ts-expect-error not in the list
      kinds.add({ kind: 'zzz', app: 'cli_x' })
      // @ts-expect-error the labels are missing
      kinds.add()
      expectTypeOf(metrics.onScrape(() => {})).toEqualTypeOf<() => void>()
    },
  })
})

test('functions of programs hand lists and files on to createBot', async () => {
  const wrap = <const P extends readonly Plugin[]>(plugins: P & CheckedPlugins<P>) => createBot<P>({ plugins })
  expectTypeOf((await wrap([clock()])).clock).toEqualTypeOf<ClockApi>()
  // @ts-expect-error alarm uses clock
  wrap([alarm({ at: '09:00' })])
  expectTypeOf(createBot((await loadConfigFile({ cwd: '.' })).config)).resolves.toHaveProperty('start')
})
