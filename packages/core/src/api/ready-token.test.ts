import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { errorOf, openClient, openPlatform } from '../testing/open-client.ts'

const ready = 'u-readyTokenOfTheCaller0123456789'
const refused = { status: 400, body: { code: 99991677, msg: `user token ${ready} expired` } }

describe('a ready token', () => {
  it('is used as it is, also as the object that a source of user tokens gives', async () => {
    const platform = await openPlatform(() => ({}))
    const { client } = await openClient(platform.url)
    await client.request({ path: '/open-apis/x', token: ready })
    // What it says of its end is not judged: the platform's clock decides.
    await client.request({ path: '/open-apis/x', token: { value: ready, expiresAtMs: 0 } })
    expect(platform.calls.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${ready}`, `Bearer ${ready}`])
    expect(platform.tokens).toHaveLength(0)
  })

  it('is never kept: the next call has the token of the app', async () => {
    const platform = await openPlatform(() => ({}))
    const { client } = await openClient(platform.url)
    await client.request({ path: '/open-apis/x', token: ready })
    await client.request({ path: '/open-apis/x' })
    expect(platform.calls[1]?.headers.authorization).toMatch(/^Bearer t-/)
  })

  it('is never replaced or refreshed when it is refused, and drops no token of the app or of a user', async () => {
    const platform = await openPlatform((_, nth) => (nth === 2 ? refused : {}))
    const { client, pool } = await openClient(platform.url)
    const asked: string[] = []
    pool.provideUserTokens({
      get: async () => {
        asked.push('get')
        return { value: 'u-another000000000000', expiresAtMs: Date.now() + 60_000 }
      },
      refused: async () => void asked.push('refused'),
    })
    await client.request({ path: '/open-apis/x' })
    const error = await errorOf(client.request({ path: '/open-apis/x', token: ready }))
    await client.request({ path: '/open-apis/x' })
    expect(error).toMatchObject({
      code: 'API_TOKEN_REFUSED',
      message: expect.stringMatching(/99991677.*given with the call/),
      hint: expect.stringContaining('Get a new token'),
      platform: { code: 99991677 },
    })
    expect(platform.calls).toHaveLength(3)
    expect(platform.tokens).toHaveLength(1)
    expect(asked).toEqual([])
  })

  it('stands in no log, error or metric', async () => {
    const platform = await openPlatform(() => refused)
    const { client, lines, registry } = await openClient(platform.url)
    const error = await errorOf(client.request({ path: '/open-apis/x', token: { value: ready, expiresAtMs: 0 } }))
    const odd = await errorOf(client.request({ path: '/open-apis/x', token: 'no prefix at all, and blanks' }))
    const everything = [...lines, inspect(error, { depth: 9 }), JSON.stringify(error), await registry.text()].join('\n')
    expect(everything).not.toContain(ready)
    expect(everything).toContain('GET /open-apis/x')
    expect(inspect(odd, { depth: 9 })).not.toContain('no prefix at all')
  })
})
