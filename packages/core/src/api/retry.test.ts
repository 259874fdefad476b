import { describe, expect, it } from 'vitest'
import { errorOf, openClient, openPlatform } from '../testing/open-client.ts'

const ok = { body: { code: 0, msg: 'success', data: { done: true } } }
const message = { receive_id: 'oc_1', msg_type: 'text', content: '{}' }
const send = { method: 'POST', path: '/open-apis/im/v1/messages', body: message } as const
const search = { method: 'POST', path: '/open-apis/search/v2/app', body: { query: 'x' } } as const

describe('repeating', () => {
  it.each([
    ['GET', { path: '/open-apis/x' }],
    ['a keyed send', send],
    ['PUT', { method: 'PUT', path: '/open-apis/x', body: {} }],
    ['a POST said to have no effect', { ...search, effect: 'none' }],
  ] as const)('repeats %s after HTTP 503', async (_, call) => {
    const platform = await openPlatform((__, nth) => (nth < 3 ? { status: 503, body: { code: 1, msg: 'busy' } } : ok))
    const { client, count } = await openClient(platform.url)
    expect(await client.request(call)).toEqual({ done: true })
    expect(platform.calls).toHaveLength(3)
    expect(await count('call_retries_total{app="cli_00000000000000a1"}')).toBe(2)
    expect(await count('calls_total{app="cli_00000000000000a1",outcome="ok"}')).toBe(1)
  })

  it('sends the same random key in every attempt of a message, and another for the next', async () => {
    const platform = await openPlatform((_, nth) => (nth === 1 ? { status: 500, body: { code: 1, msg: 'x' } } : ok))
    const { client } = await openClient(platform.url)
    await client.request(send)
    await client.request(send)
    const [first, second, third] = platform.calls.map(({ json }) => json.uuid)
    expect(first).toMatch(/^.{20,50}$/)
    expect(second).toBe(first)
    expect(third).not.toBe(first)
  })

  it('never repeats a POST that may have happened', async () => {
    const platform = await openPlatform(() => ({ status: 503, body: { code: 1, msg: 'busy' } }))
    const { client } = await openClient(platform.url)
    await errorOf(client.request(search))
    expect(platform.calls).toHaveLength(1)
  })

  it('repeats a POST that was refused for its rate', async () => {
    const platform = await openPlatform((_, nth) =>
      nth === 1 ? { status: 429, body: { code: 99991400, msg: 'x' } } : ok,
    )
    const { client } = await openClient(platform.url)
    expect(await client.request(search)).toEqual({ done: true })
  })

  it('repeats a POST that never left', async () => {
    const platform = await openPlatform(() => ok)
    const { client } = await openClient('http://127.0.0.1:1')
    const { count } = await openClient(platform.url)
    expect(await errorOf(client.request({ ...search, auth: 'none' }))).toMatchObject({
      code: 'API_UNREACHABLE',
      retryable: true,
    })
    const refusing = await openClient('http://127.0.0.1:1')
    await errorOf(refusing.client.request({ ...search, auth: 'none' }))
    expect(await refusing.count('call_retries_total{app="cli_00000000000000a1"}')).toBe(3)
    expect(await refusing.count('calls_total{app="cli_00000000000000a1",outcome="network"}')).toBe(1)
    expect(await count('call_retries_total{app="cli_00000000000000a1"}')).toBe(0)
  })

  it('repeats a POST whose token could not be fetched', async () => {
    const platform = await openPlatform(() => ok)
    platform.tokenReply = (nth) =>
      nth === 1
        ? { status: 500, body: {} }
        : { body: { code: 0, tenant_access_token: 't-later00000000000000', expire: 7200 } }
    const { client } = await openClient(platform.url)
    expect(await client.request(search)).toEqual({ done: true })
    expect(platform.calls).toHaveLength(1)
  })

  it('repeats nothing with retry: false', async () => {
    const platform = await openPlatform(() => ({ status: 503, body: { code: 1, msg: 'busy' } }))
    const { client } = await openClient(platform.url)
    await errorOf(client.request({ path: '/open-apis/x', retry: false }))
    expect(platform.calls).toHaveLength(1)
  })

  it.each(['x-ogw-ratelimit-reset', 'retry-after'])(
    'keeps that API closed for as long as %s says, others open',
    async (name) => {
      let limited = true
      const seen: string[] = []
      const platform = await openPlatform(({ url }) => {
        seen.push(url)
        return limited && url.includes('/slow')
          ? { status: 429, headers: { [name]: '0.3' }, body: { code: 99991400, msg: 'x' } }
          : ok
      })
      const { client, count } = await openClient(platform.url)
      const first = client.request({ path: '/open-apis/slow' })
      while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve))
      await new Promise((resolve) => setTimeout(resolve, 50))
      limited = false
      const second = client.request({ path: '/open-apis/slow' })
      await client.request({ path: '/open-apis/quick' })
      expect(seen).toEqual(['/open-apis/slow', '/open-apis/quick'])
      await Promise.all([first, second])
      expect(seen).toHaveLength(4)
      expect(await count('rate_limit_waits_total{app="cli_00000000000000a1",reason="platform"}')).toBeGreaterThan(0)
    },
  )

  it('closes an API with ids in its path as a whole', async () => {
    const platform = await openPlatform((_, nth) =>
      nth === 1 ? { status: 429, headers: { 'x-ogw-ratelimit-reset': '30' }, body: { code: 99991400, msg: 'x' } } : ok,
    )
    const { client } = await openClient(platform.url)
    await errorOf(client.request({ path: '/open-apis/im/v1/chats/oc_11111111', retry: false }))
    const stop = new AbortController()
    const waiting = errorOf(client.request({ path: '/open-apis/im/v1/chats/oc_22222222', signal: stop.signal }))
    await new Promise((resolve) => setTimeout(resolve, 30))
    stop.abort()
    expect((await waiting).code).toBe('API_CANCELLED')
    expect(platform.calls).toHaveLength(1)
  })

  it('waits again when the limit was renewed meanwhile', async () => {
    const platform = await openPlatform((_, nth) =>
      nth <= 2
        ? {
            status: 429,
            headers: { 'x-ogw-ratelimit-reset': nth === 1 ? '0.05' : '0.2' },
            body: { code: 99991400, msg: 'x' },
          }
        : ok,
    )
    const { client } = await openClient(platform.url, { random: () => 0 })
    await Promise.all([client.request({ path: '/open-apis/x' }), client.request({ path: '/open-apis/x' })])
    expect(platform.calls.length).toBeLessThanOrEqual(4)
  })

  it('is cancelled in flight and while it waits', async () => {
    const hanging = await openPlatform(() => ({ hang: true }))
    const { client } = await openClient(hanging.url)
    const stop = new AbortController()
    const cancelled = errorOf(client.request({ path: '/open-apis/x', signal: stop.signal }))
    while (hanging.calls.length === 0) await new Promise((resolve) => setImmediate(resolve))
    stop.abort()
    expect((await cancelled).code).toBe('API_CANCELLED')
    expect((await errorOf(client.request({ path: '/open-apis/x', signal: AbortSignal.abort() }))).code).toBe(
      'API_CANCELLED',
    )
    expect(hanging.calls).toHaveLength(1)
  })

  it('ends at its deadline: a server that is silent, and one that drips', async () => {
    const silent = await openPlatform(() => ({ hang: true }))
    const { client } = await openClient(silent.url)
    expect((await errorOf(client.request({ path: '/open-apis/x', timeoutMs: 60, retry: false }))).code).toBe(
      'API_TIMEOUT',
    )
    const { createServer } = await import('node:http')
    const drip = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const timer = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(timer))
    })
    await new Promise<void>((resolve) => drip.listen(0, '127.0.0.1', resolve))
    const { port } = drip.address() as { port: number }
    const { client: dripped } = await openClient(`http://127.0.0.1:${port}`)
    const outcome = await Promise.race([
      errorOf(dripped.request({ path: '/x', auth: 'none', timeoutMs: 150, retry: false })).then(({ code }) => code),
      new Promise((resolve) => setTimeout(resolve, 1500, 'still running')),
    ])
    drip.closeAllConnections()
    drip.close()
    expect(outcome).toBe('API_TIMEOUT')
  })

  it('ends at its deadline also while every connection is taken', async () => {
    const platform = await openPlatform(() => ({ hang: true }))
    const { client } = await openClient(platform.url, { http: { maxConnections: 1 } })
    const stop = new AbortController()
    const taking = errorOf(
      client.request({ path: '/open-apis/x', auth: 'none', signal: stop.signal, timeoutMs: 60_000 }),
    )
    while (platform.calls.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const outcome = await Promise.race([
      errorOf(client.request({ ...search, auth: 'none', timeoutMs: 80, retry: false })).then(({ code }) => code),
      new Promise((resolve) => setTimeout(resolve, 1500, 'still running')),
    ])
    stop.abort()
    await taking
    expect(outcome).toBe('API_TIMEOUT')
    expect(platform.calls).toHaveLength(1)
  })
})
