import { describe, expect, it } from 'vitest'
import { withScope } from '../observe/context.ts'
import { appOn, errorOf, openClient, openPlatform } from '../testing/open-client.ts'

const ok = { body: { code: 0, msg: 'success', data: { done: true } } }

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

  it('asks for the token of a user in the tenant of the event that is being handled', async () => {
    const platform = await openPlatform(() => ok)
    const { client, pool } = await openClient(platform.url)
    const tenants: unknown[] = []
    pool.provideUserTokens({
      get: async ({ tenantKey }) => {
        tenants.push(tenantKey)
        return { value: 'u-userToken', expiresAtMs: Date.now() + 60_000 }
      },
      refused: async () => {},
    })
    const call = () => client.request({ path: '/open-apis/x', asUser: 'ou_1' })
    await withScope({ appId: client.appId, tenantKey: 'tenant-of-event' }, call)
    await withScope({ appId: 'cli_ffffffffffffffff', tenantKey: 'tenant-of-another-app' }, call)
    await call()
    expect(tenants).toEqual(['tenant-of-event', '', ''])
  })

  it('refuses two ways to say whose token is sent, and answers of other kinds, before anything is sent', async () => {
    const platform = await openPlatform(() => ok)
    const { client } = await openClient(platform.url)
    const path = '/open-apis/x'
    for (const call of [
      { path, token: 'u-given', asUser: 'ou_1' },
      { path, token: 'u-given', auth: 'app' as const },
      { path, asUser: 'ou_1', auth: 'none' as const },
    ])
      expect(await errorOf(client.request(call))).toMatchObject({
        code: 'API_REQUEST_INVALID',
        message: expect.not.stringContaining('u-given'),
      })
    expect(await errorOf(client.request({ path, answer: 'json' as never }))).toMatchObject({
      code: 'API_REQUEST_INVALID',
      message: expect.stringMatching(/data, envelope, bytes, stream.*"json"/),
    })
    expect(platform.calls).toHaveLength(0)
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
