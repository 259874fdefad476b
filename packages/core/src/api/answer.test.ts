import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { appSecret, errorOf, openClient, openPlatform } from '../testing/open-client.ts'

const message = { receive_id: 'oc_1', msg_type: 'text', content: '{}' }
const send = { method: 'POST', path: '/open-apis/im/v1/messages', body: message } as const

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
