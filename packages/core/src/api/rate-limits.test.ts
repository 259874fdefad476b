import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { coreError } from '../errors/catalogue.ts'
import { declareKernelMetrics } from '../observe/kernel-metrics.ts'
import { createMetrics } from '../observe/prom-metrics.ts'
import type { ApiCall } from './call.ts'
import { prepareCall } from './prepared-call.ts'
import { RateLimits, shareOf } from './rate-limits.ts'

const appId = 'cli_00000000000000a1'
const registry = createMetrics({ appIds: [appId], pluginNames: [], enabled: true, onProblem: () => {} })
const metrics = declareKernelMetrics(registry.kernel)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const messageTo = (chat: string): ApiCall => ({
  method: 'POST',
  path: '/open-apis/im/v1/messages',
  body: { receive_id: chat },
})

/** Limits of one app whose calls write down when they leave, in milliseconds since now. */
function openLimits(
  callsPerSecond: number,
  messagesPerSecond: number,
  share = { instances: 1, index: 0 },
  callsPerSecondByApi = {},
) {
  const options = { callsPerSecond, callsPerSecondByApi, messagesPerSecond }
  const limits = new RateLimits(appId, options, () => share, metrics)
  const startedAt = performance.now()
  const left: { name: string; at: number }[] = []
  const call = async (
    name: string,
    made: ApiCall,
    { deadlineMs = 3_600_000, signal }: { deadlineMs?: number; signal?: AbortSignal } = {},
  ): Promise<unknown> => {
    const ends = () => ({ signals: signal ? [signal] : [], deadlineAt: performance.now() + deadlineMs, deadlineMs })
    try {
      await limits.pass(prepareCall(made), ends)
      left.push({ name, at: performance.now() - startedAt })
      return undefined
    } catch (error) {
      return error
    }
  }
  const names = () => left.map(({ name }) => name)
  return { limits, left, call, names }
}

/** The most calls in any second, wherever it begins. */
function mostInASecond(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  return Math.max(0, ...sorted.map((from) => sorted.filter((at) => at >= from && at < from + 1000).length))
}

describe('a limit', () => {
  it.each([1, 5, 17, 50])(
    'lets at most %i calls of an API pass in any second, and nearly as many',
    async (perSecond) => {
      const { call, left } = openLimits(perSecond, 0)
      const calls = Array.from({ length: 12 * perSecond }, (_, nth) => call(String(nth), { path: '/open-apis/x' }))
      await vi.advanceTimersByTimeAsync(10_000)
      expect(mostInASecond(left.map(({ at }) => at))).toBeLessThanOrEqual(perSecond)
      expect(left.length).toBeGreaterThanOrEqual(Math.floor(perSecond * 10 * 0.85))
      await vi.advanceTimersByTimeAsync(10_000)
      await Promise.all(calls)
    },
  )

  it('lets the first call pass without waiting', () => {
    const { limits } = openLimits(50, 5)
    const ends = () => expect.fail('it asked when to give up')
    expect(limits.pass(prepareCall(messageTo('oc_1')), ends)).toBeUndefined()
  })

  it('is none at 0', () => {
    const { limits } = openLimits(0, 0)
    const ends = () => expect.fail('it asked when to give up')
    for (let nth = 0; nth < 1000; nth++) expect(limits.pass(prepareCall(messageTo('oc_1')), ends)).toBeUndefined()
  })

  it('keeps the order in which calls came', async () => {
    const { call, names } = openLimits(10, 0)
    const wanted = Array.from({ length: 30 }, (_, nth) => `call ${nth}`)
    const calls = wanted.map((name) => call(name, { path: '/open-apis/x' }))
    await vi.advanceTimersByTimeAsync(60_000)
    await Promise.all(calls)
    expect(names()).toEqual(wanted)
  })

  it('counts an API once, however its path is written, and other APIs for themselves', async () => {
    const { call, names } = openLimits(1, 0)
    const calls = [
      call('by name', { path: '/open-apis/im/v1/chats/:chat_id', params: { chat_id: 'oc_11111111' } }),
      call('by id', { path: '/open-apis/im/v1/chats/oc_22222222' }),
      call('other', { path: '/open-apis/im/v1/chats' }),
    ]
    await vi.advanceTimersByTimeAsync(0)
    expect(names()).toEqual(['by name', 'other'])
    await vi.advanceTimersByTimeAsync(1100)
    await Promise.all(calls)
    expect(names()).toEqual(['by name', 'other', 'by id'])
  })
})

it('of a single API may be another, however its path is written', async () => {
  const byApi = { 'GET /open-apis/docx/v1/documents/:id': 0.5, 'GET /open-apis/free': 0 }
  const { call, names } = openLimits(1, 0, { instances: 1, index: 0 }, byApi)
  const document = { path: '/open-apis/docx/v1/documents/:document_id', params: { document_id: 'doc1' } }
  const calls = [call('slow', document), call('slow', document), call('free', { path: '/open-apis/free' })]
  calls.push(call('free', { path: '/open-apis/free' }), call('usual', { path: '/open-apis/x' }))
  await vi.advanceTimersByTimeAsync(2199)
  expect(names()).toEqual(['slow', 'free', 'free', 'usual'])
  await vi.advanceTimersByTimeAsync(1)
  await Promise.all(calls)
  expect(names().at(-1)).toBe('slow')
})

describe('messages', () => {
  it('go at most five a second to one chat, and to others meanwhile', async () => {
    const { call, left } = openLimits(50, 5)
    const busy = Array.from({ length: 40 }, () => call('busy', messageTo('oc_busy')))
    const quiet = Array.from({ length: 20 }, (_, nth) => call('quiet', messageTo(`oc_quiet${nth}`)))
    await vi.advanceTimersByTimeAsync(600)
    expect(left.filter(({ name }) => name === 'quiet')).toHaveLength(20)
    expect(left.filter(({ name }) => name === 'busy').length).toBeLessThanOrEqual(3)
    await vi.advanceTimersByTimeAsync(10_000)
    await Promise.all([...busy, ...quiet])
    expect(mostInASecond(left.filter(({ name }) => name === 'busy').map(({ at }) => at))).toBe(5)
  })

  it('keep both limits when many chats are busy at once', async () => {
    const { call, left } = openLimits(50, 5)
    const calls = Array.from({ length: 30 * 20 }, (_, nth) => call(`oc_${nth % 30}`, messageTo(`oc_${nth % 30}`)))
    await vi.advanceTimersByTimeAsync(20_000)
    await Promise.all(calls)
    expect(left).toHaveLength(600)
    expect(mostInASecond(left.map(({ at }) => at))).toBeLessThanOrEqual(50)
    for (let chat = 0; chat < 30; chat++)
      expect(mostInASecond(left.filter(({ name }) => name === `oc_${chat}`).map(({ at }) => at))).toBeLessThanOrEqual(5)
  })

  it('keep both limits after the platform let an API wait', async () => {
    const { call, limits, left } = openLimits(50, 5)
    limits.note('POST /open-apis/im/v1/messages', coreError('API_RATE_LIMITED', { message: 'x', retryAfterMs: 5000 }))
    const calls = Array.from({ length: 30 }, () => call('oc_1', messageTo('oc_1')))
    await vi.advanceTimersByTimeAsync(4999)
    expect(left).toEqual([])
    await vi.advanceTimersByTimeAsync(10_000)
    await Promise.all(calls)
    expect(mostInASecond(left.map(({ at }) => at))).toBe(5)
  })

  it.each<[string, ApiCall, ApiCall]>([
    [
      'an answer counts for the chat that it names',
      messageTo('oc_1'),
      { method: 'POST', path: '/open-apis/im/v1/messages/om_1/reply', chatId: 'oc_1', body: {} },
    ],
    [
      'an answer without a chat counts for its message',
      { method: 'POST', path: '/open-apis/im/v1/messages/om_1/reply', body: {} },
      { method: 'POST', path: '/open-apis/im/v1/messages/:message_id/reply', params: { message_id: 'om_1' }, body: {} },
    ],
    [
      'a forwarded message counts for its receiver',
      messageTo('oc_1'),
      { method: 'POST', path: '/open-apis/im/v1/messages/om_1/forward', body: { receive_id: 'oc_1' } },
    ],
    [
      'changes of a card count for their message',
      { method: 'PATCH', path: '/open-apis/im/v1/messages/om_1', body: {} },
      { method: 'PATCH', path: '/open-apis/im/v1/messages/om_1', body: {} },
    ],
  ])('%s', async (_, first, second) => {
    const { call, names } = openLimits(0, 1)
    const calls = [call('first', first), call('second', second)]
    await vi.advanceTimersByTimeAsync(0)
    expect(names()).toEqual(['first'])
    await vi.advanceTimersByTimeAsync(1100)
    await Promise.all(calls)
    expect(names()).toEqual(['first', 'second'])
  })

  it('of apps and people without a limit of messages wait for nobody: chats, reads', async () => {
    const { call, names } = openLimits(0, 1)
    await Promise.all([
      call('chat', { method: 'POST', path: '/open-apis/im/v1/chats', body: {} }),
      call('chat', { method: 'POST', path: '/open-apis/im/v1/chats', body: {} }),
      call('read', { path: '/open-apis/im/v1/messages/om_1' }),
      call('read', { path: '/open-apis/im/v1/messages/om_1' }),
    ])
    expect(names()).toHaveLength(4)
  })
})

describe('instances', () => {
  it('share a limit without losing any of it', () => {
    const shares = (limit: number, instances: number) =>
      Array.from({ length: instances }, (_, index) => shareOf(limit, { instances, index }))
    expect(shares(5, 1)).toEqual([5])
    expect(shares(5, 3)).toEqual([2, 2, 1])
    expect(shares(50, 3)).toEqual([17, 17, 16])
    expect(shares(5, 10)).toEqual(Array(10).fill(0.5))
    expect(shares(0, 3)).toEqual([0, 0, 0])
    expect(shares(1.5, 1)).toEqual([1.5])
    expect(shares(2.5, 2)).toEqual([1.5, 1])
  })

  it('are never more than the limit together, and nearly reach it', async () => {
    const all = [0, 1, 2].map((index) => openLimits(50, 5, { instances: 3, index }))
    const calls: Promise<unknown>[] = []
    for (const { call } of all) {
      for (let nth = 0; nth < 60; nth++) calls.push(call('oc_1', messageTo('oc_1')))
      await vi.advanceTimersByTimeAsync(130)
    }
    await vi.advanceTimersByTimeAsync(20_000)
    const times = all.flatMap(({ left }) => left.map(({ at }, nth) => ({ at, nth })))
    const started = all.flatMap(({ left }, index) => left.map(({ at }) => at + index * 130))
    expect(mostInASecond(started)).toBe(5)
    expect(times.length).toBeGreaterThanOrEqual(85)
    for (const { limits } of all) limits.close()
    await Promise.all(calls)
  })

  it('that come and go change the share of calls that wait already', async () => {
    const share = { instances: 5, index: 0 }
    const { call, left } = openLimits(5, 0, share)
    const calls = Array.from({ length: 30 }, () => call('x', { path: '/open-apis/x' }))
    await vi.advanceTimersByTimeAsync(1000)
    expect(left).toHaveLength(1)
    share.instances = 1
    await vi.advanceTimersByTimeAsync(1100 + 10_000)
    expect(left.length).toBeGreaterThan(29)
    await Promise.all(calls)
  })
})

describe('a call that waits', () => {
  it('is given up by its signal and leaves its place to the next', async () => {
    const { call, names } = openLimits(1, 0)
    const stop = new AbortController()
    const first = call('first', { path: '/open-apis/x' })
    const given = call('given up', { path: '/open-apis/x' }, { signal: stop.signal })
    const next = call('next', { path: '/open-apis/x' })
    stop.abort()
    expect(await given).toMatchObject({ code: 'API_CANCELLED', message: expect.stringContaining('rate limit') })
    await vi.advanceTimersByTimeAsync(1100)
    await Promise.all([first, next])
    expect(names()).toEqual(['first', 'next'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is given up at its deadline, which the wait counts against', async () => {
    const { call, names } = openLimits(1, 0)
    const calls = [1, 2, 3].map((nth) => call(String(nth), { path: '/open-apis/x' }, { deadlineMs: 2000 }))
    await vi.advanceTimersByTimeAsync(2000)
    const [, , late] = await Promise.all(calls)
    expect(names()).toEqual(['1', '2'])
    expect(late).toMatchObject({
      code: 'API_TIMEOUT',
      message: expect.stringMatching(/^GET \/open-apis\/x waited for a rate limit .* 2000 ms/),
      hint: expect.stringContaining('deadlineMs'),
    })
  })

  it('ends with the bot, and none passes afterwards', async () => {
    const { call, limits, names } = openLimits(1, 1)
    const calls = [1, 2, 3].map((nth) => call(String(nth), messageTo('oc_1')))
    limits.close()
    expect(await Promise.all(calls)).toMatchObject([undefined, { code: 'API_CANCELLED' }, { code: 'API_CANCELLED' }])
    expect(await call('4', messageTo('oc_2'))).toMatchObject({
      code: 'API_CANCELLED',
      message: expect.stringContaining('the end of the bot'),
    })
    expect(names()).toEqual(['1'])
    expect(vi.getTimerCount()).toBe(0)
  })
})

it('counts waits and their seconds by reason', async () => {
  const text = async () => (await registry.text()).split('\n').filter((line) => line.includes('reason='))
  const value = async (start: string) =>
    Number(
      (await text())
        .find((line) => line.startsWith(`larkspur_${start} `))
        ?.split(' ')
        .at(-1),
    )
  const counts = () =>
    Promise.all(
      ['bucket', 'receiver', 'platform'].map((reason) =>
        value(`rate_limit_waits_total{app="${appId}",reason="${reason}"}`),
      ),
    )
  const [bucket = 0, receiver = 0, platform = 0] = await counts()
  const { call, limits } = openLimits(2, 1)
  const calls = [call('a', { path: '/open-apis/x' }), call('b', { path: '/open-apis/x' })]
  calls.push(call('c', messageTo('oc_1')), call('d', messageTo('oc_1')))
  limits.note('GET /open-apis/y', coreError('API_RATE_LIMITED', { message: 'x', retryAfterMs: 3000 }))
  calls.push(call('e', { path: '/open-apis/y' }))
  await vi.advanceTimersByTimeAsync(5000)
  await Promise.all(calls)
  expect(await counts()).toEqual([bucket + 1, receiver + 1, platform + 1])
  expect(await value('rate_limit_wait_seconds_count{reason="platform"}')).toBe(platform + 1)
  expect((await text()).join('\n')).not.toContain('oc_1')
})

it('forgets chats that are quiet', async () => {
  const { call, limits } = openLimits(0, 5)
  for (let nth = 0; nth < 100_000; nth++) {
    await call('x', messageTo(`oc_${nth}`))
    if (nth % 1000 === 0) await vi.advanceTimersByTimeAsync(1100)
  }
  expect(limits.receivers).toBeLessThan(5000)
})
