import { describe, expect, it } from 'vitest'
import type { Retry, RetryDecision } from '../config/retry.ts'
import { coreError } from '../errors/catalogue.ts'
import { withScope } from '../observe/context.ts'
import { appOn, errorOf, openClient, openPlatform } from '../testing/open-client.ts'
import { retryDelayMs, retryPolicy } from './retry.ts'

const busy = { status: 503, body: { code: 1, msg: 'busy' } }
const search = { method: 'POST', path: '/open-apis/search/v2/app', body: {} } as const
const defaults = { maxAttempts: 4, firstRetryMs: 500, maxRetryMs: 10_000, deadlineMs: 120_000 }
const busyError = coreError('API_REFUSED', { message: 'busy', retryable: true })

/** Attempts of a call against a platform that is always busy. */
async function attempts(layers: { bot?: Retry; app?: Retry; call?: Retry }, call: object = {}): Promise<number> {
  const platform = await openPlatform(() => busy)
  const app = { ...appOn(platform.url), retry: layers.app }
  const { client } = await openClient(platform.url, { app, retry: layers.bot })
  await errorOf(client.request({ path: '/open-apis/x', retry: layers.call, ...call }))
  return platform.calls.length
}

describe('retry is an option', () => {
  it('of the bot, of an app and of a call, the innermost counts', async () => {
    expect(await attempts({})).toBe(4)
    expect(await attempts({ bot: { maxAttempts: 2 } })).toBe(2)
    expect(await attempts({ bot: { maxAttempts: 2 }, app: { maxAttempts: 3 } })).toBe(3)
    expect(await attempts({ bot: { maxAttempts: 2 }, app: { maxAttempts: 3 }, call: { maxAttempts: 5 } })).toBe(5)
    expect(await attempts({ bot: { maxAttempts: 2 }, app: { firstRetryMs: 1 } })).toBe(2)
    expect(await attempts({ app: false })).toBe(1)
    expect(await attempts({ app: false, call: { maxAttempts: 2 } })).toBe(2)
    expect(await attempts({ app: { maxAttempts: 3 }, call: false })).toBe(1)
  })

  it('that two apps do not share', async () => {
    const platform = await openPlatform(() => busy)
    const { client, clients } = await openClient(platform.url, { app: { ...appOn(platform.url), retry: false } })
    const other = clients.of(appOn(platform.url, 'cli_00000000000000a2'))
    await errorOf(client.request({ path: '/open-apis/x' }))
    expect(platform.calls).toHaveLength(1)
    await errorOf(other.request({ path: '/open-apis/x' }))
    expect(platform.calls).toHaveLength(5)
  })

  it.each<[unknown, string]>([
    [{ maxAttempts: 0 }, 'maxAttempts must be a number from 1 on'],
    [{ deadlineMs: Number.NaN }, 'deadlineMs must be a number from 1 on'],
    [{ attempts: 2 }, 'attempts is none of them'],
    [true, 'must be false, a function, or { maxAttempts, firstRetryMs, maxRetryMs, deadlineMs }'],
  ])('that is checked: %j', async (retry, message) => {
    const platform = await openPlatform(() => busy)
    const { client } = await openClient(platform.url)
    const error = await errorOf(client.request({ path: '/open-apis/x', retry: retry as Retry }))
    expect(error).toMatchObject({ code: 'API_REQUEST_INVALID', message: expect.stringContaining(message) })
    expect(platform.calls).toHaveLength(0)
  })
})

describe('a function decides', () => {
  it('from the error and the number of the attempt', async () => {
    const seen: unknown[] = []
    const decide: RetryDecision = (error, attempt) => {
      seen.push([error.code, error.platform?.httpStatus, attempt])
      return attempt < 6 ? 0 : false
    }
    expect(await attempts({ call: decide })).toBe(6)
    expect(seen).toEqual([1, 2, 3, 4, 5, 6].map((attempt) => ['API_REFUSED', 503, attempt]))
  })

  it('to do what the numbers say with undefined, and puts numbers of its own layer in no one’s way', async () => {
    expect(await attempts({ bot: { maxAttempts: 2 }, app: () => undefined })).toBe(2)
    expect(await attempts({ app: () => false })).toBe(1)
    expect(await attempts({ app: () => false, call: { maxAttempts: 3 } })).toBe(3)
  })

  it('to repeat what the numbers would not', async () => {
    const platform = await openPlatform((_, nth) =>
      nth === 1 ? { status: 400, body: { code: 230002, msg: 'not in the chat' } } : {},
    )
    const { client } = await openClient(platform.url)
    await client.request({ path: '/open-apis/x', retry: (error) => (error.platform?.code === 230002 ? 1 : undefined) })
    expect(platform.calls).toHaveLength(2)
  })

  it('never about an effect that might double: it is not asked', async () => {
    const asked: string[] = []
    const decide: RetryDecision = (error) => {
      asked.push(error.code)
      return 0
    }
    expect(await attempts({ call: decide }, search)).toBe(1)
    expect(asked).toEqual([])
  })

  it('with milliseconds: anything else is an error that says so', async () => {
    const platform = await openPlatform(() => busy)
    const { client } = await openClient(platform.url)
    const wrong = errorOf(client.request({ path: '/open-apis/x', retry: () => Number.NaN }))
    expect(await wrong).toMatchObject({
      code: 'API_REQUEST_INVALID',
      message: expect.stringContaining('NaN'),
      hint: expect.stringContaining('milliseconds'),
    })
  })
})

describe('the delay', () => {
  const delays = (random: number, policy = defaults) =>
    [1, 2, 3, 4, 5, 6, 7].map((attempt) =>
      retryDelayMs(busyError, attempt, 'none', { ...policy, maxAttempts: 99 }, () => random),
    )

  it('doubles up to the longest, anywhere between nothing and that', () => {
    expect(delays(1)).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000])
    expect(delays(0.5)).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000])
    expect(delays(0)).toEqual([0, 0, 0, 0, 0, 0, 0])
    expect(delays(1, retryPolicy(defaults, { firstRetryMs: 10, maxRetryMs: 30 }))).toEqual([10, 20, 30, 30, 30, 30, 30])
  })
})

describe('the deadline of a call', () => {
  it('ends the attempts, with the error of the last, when it would pass before the next', async () => {
    const platform = await openPlatform(() => busy)
    const { client } = await openClient(platform.url, { random: () => 1 })
    const retry = { maxAttempts: 99, firstRetryMs: 1, maxRetryMs: 60_000, deadlineMs: 30_000 }
    const deciding: RetryDecision = (_, attempt) => (attempt < 3 ? 0 : 120_001)
    expect(
      await errorOf(client.request({ path: '/open-apis/x', retry: { ...retry, firstRetryMs: 40_000 } })),
    ).toMatchObject({
      code: 'API_REFUSED',
    })
    expect(platform.calls).toHaveLength(1)
    expect(await errorOf(client.request({ path: '/open-apis/x', retry: deciding }))).toMatchObject({
      code: 'API_REFUSED',
    })
    expect(platform.calls).toHaveLength(4)
  })

  it('ends an attempt that the platform does not answer', async () => {
    const platform = await openPlatform(() => ({ hang: true }))
    const { client } = await openClient(platform.url)
    const error = await errorOf(client.request({ path: '/open-apis/x', timeoutMs: 60_000, retry: { deadlineMs: 50 } }))
    expect(error.code).toBe('API_TIMEOUT')
    expect(platform.calls).toHaveLength(1)
  })

  it('is not waited for when the platform says to come later: the caller hears it at once', async () => {
    const platform = await openPlatform(() => ({
      ...{ status: 429, headers: { 'x-ogw-ratelimit-reset': '3600' } },
      body: { code: 99991400, msg: 'x' },
    }))
    const { client } = await openClient(platform.url)
    const error = await errorOf(client.request({ path: '/open-apis/x' }))
    expect(error).toMatchObject({ code: 'API_RATE_LIMITED', retryAfterMs: 3_600_000 })
    expect(platform.calls).toHaveLength(1)
  })
})

describe('a call that waits inside a handler', () => {
  const runOf = (signal: AbortSignal, ended = () => signal.aborted) => ({
    signal,
    get ended() {
      return ended()
    },
    effect: () => ({ key: 'k' }),
    keep: () => {},
  })

  it('for its turn, ends with the run', async () => {
    const platform = await openPlatform(() => ({}))
    const { client } = await openClient(platform.url, { options: { callsPerSecond: 1 } })
    const end = new AbortController()
    const call = () => client.request({ path: '/open-apis/x', auth: 'none' })
    const waiting = withScope({ run: runOf(end.signal) }, async () => {
      await call()
      return errorOf(call())
    })
    while (platform.calls.length === 0) await new Promise((resolve) => setImmediate(resolve))
    end.abort()
    expect((await waiting).code).toMatch(/^API_(CANCELLED|RUN_ENDED)$/)
    expect(platform.calls).toHaveLength(1)
  })

  it('is not made when the handler has finished meanwhile', async () => {
    const platform = await openPlatform(() => ({}))
    const { client } = await openClient(platform.url, { options: { callsPerSecond: 10 } })
    const call = () => client.request({ path: '/open-apis/x', auth: 'none' })
    let ended = false
    const waiting = withScope({ run: runOf(new AbortController().signal, () => ended) }, async () => {
      await call()
      return errorOf(call())
    })
    while (platform.calls.length === 0) await new Promise((resolve) => setImmediate(resolve))
    ended = true
    expect((await waiting).code).toBe('API_RUN_ENDED')
    expect(platform.calls).toHaveLength(1)
  })

  it('to be repeated, ends with the run', async () => {
    const platform = await openPlatform(() => busy)
    const { client } = await openClient(platform.url, { options: { firstRetryMs: 60_000 }, random: () => 0.9 })
    const end = new AbortController()
    const retry = { maxRetryMs: 60_000 }
    const waiting = withScope({ run: runOf(end.signal) }, () =>
      errorOf(client.request({ path: '/open-apis/x', auth: 'none', retry })),
    )
    while (platform.calls.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setTimeout(resolve, 30))
    end.abort()
    expect(await waiting).toMatchObject({ code: expect.stringMatching(/^API_(CANCELLED|RUN_ENDED)$/) })
    expect(platform.calls).toHaveLength(1)
  })
})

it('ends calls that wait when the clients are closed, and says why', async () => {
  const platform = await openPlatform(() => ({}))
  const { client, clients } = await openClient(platform.url, { options: { callsPerSecond: 1 } })
  const call = () => client.request({ path: '/open-apis/x', auth: 'none' })
  await call()
  const waiting = [errorOf(call()), errorOf(call())]
  clients[Symbol.dispose]()
  for (const error of await Promise.all(waiting))
    expect(error).toMatchObject({ code: 'API_CANCELLED', message: expect.stringContaining('the end of the bot') })
  expect(platform.calls).toHaveLength(1)
})
