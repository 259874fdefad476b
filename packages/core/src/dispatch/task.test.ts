import { expect, test } from 'vitest'
import { createBot, definePlugin, type JobScheduler, type Task } from '../index.ts'
import { testGround } from '../testing/test-bot.ts'

test('a task is enqueued once by a handler, however often the handler runs', async () => {
  await using ground = await testGround()
  const ran: unknown[] = []
  const done = Promise.withResolvers<void>()
  const letters = definePlugin({
    name: 'letters',
    setup({ on, task }) {
      const send = task<{ to: string }>({ name: 'send' }, ({ payload, attempt, key }) => {
        ran.push([payload, attempt, key.length > 0])
        done.resolve()
      })
      on('im.message.receive_v1', async ({ attempt, body }) => {
        await send.enqueue({ to: body.message.chat_type })
        if (attempt < 3) throw new Error('again')
      })
    },
  })
  await using bot = await createBot({ apps: [ground.app], plugins: [letters()], ...ground.options }, ground)
  const handled = Promise.withResolvers<void>()
  bot.observe('event:handled', ({ type }) => type === 'im.message.receive_v1' && handled.resolve())
  await bot.start()
  await ground.sandbox.say({ user: 'alice', text: 'hello' })
  await Promise.all([handled.promise, done.promise])
  expect(ran).toEqual([[{ to: 'p2p' }, 1, true]])
})

test('tasks of one lane run in order, one key runs once, and two plugins may use one name', async () => {
  await using ground = await testGround()
  const ran: string[] = []
  const tasks = new Map<string, Task<string>>()
  const all = Promise.withResolvers<void>()
  const named = (name: 'first' | 'second'): ReturnType<ReturnType<typeof definePlugin>> =>
    definePlugin({
      name,
      setup({ task }) {
        tasks.set(
          name,
          task<string>({ name: 'sync' }, async ({ payload }) => {
            await new Promise(setImmediate)
            ran.push(`${name} ${payload}`)
            if (ran.length === 5) all.resolve()
          }),
        )
      },
    })() as never
  await using bot = await createBot(
    { apps: [ground.app], plugins: [named('first'), named('second')], ...ground.options },
    ground,
  )
  await bot.start()
  for (const payload of ['1', '2', '3']) await tasks.get('first')?.enqueue(payload, { lane: 'a' })
  expect(await tasks.get('second')?.enqueue('x', { key: 'same' })).toBe('stored')
  expect(await tasks.get('second')?.enqueue('y', { key: 'same' })).toBe('known')
  await tasks.get('second')?.enqueue('z', { delayMs: 1 })
  await all.promise
  expect(ran.filter((line) => line.startsWith('first'))).toEqual(['first 1', 'first 2', 'first 3'])
  expect(ran.filter((line) => line.startsWith('second')).sort()).toEqual(['second x', 'second z'])
})

test('a due time of a job runs once, belongs to no app, and none comes after close', async () => {
  await using ground = await testGround(2)
  const ran: unknown[] = []
  const outcomes: string[] = []
  let tick: Parameters<JobScheduler['schedule']>[1] | undefined
  let signal: AbortSignal | undefined
  const clock = definePlugin({
    name: 'due-times',
    setup({ provide }) {
      provide('scheduler', {
        schedule(jobs, give, closing) {
          outcomes.push(...jobs.map(({ id }) => id))
          tick = give
          signal = closing
        },
      })
    },
  })
  const done = Promise.withResolvers<void>()
  const digest = definePlugin({
    name: 'digest',
    setup({ job, app }) {
      job({ name: 'nightly', cron: '0 3 * * *' }, async ({ job: id, dueAtMs, step }) => {
        const chosen = await step('app', () => {
          try {
            return app().appId
          } catch (error) {
            return (error as { code: string }).code
          }
        })
        ran.push([id, dueAtMs, chosen])
        done.resolve()
      })
    },
  })
  const bot = await createBot({ apps: ground.apps, plugins: [clock(), digest()], ...ground.options }, ground)
  await bot.start()
  outcomes.push(String(await tick?.('digest/nightly', 1000)), String(await tick?.('digest/nightly', 1000)))
  await done.promise
  await bot.close()
  expect(outcomes).toEqual(['digest/nightly', 'stored', 'known'])
  expect(ran).toEqual([['digest/nightly', 1000, 'CREDENTIAL_APP_AMBIGUOUS']])
  expect(signal?.aborted).toBe(true)
})

test('each run of a job is told with how it ended', async () => {
  await using ground = await testGround()
  let tick: Parameters<JobScheduler['schedule']>[1] | undefined
  let runs = 0
  const nightly = definePlugin({
    name: 'digest',
    setup({ provide, job }) {
      provide('scheduler', {
        schedule(_, give) {
          tick = give
        },
      })
      job({ name: 'nightly', cron: '0 3 * * *' }, () => {
        runs += 1
        if (runs === 1) throw new Error('the first run fails')
      })
    },
  })
  await using bot = await createBot({ apps: ground.apps, plugins: [nightly()], ...ground.options }, ground)
  const facts: unknown[] = []
  const done = Promise.withResolvers<void>()
  bot.observe('event:handled', ({ type, handlers }) => facts.push([type, handlers]))
  bot.observe('job:finished', ({ job, outcome }) => {
    facts.push([job, outcome])
    if (outcome === 'ok') done.resolve()
  })
  await bot.start()
  await tick?.('digest/nightly', 1000)
  await done.promise
  expect(facts).toEqual([
    ['digest/nightly', 'error'],
    ['job:digest/nightly', 1],
    ['digest/nightly', 'ok'],
  ])
})

test('an answer that comes before the wait was stored is not lost', async () => {
  await using ground = await testGround()
  await using bot = await createBot({ apps: [ground.app], ...ground.options }, ground)
  const answered = Promise.withResolvers<unknown>()
  bot.on('im.message.receive_v1', async (event) => {
    // As a person who clicks before the row of the wait is written.
    if (event.attempt === 1) await bot.wake('consent', 'yes')
    answered.resolve(await event.wait({ name: 'consent', wakeKey: 'consent', waitMs: 60_000 }))
  })
  await bot.start()
  await ground.sandbox.say({ user: 'alice', text: 'hello' })
  expect(await answered.promise).toEqual({ expired: false, answer: 'yes' })
})
