import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { ActiveRun } from '../observe/context.ts'
import { withScope } from '../observe/context.ts'
import { appOn, appSecret, errorOf, openClient, openPlatform } from './testing/open-client.ts'

const ok = { body: { code: 0, msg: 'success', data: { done: true } } }
const message = { receive_id: 'oc_1', msg_type: 'text', content: '{}' }
const send = { method: 'POST', path: '/open-apis/im/v1/messages', body: message } as const
const search = { method: 'POST', path: '/open-apis/search/v2/app', body: { query: 'x' } } as const

/** A run as a handler has it: results are kept from run to run. */
function runWith(results: Map<string, unknown>, ended = false): ActiveRun & { ended: boolean } {
  const counts = new Map<string, number>()
  return {
    signal: new AbortController().signal,
    ended,
    effect({ api, receiver, key }) {
      const name = `${api} ${receiver ?? ''}`
      counts.set(name, (counts.get(name) ?? 0) + 1)
      const full = `${name} ${key ?? counts.get(name)}`.replaceAll(/\W/g, '').slice(-40)
      return { key: full, stored: results.has(full) ? { result: results.get(full) } : undefined }
    },
    keep: (key, result) => void results.set(key, result),
  }
}

describe('a call', () => {
  it('sends method, path, query, body, token and reads data', async () => {
    const platform = await openPlatform(() => ok)
    const { client } = await openClient(platform.url)
    const data = await client.request({
      method: 'PATCH',
      path: '/open-apis/im/v1/messages/:message_id',
      params: { message_id: 'om_1' },
      query: { a: [1, 2], b: 'x y', c: false, d: undefined },
      body: { content: '{}' },
    })
    expect(data).toEqual({ done: true })
    const [call] = platform.calls
    expect(call?.method).toBe('PATCH')
    expect(call?.url).toMatch(/^\/open-apis\/im\/v1\/messages\/om_1\?a=1&a=2&b=x(\+|%20)y&c=false$/)
    expect(call?.json).toEqual({ content: '{}' })
    expect(call?.headers.authorization).toMatch(/^Bearer t-/)
  })

  it('sends arrays and forms as they are', async () => {
    const platform = await openPlatform(() => ok)
    const { client } = await openClient(platform.url)
    await client.request({ method: 'PUT', path: '/open-apis/x', body: [1, 2] })
    const form = new FormData()
    form.append('image_type', 'message')
    form.append('image', new Blob(['picture']), 'a.png')
    await client.request({ method: 'POST', path: '/open-apis/im/v1/images', body: form })
    expect(platform.calls[0]?.body.toString()).toBe('[1,2]')
    expect(platform.calls[1]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
    expect(platform.calls[1]?.body.toString()).toContain('filename="a.png"')
  })

  it('percent-encodes ids, so that none leaves its place', async () => {
    const platform = await openPlatform(() => ok)
    const { client } = await openClient(platform.url)
    await client.request({ path: '/open-apis/x/:id/y', params: { id: 'a/../b?c=1#d' } })
    expect(platform.calls[0]?.url).toBe('/open-apis/x/a%2F..%2Fb%3Fc%3D1%23d/y')
    for (const id of ['.', '..', ''])
      expect((await errorOf(client.request({ path: '/open-apis/x/:id/y', params: { id } }))).code).toBe(
        'API_REQUEST_INVALID',
      )
  })

  it('leaves colons inside a path segment alone', async () => {
    const platform = await openPlatform(() => ok)
    const { client } = await openClient(platform.url)
    await client.request({
      path: '/open-apis/sheets/v2/spreadsheets/:token/values/Q1!A1:B2',
      params: { token: 'sht1' },
    })
    expect(platform.calls[0]?.url).toBe('/open-apis/sheets/v2/spreadsheets/sht1/values/Q1!A1:B2')
  })

  it.each([
    'https://evil.example/open-apis/x',
    '//evil.example/x',
    'open-apis/x',
    '/open-apis/../x',
    '/open-apis/a/..',
    '/open-apis/x?token=1',
    '/open-apis/x#y',
    '/open-apis\\\\x',
  ])('refuses the path %s before anything is sent', async (path) => {
    const platform = await openPlatform(() => ok)
    const { client } = await openClient(platform.url)
    expect((await errorOf(client.request({ path }))).code).toBe('API_REQUEST_INVALID')
    expect(platform.calls.length + platform.tokens.length).toBe(0)
  })

  it('uses a given token as it is and fetches none', async () => {
    const platform = await openPlatform(() => ({ status: 400, body: { code: 99991663, msg: 'invalid' } }))
    const { client } = await openClient(platform.url)
    const error = await errorOf(client.request({ path: '/open-apis/x', token: 'u-givenTokenOfTheCaller' }))
    expect(error.code).toBe('API_TOKEN_REFUSED')
    expect(platform.calls).toHaveLength(1)
    expect(platform.calls[0]?.headers.authorization).toBe('Bearer u-givenTokenOfTheCaller')
    expect(platform.tokens).toHaveLength(0)
  })

  it('takes the app token or none where the call says so', async () => {
    const platform = await openPlatform(() => ok)
    const { client } = await openClient(platform.url)
    await client.request({ path: '/open-apis/x', auth: 'app' })
    await client.request({ path: '/open-apis/x', auth: 'none' })
    expect(platform.calls[0]?.headers.authorization).toMatch(/^Bearer a-/)
    expect(platform.calls[1]?.headers.authorization).toBeUndefined()
  })

  it('is made as a user with the token of the source, and drops exactly that one when it is refused', async () => {
    const platform = await openPlatform((_, nth) =>
      nth === 1 ? { status: 400, body: { code: 99991677, msg: 'expired' } } : ok,
    )
    const { client, pool } = await openClient(platform.url)
    expect((await errorOf(client.request({ path: '/open-apis/x', asUser: 'ou_1' }))).code).toBe(
      'CREDENTIAL_NO_USER_TOKENS',
    )
    const dropped: string[] = []
    let given = 0
    pool.provideUserTokens({
      get: async () => ({ value: `u-userToken${++given}`, expiresAtMs: Date.now() + 60_000 }),
      refused: async ({ openId }, token) => void dropped.push(`${openId} ${token}`),
    })
    expect(await client.request({ path: '/open-apis/x', asUser: 'ou_1' })).toEqual({ done: true })
    expect(dropped).toEqual(['ou_1 u-userToken1'])
    expect(platform.calls.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer u-userToken1',
      'Bearer u-userToken2',
    ])
  })
})

describe('a refusal', () => {
  it('is the same error with HTTP 200 and HTTP 400', async () => {
    const body = { code: 230002, msg: 'not in chat', error: { log_id: 'log1' } }
    const platform = await openPlatform((_, nth) => ({ status: nth === 1 ? 200 : 400, body }))
    const { client } = await openClient(platform.url)
    const first = await errorOf(client.request(send))
    const second = await errorOf(client.request(send))
    for (const error of [first, second])
      expect(error).toMatchObject({ code: 'API_REFUSED', category: 'platform', retryable: false })
    expect(first.platform).toMatchObject({
      code: 230002,
      logId: 'log1',
      httpStatus: 200,
      api: 'POST /open-apis/im/v1/messages',
    })
    expect(second.platform).toMatchObject({ code: 230002, httpStatus: 400 })
    expect(platform.calls).toHaveLength(2)
  })

  it('names the scopes that are missing', async () => {
    const error = { permission_violations: [{ type: 'action_privilege_required', subject: 'im:message' }] }
    const platform = await openPlatform(() => ({ status: 400, body: { code: 99991672, msg: 'no scope', error } }))
    const { client } = await openClient(platform.url)
    const thrown = await errorOf(client.request(send))
    expect(thrown).toMatchObject({ code: 'API_PERMISSION_DENIED', platform: { missingScopes: ['im:message'] } })
    expect(thrown.message).toContain('im:message')
  })

  it('shows no token and no secret, also where the platform repeats them', async () => {
    const platform = await openPlatform(({ headers }) => ({
      status: 400,
      body: { code: 230001, msg: `bad ${headers.authorization} for ${appSecret}` },
    }))
    const { client, lines } = await openClient(platform.url)
    const thrown = inspect(await errorOf(client.request(send)), { depth: 10, showHidden: true })
    expect(thrown).not.toContain('t-token0')
    expect(thrown).not.toContain(appSecret)
    expect(lines.join('')).not.toContain('t-token0')
  })

  it.each([
    ['HTML', { body: '<html>proxy</html>' }, 'API_ANSWER_UNREADABLE'],
    ['half an answer', { body: '{"code":0,', drop: true }, 'API_ANSWER_UNREADABLE'],
    ['JSON without a code', { body: { hello: 1 } }, 'API_ANSWER_UNREADABLE'],
    ['a JSON list', { body: [] }, 'API_ANSWER_UNREADABLE'],
    ['HTML with 429', { status: 429, body: '<html>slow down</html>' }, 'API_RATE_LIMITED'],
    ['plain 404', { status: 404, body: '404 page not found' }, 'API_REFUSED'],
    ['an error field that is no object', { status: 400, body: { code: 5, error: 'x' } }, 'API_REFUSED'],
    [
      'odd violations',
      { status: 400, body: { code: 5, error: { permission_violations: 'x', field_violations: [null] } } },
      'API_REFUSED',
    ],
  ])('reads %s as a clear error', async (_, reply, code) => {
    const platform = await openPlatform(() => reply)
    const { client } = await openClient(platform.url)
    expect((await errorOf(client.request({ path: '/open-apis/x', retry: false }))).code).toBe(code)
  })
})

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
      expect(await count('rate_limit_waits_total{app="cli_00000000000000a1"}')).toBeGreaterThan(0)
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

describe('inside a handler', () => {
  it('replays the result of a keyed call and sends nothing', async () => {
    const platform = await openPlatform(() => ({ body: { code: 0, data: { message_id: 'om_1' } } }))
    const { client } = await openClient(platform.url)
    const results = new Map<string, unknown>()
    const handler = async () => [await client.request(send), await client.request(send)]
    await withScope({ run: runWith(results) }, handler)
    const again = await withScope({ run: runWith(results) }, handler)
    expect(again).toEqual([{ message_id: 'om_1' }, { message_id: 'om_1' }])
    expect(platform.calls).toHaveLength(2)
    const keys = platform.calls.map(({ json }) => String(json.uuid))
    expect(new Set(keys)).toEqual(new Set(results.keys()))
    expect(keys.every((key) => key.length <= 50)).toBe(true)
  })

  it('makes a POST about which nothing was said once, and replays its result', async () => {
    const platform = await openPlatform(() => ok)
    const claims: string[] = []
    const { client } = await openClient(platform.url, { claimEffect: async (_, key) => claims.push(key) > 0 })
    const results = new Map<string, unknown>()
    const first = await withScope({ run: runWith(results) }, () => client.request(search))
    const second = await withScope({ run: runWith(results) }, () => client.request(search))
    expect({ claims: claims.length, calls: platform.calls.length, second }).toEqual({
      claims: 1,
      calls: 1,
      second: first,
    })
  })

  it('does not repeat a call that may happen once and was begun by an earlier run', async () => {
    const platform = await openPlatform(() => ({ drop: true, body: 'x' }))
    const claimed = new Set<string>()
    const claimEffect = async (_: string, key: string) => !claimed.has(key) && claimed.add(key).size > 0
    const { client } = await openClient(platform.url, { claimEffect })
    const results = new Map<string, unknown>()
    await errorOf(withScope({ run: runWith(results) }, () => client.request({ ...search, effect: 'once' })))
    const error = await errorOf(
      withScope({ run: runWith(results) }, () => client.request({ ...search, effect: 'once' })),
    )
    expect(error.code).toBe('API_EFFECT_UNCERTAIN')
    expect(platform.calls).toHaveLength(1)
  })

  it('makes a call that may happen once again when the platform had refused it', async () => {
    const platform = await openPlatform((_, nth) =>
      nth === 1 ? { status: 400, body: { code: 230001, msg: 'x' } } : ok,
    )
    const claimed = new Set<string>()
    const claimEffect = async (_: string, key: string) => !claimed.has(key) && claimed.add(key).size > 0
    const { client } = await openClient(platform.url, { claimEffect })
    const results = new Map<string, unknown>()
    await errorOf(withScope({ run: runWith(results) }, () => client.request({ ...search, effect: 'once' })))
    expect(await withScope({ run: runWith(results) }, () => client.request({ ...search, effect: 'once' }))).toEqual({
      done: true,
    })
    expect(await withScope({ run: runWith(results) }, () => client.request({ ...search, effect: 'once' }))).toEqual({
      done: true,
    })
    expect(platform.calls).toHaveLength(2)
  })

  it('refuses calls of an ended run, also one that ended while it waited', async () => {
    const platform = await openPlatform((_, nth) =>
      nth === 1
        ? { status: 429, headers: { 'x-ogw-ratelimit-reset': '0.05' }, body: { code: 99991400, msg: 'x' } }
        : ok,
    )
    const { client } = await openClient(platform.url)
    const ended = await errorOf(
      withScope({ run: runWith(new Map(), true) }, () => client.request({ path: '/open-apis/x' })),
    )
    expect(ended.code).toBe('API_RUN_ENDED')
    expect(platform.calls).toHaveLength(0)
    await errorOf(client.request({ path: '/open-apis/x', retry: false }))
    const run = runWith(new Map())
    const waiting = errorOf(withScope({ run }, () => client.request({ path: '/open-apis/x' })))
    run.ended = true
    expect((await waiting).code).toBe('API_RUN_ENDED')
    expect(platform.calls).toHaveLength(1)
  })

  it('refuses calls inside a database write', async () => {
    const platform = await openPlatform(() => ok)
    const { client } = await openClient(platform.url)
    const error = await errorOf(withScope({ writing: true }, () => client.request({ path: '/open-apis/x' })))
    expect(error.code).toBe('STORAGE_CALL_INSIDE_WRITE')
  })

  it('refuses keys of more than 50 characters', async () => {
    const platform = await openPlatform(() => ok)
    const { client } = await openClient(platform.url)
    expect((await errorOf(client.request({ ...send, key: 'x'.repeat(51) }))).code).toBe('API_REQUEST_INVALID')
    await client.request({ ...send, key: 'x'.repeat(50) })
    expect(platform.calls[0]?.json.uuid).toBe('x'.repeat(50))
  })
})

describe('paginate', () => {
  it('follows page tokens, and throws where a page fails', async () => {
    const platform = await openPlatform(({ url }, nth) => {
      if (url.includes('fail') && nth > 3) return { status: 400, body: { code: 9499, msg: 'bad' } }
      const last = nth % 3 === 0 && !url.includes('fail')
      return { body: { code: 0, data: { items: [nth], has_more: !last, page_token: last ? '' : `p${nth}` } } }
    })
    const { client } = await openClient(platform.url)
    const items: unknown[] = []
    for await (const item of client.paginate({ path: '/open-apis/x', query: { page_size: 1 } })) items.push(item)
    expect(items).toEqual([1, 2, 3])
    expect(platform.calls.map(({ url }) => url)).toEqual(
      ['', '&page_token=p1', '&page_token=p2'].map((more) => `/open-apis/x?page_size=1${more}`),
    )
    const failing = (async () => {
      for await (const _ of client.paginate({ path: '/open-apis/fail' }));
    })()
    expect((await errorOf(failing)).code).toBe('API_REFUSED')
  })
})

it('keeps two apps apart', async () => {
  const platform = await openPlatform(() => ok)
  const { clients, client } = await openClient(platform.url)
  const other = clients.of(appOn(platform.url, 'cli_00000000000000a2'))
  await Promise.all([client.request({ path: '/open-apis/x' }), other.request({ path: '/open-apis/x' })])
  expect(platform.tokens.map(({ json }) => json.app_id).sort()).toEqual([
    'cli_00000000000000a1',
    'cli_00000000000000a2',
  ])
  expect(new Set(platform.calls.map(({ headers }) => headers.authorization)).size).toBe(2)
})

it('makes no request after it was closed', async () => {
  const platform = await openPlatform(() => ok)
  const { client, transport } = await openClient(platform.url)
  await client.request({ path: '/open-apis/x' })
  await transport[Symbol.asyncDispose]()
  await errorOf(client.request({ path: '/open-apis/x', retry: false }))
  expect(platform.calls).toHaveLength(1)
})
