import { type Sandbox, type SandboxApp, startSandbox } from '@larkspur/sandbox'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { handClock } from '../testing/hand-clock.ts'
import { appOf, supervise } from '../testing/supervised-link.ts'
import { systemClock } from './clock.ts'

let sandbox: Sandbox
const firstApp = () => sandbox.apps[0] as SandboxApp
const first = () => appOf(sandbox.url, firstApp())

beforeAll(async () => {
  sandbox = await startSandbox()
})
afterEach(async () => {
  // A stalled link goes on in the sandbox after its client has left.
  await sandbox.dropLinks()
  while ((await sandbox.links()).length > 0) await new Promise(setImmediate)
  await sandbox.reset()
})
afterAll(() => sandbox.close())

test('a started supervisor links, takes events and acknowledges them', async () => {
  await using bot = supervise(first())
  expect(await bot.start()).toBeUndefined()
  expect(bot.supervisor.health().status).toBe('up')
  const { eventIds } = await sandbox.say({ user: 'alice', text: 'hello' })
  await sandbox.waitForDeliveries()
  expect(bot.envelopes).toMatchObject([{ schema: '2.0', header: { event_id: eventIds[0] } }])
  expect(bot.states).toEqual(['connecting', 'open'])
  expect(bot.opens).toEqual([{ downMs: 0 }])
  expect(bot.counts).toMatchObject({ up: 1, opens: 1, failures: {} })
  await bot.supervisor.close({ drainMs: 0 })
  expect(bot.states).toEqual(['connecting', 'open', 'draining', 'closed'])
  expect(bot.counts.up).toBe(0)
})

test('an event that comes with the handshake is not lost', async () => {
  await sandbox.configure({ firstData: 'at-once' })
  for (let round = 0; round < 5; round += 1) {
    await sandbox.waitForLinks({ count: 0 })
    await sandbox.say({ user: 'alice', text: 'early' })
    await using bot = supervise(first())
    await bot.start()
    await bot.until(() => bot.envelopes.length === 1)
    await sandbox.waitForDeliveries()
  }
})

test('a callback is answered with what receive gives', async () => {
  await using bot = supervise(first(), { receive: async () => ({ toast: { type: 'info', content: 'ok' } }) })
  await bot.start()
  const answer = await sandbox.pushCallback({
    appId: firstApp().appId,
    eventType: 'card.action.trigger',
    event: {},
  })
  expect(answer).toMatchObject({ outcome: 'answered', response: { toast: { content: 'ok' } } })
})

test('an event whose store fails is refused, and taken at the next push', async () => {
  let calls = 0
  await using bot = supervise(first(), {
    receive: async () => {
      calls += 1
      if (calls === 1) throw new Error('store away')
    },
  })
  await bot.start()
  await sandbox.say({ user: 'alice', text: 'hello' })
  await bot.until(() => bot.envelopes.length === 1)
  while ((await sandbox.deliveries())[0]?.failures.length === 0) await new Promise(setImmediate)
  await sandbox.repushNow()
  await sandbox.waitForDeliveries()
  expect(await sandbox.deliveries()).toMatchObject([{ state: 'acked', attempts: 2, failures: ['refused'] }])
})

test.each(['close', 'end', 'reset'] as const)('a link that is dropped by %s is opened again', async (how) => {
  await using bot = supervise(first())
  await bot.start()
  await sandbox.dropLinks({ how })
  await bot.until(() => bot.opens.length === 2)
  expect(bot.states).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open'])
  expect(bot.opens[1]?.downMs).toBeGreaterThan(0)
  expect(bot.counts.failures).toEqual({ dropped: 1 })
  await sandbox.waitForLinks({ count: 1 })
})

test('a link that is dropped twenty times is back twenty times, never with two sockets', async () => {
  await using bot = supervise(first(), { random: () => 0 })
  await bot.start()
  for (let drop = 1; drop <= 20; drop += 1) {
    expect(await sandbox.dropLinks({ how: drop % 2 ? 'reset' : 'close' })).toEqual({ count: 1 })
    await bot.until(() => bot.opens.length === drop + 1)
    await sandbox.waitForLinks({ count: 1 })
  }
  expect(bot.counts.opens).toBe(21)
})

test('a half-open link is found and replaced', async () => {
  await sandbox.configure({ clientConfig: { PingInterval: 0.2 } as never })
  await using bot = supervise(first())
  await bot.start()
  await sandbox.stallLinks()
  await bot.until(() => bot.opens.length === 2)
  expect(bot.counts.failures).toEqual({ silent: 1 })
})

test('rotation closes the old link before it opens the new one', async () => {
  await using bot = supervise(first())
  await bot.start()
  const [old] = await sandbox.links()
  await bot.supervisor.rotate('age', 100)
  await bot.until(() => bot.opens.length === 2)
  const links = await sandbox.waitForLinks({ count: 1 })
  expect(links[0]?.linkId).not.toBe(old?.linkId)
  expect(bot.states).toEqual(['connecting', 'open', 'connecting', 'open'])
  expect(bot.counts.failures).toEqual({})
})

test('closing lets running stores finish and be acknowledged, and refuses new events', async () => {
  const store = Promise.withResolvers<undefined>()
  await using bot = supervise(first(), { receive: () => store.promise })
  await bot.start()
  await sandbox.say({ user: 'alice', text: 'in hand' })
  await bot.until(() => bot.envelopes.length === 1)
  const closed = bot.supervisor.close({ drainMs: 5000 })
  await sandbox.say({ user: 'alice', text: 'too late' })
  while (!(await sandbox.deliveries()).some(({ failures }) => failures.includes('refused')))
    await new Promise(setImmediate)
  store.resolve(undefined)
  await closed
  expect((await sandbox.deliveries()).map(({ state, failures }) => [state, ...failures])).toEqual([
    ['acked'],
    ['pending', 'refused'],
  ])
  expect(bot.envelopes).toHaveLength(1)
})

test('closing does not wait longer than the given time for a store', async () => {
  await using bot = supervise(first(), { receive: () => new Promise(() => {}) })
  await bot.start()
  await sandbox.say({ user: 'alice', text: 'stuck' })
  await bot.until(() => bot.envelopes.length === 1)
  await bot.supervisor.close({ drainMs: 20 })
  expect(await sandbox.waitForLinks({ count: 0 })).toEqual([])
})

test('a wrong secret is one clear refusal that is tried again rarely', async () => {
  const app = firstApp()
  await using bot = supervise(appOf(sandbox.url, { ...app, appSecret: 'wrong-secret-value' }))
  const error = await bot.start()
  expect(error).toMatchObject({ code: 'CONNECTION_REFUSED', platform: { code: 1000040345 } })
  expect(bot.supervisor.state).toBe('refused')
  expect(bot.alarms).toMatchObject([{ name: 'connection-refused', severity: 'critical', appId: app.appId }])
  expect(bot.lines.join('\n')).not.toContain('wrong-secret-value')
})

test('an unknown app is refused', async () => {
  await using bot = supervise(appOf(sandbox.url, { appId: 'cli_00000000000000ff', appSecret: 'x' }))
  expect(await bot.start()).toMatchObject({ code: 'CONNECTION_REFUSED', platform: { code: 1000040346 } })
})

test('starting twice opens one link and gives one answer', async () => {
  await using bot = supervise(first())
  await Promise.all([bot.start(), bot.start()])
  await bot.start()
  await sandbox.waitForLinks({ count: 1 })
  expect(await sandbox.calls({ api: 'POST /callback/ws/endpoint' })).toHaveLength(1)
  expect(bot.opens).toHaveLength(1)
})

test('a closed supervisor does not start again', async () => {
  const bot = supervise(first())
  await bot.supervisor.close({ drainMs: 0 })
  await expect(bot.start()).rejects.toMatchObject({ code: 'BOT_CLOSED' })
  expect(bot.supervisor.state).toBe('closed')
})

test('too many links in the handshake are an alarm and slower attempts', async () => {
  await sandbox.configure({ maxLinksPerApp: 0 })
  await using bot = supervise(first())
  expect(await bot.start()).toMatchObject({ code: 'CONNECTION_LIMIT', platform: { code: 1000040350, httpStatus: 403 } })
  expect(bot.alarms).toMatchObject([{ name: 'connection-limit' }])
  await sandbox.configure({ maxLinksPerApp: 50 })
  await bot.reach('open')
})

test('after ten failures in a row the state is fallback, the alarm says what to click, and it is tried on', async () => {
  await sandbox.addFault({ api: 'POST /callback/ws/endpoint', status: 502, body: '<html>', times: 11 })
  await using bot = supervise(first(), { random: () => 0 })
  expect(await bot.start()).toMatchObject({ code: 'CONNECTION_FAILED', platform: { httpStatus: 502 } })
  await bot.reach('fallback')
  expect(bot.alarms).toMatchObject([
    { name: 'connection-fallback', action: expect.stringContaining('Events & Callbacks') },
  ])
  await bot.reach('open')
  expect(bot.alarms).toHaveLength(1)
  expect(bot.counts.failures).toEqual({ busy: 11 })
})

test('fallback by switching is refused as long as it cannot be done', () => {
  expect(() => supervise(first(), { connection: { fallback: 'switch' } })).toThrow(
    expect.objectContaining({ code: 'CONNECTION_SWITCH_UNAVAILABLE' }),
  )
})

test('a link that is down is degraded for 30 s, then down', async () => {
  let laterMs = 0
  const clock = { ...systemClock, monotonicMs: () => performance.now() + laterMs }
  await using bot = supervise(first(), { clock, random: () => 1, connection: { firstRetryMs: 100 } })
  expect(bot.supervisor.health()).toEqual({ status: 'degraded', message: 'not started' })
  await bot.start()
  laterMs = 3_600_000
  expect(bot.supervisor.health().status).toBe('up')
  await sandbox.dropLinks()
  await bot.reach('waiting')
  expect(bot.supervisor.health()).toMatchObject({
    status: 'degraded',
    message: expect.stringContaining('trying again'),
  })
  laterMs += 30_001
  expect(bot.supervisor.health().status).toBe('down')
  await bot.reach('open')
  expect(bot.opens[1]?.downMs).toBeGreaterThan(30_000)
})

test('a refused app is tried again every ten minutes, and links when it is let in', async () => {
  const { appId } = firstApp()
  await sandbox.addFault({
    api: 'POST /callback/ws/endpoint',
    status: 200,
    body: { code: 514, msg: 'no', data: null },
    times: 2,
  })
  const clock = handClock()
  await using bot = supervise(first(), { clock, connection: { maxRetryMs: 30_000 } })
  expect(await bot.start()).toMatchObject({ code: 'CONNECTION_REFUSED' })
  clock.pass(599_999)
  expect(bot.counts.failures).toEqual({ refused: 1 })
  clock.pass(1)
  while (bot.counts.failures.refused !== 2) await new Promise(setImmediate)
  await new Promise(setImmediate)
  expect(bot.states).toEqual(['connecting', 'refused'])
  clock.pass(600_000)
  await bot.reach('open')
  expect(bot.alarms.map(({ name, appId }) => [name, appId])).toEqual([['connection-refused', appId]])
})

test('waits grow while links are short-lived, and begin anew after a stable one', async () => {
  const clock = handClock()
  await using bot = supervise(first(), {
    clock,
    random: () => 1,
    connection: { firstRetryMs: 1000, maxRetryMs: 30_000 },
  })
  await bot.start()
  const dropAndWait = async (ms: number): Promise<void> => {
    const opened = bot.opens.length
    await sandbox.waitForLinks({ count: 1 })
    await sandbox.dropLinks()
    await bot.reach('waiting')
    clock.pass(ms - 1)
    expect(bot.supervisor.state).toBe('waiting')
    clock.pass(1)
    await bot.until(() => bot.opens.length === opened + 1)
  }
  for (const ms of [1000, 2000, 4000, 8000]) await dropAndWait(ms)
  clock.pass(30_000)
  await dropAndWait(1000)
})
