import { createHash } from 'node:crypto'
import { Client, withUserAccessToken } from '@larksuiteoapi/node-sdk'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { firstApp, openIdOf, openSandbox, request, silent, tenantToken } from '../testing/open-sandbox.ts'

const redirect_uri = 'http://localhost:3000/callback'
const userInfo = '/open-apis/authen/v1/user_info'
const dayMs = 24 * 3_600_000
let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await openSandbox({ apps: 2 })
})

async function consent(
  more: Record<string, string> = {},
  decision: 'allow' | 'deny' = 'allow',
): Promise<URLSearchParams> {
  const query = new URLSearchParams({
    client_id: firstApp(sandbox).appId,
    response_type: 'code',
    redirect_uri,
    scope: 'offline_access contact:user.base:readonly',
    state: 's 1',
    ...more,
  })
  const url = `https://accounts.feishu.cn/open-apis/authen/v1/authorize?${query}`
  const { redirectUrl } = await sandbox.authorize({ user: 'alice', url, decision })
  expect(redirectUrl.startsWith(redirect_uri)).toBe(true)
  return new URL(redirectUrl).searchParams
}

async function token(body: Record<string, unknown>, app = firstApp(sandbox)) {
  const client = { client_id: app.appId, client_secret: app.appSecret }
  return request(sandbox, 'POST', '/open-apis/authen/v2/oauth/token', { body: { ...client, ...body } })
}

const redeem = async (code: string | null, more = {}) => token({ grant_type: 'authorization_code', code, ...more })
const refresh = async (refresh_token: string, more = {}) =>
  token({ grant_type: 'refresh_token', refresh_token, ...more })

describe('signing in', () => {
  it('gives tokens for the consent, in whose name the node SDK then calls', async () => {
    const answer = await consent()
    expect(answer.get('state')).toBe('s 1')
    const { status, body } = await redeem(answer.get('code'), { redirect_uri })
    expect(status).toBe(200)
    expect(body).toEqual({
      code: 0,
      access_token: expect.stringMatching(/^eyJ/),
      expires_in: 7200,
      refresh_token: expect.stringMatching(/^eyJ/),
      refresh_token_expires_in: 604_800,
      scope: 'offline_access contact:user.base:readonly',
      token_type: 'Bearer',
    })
    expect(body.access_token.length).toBeGreaterThan(1024)
    const { appId, appSecret } = firstApp(sandbox)
    const client = new Client({ appId, appSecret, domain: sandbox.url, logger: silent })
    const me = await client.authen.v1.userInfo.get({}, withUserAccessToken(body.access_token))
    expect(me.data).toMatchObject({ open_id: openIdOf(sandbox, 'alice'), user_id: 'alice', name: 'Alice Martin' })
  })

  it('gives no code when the user denies', async () => {
    const answer = await consent({}, 'deny')
    expect([answer.get('error'), answer.get('code'), answer.get('state')]).toEqual(['access_denied', null, 's 1'])
  })

  it('gives no refresh token without offline_access', async () => {
    const { body } = await redeem((await consent({ scope: '' })).get('code'))
    expect(body).not.toHaveProperty('refresh_token')
  })

  it.each([
    ['response_type', { response_type: 'token' }, 'response_type must be'],
    ['client_id', { client_id: 'cli_1' }, 'There is no app'],
    ['redirect_uri', { redirect_uri: '' }, 'misses redirect_uri'],
    ['protocol of the redirect_uri', { redirect_uri: 'javascript:alert(1)' }, 'http:// or https://'],
    ['code_challenge_method', { code_challenge_method: 'S1' }, 'S256 or plain'],
  ])('is refused for a wrong %s', async (_name, more, words) => {
    await expect(consent(more as Record<string, string>)).rejects.toThrow(words)
  })
})

describe('the consent page', () => {
  const asked = (query: Record<string, string>) =>
    request(sandbox, 'GET', `/sandbox/page/consent?${new URLSearchParams(query)}`)

  it('is told who asks for what', async () => {
    const { appId } = firstApp(sandbox)
    const query = { client_id: appId, response_type: 'code', redirect_uri, scope: 'offline_access im:chat im:chat' }
    expect((await asked(query)).body).toEqual({
      appId,
      appName: 'Larkspur',
      scopes: ['offline_access', 'im:chat'],
      redirectUri: redirect_uri,
    })
  })

  it.each([
    [20001, {}],
    [20048, { client_id: 'cli_1' }],
    [20029, { redirect_uri: 'data:text/html,x' }],
    [20001, { response_type: 'token' }],
  ])('shows %d for a malformed request', async (code, more: Record<string, string>) => {
    const query = { client_id: firstApp(sandbox).appId, redirect_uri, ...more }
    expect(await asked(query)).toMatchObject({ status: 400, body: { code, error: expect.any(String) } })
  })

  it('shows 20029 for an address that the app does not have', async () => {
    const { appId } = firstApp(sandbox)
    const config = `/open-apis/application/v7/applications/${appId}/config`
    const body = { security: { add: { redirect_urls: ['http://localhost:3000/other'] } } }
    await request(sandbox, 'PATCH', config, { token: await tenantToken(sandbox), body })
    const refused = await asked({ client_id: appId, response_type: 'code', redirect_uri })
    expect(refused.body).toMatchObject({ code: 20029, error: expect.stringContaining('/other') })
  })
})

describe('a code', () => {
  it('is good once, for five minutes, one app and one address', async () => {
    const code = (await consent()).get('code')
    expect((await redeem(code, { redirect_uri: 'http://other/' })).body.code).toBe(20071)
    const body = { grant_type: 'authorization_code', code }
    expect((await token(body, sandbox.apps[1])).body.code).toBe(20024)
    expect((await redeem(code)).body.code).toBe(0)
    const again = await redeem(code)
    expect(again).toMatchObject({ status: 400, body: { code: 20065, error: 'invalid_grant' } })
    expect(again.body.error_description).toBeTypeOf('string')
    const late = (await consent()).get('code')
    await sandbox.setClock({ advanceMs: 5 * 60_000 + 1000 })
    expect((await redeem(late)).body.code).toBe(20004)
    expect((await redeem('nothing')).body.code).toBe(20003)
  })

  it('needs the verifier of its challenge', async () => {
    const verifier = 'v'.repeat(43)
    const code_challenge = createHash('sha256').update(verifier).digest('base64url')
    const hashed = async () => (await consent({ code_challenge, code_challenge_method: 'S256' })).get('code')
    expect((await redeem(await hashed(), { code_verifier: verifier })).body.code).toBe(0)
    expect((await redeem(await hashed(), { code_verifier: 'w'.repeat(43) })).body.code).toBe(20049)
    expect((await redeem(await hashed())).body.code).toBe(20049)
    const plain = (await consent({ code_challenge: verifier })).get('code')
    expect((await redeem(plain, { code_verifier: verifier })).body.code).toBe(0)
    const short = (await consent({ code_challenge: 'short' })).get('code')
    expect((await redeem(short, { code_verifier: 'short' })).body.code).toBe(20049)
  })
})

describe('a refresh token', () => {
  const granted = async () => (await redeem((await consent()).get('code'))).body

  it('is good once and gives a new pair, while the old access token lives on', async () => {
    const first = await granted()
    const second = (await refresh(first.refresh_token)).body
    expect(second.code).toBe(0)
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect((await refresh(first.refresh_token)).body.code).toBe(20073)
    for (const { access_token } of [first, second]) {
      expect((await request(sandbox, 'GET', userInfo, { token: access_token })).body.code).toBe(0)
    }
  })

  it('ends after seven days, and a year after the consent for good', async () => {
    let { refresh_token, ...rest } = await granted()
    for (let week = 0; week < 52; week += 1) {
      await sandbox.setClock({ advanceMs: 6.95 * dayMs })
      ;({ refresh_token, ...rest } = (await refresh(refresh_token)).body)
    }
    expect(rest.refresh_token_expires_in).toBeLessThan(604_800)
    await sandbox.setClock({ advanceMs: 6.95 * dayMs })
    expect((await refresh(refresh_token)).body.code).toBe(20037)
    const late = await granted()
    await sandbox.setClock({ advanceMs: 7 * dayMs + 1000 })
    expect((await refresh(late.refresh_token)).body.code).toBe(20037)
  })

  it('narrows the scopes to what was granted', async () => {
    const first = await granted()
    const narrow = (await refresh(first.refresh_token, { scope: 'offline_access' })).body
    expect(narrow.scope).toBe('offline_access')
    expect((await refresh(narrow.refresh_token, { scope: 'contact:user.base:readonly' })).body.code).toBe(20068)
    expect((await refresh(narrow.refresh_token)).body.code).toBe(0)
    const other = await granted()
    expect((await refresh(other.refresh_token, { scope: 'offline_access offline_access' })).body.code).toBe(20067)
  })
})

describe('the token endpoint', () => {
  it.each([
    ['no grant_type', {}, 20001],
    ['an unknown grant_type', { grant_type: 'password' }, 20036],
    ['no code', { grant_type: 'authorization_code' }, 20001],
    ['an unknown refresh token', { grant_type: 'refresh_token', refresh_token: 'x' }, 20026],
    ['an unknown app', { grant_type: 'refresh_token', client_id: 'cli_1' }, 20048],
    ['a wrong secret', { grant_type: 'refresh_token', client_secret: 'no' }, 20002],
  ])('refuses %s', async (_name, body, code) => {
    const answer = await token(body)
    expect(answer).toMatchObject({ status: 400, body: { code } })
    expect(Object.keys(answer.body)).toEqual(['code', 'error', 'error_description'])
  })

  it('refuses a body that is no JSON', async () => {
    const answer = await request(sandbox, 'POST', '/open-apis/authen/v2/oauth/token', { body: 'grant_type=x' })
    expect(answer).toMatchObject({ status: 400, body: { code: 20063 } })
  })
})

describe('user tokens', () => {
  it('open what is meant for users, until they end or are voided', async () => {
    const { access_token } = (await redeem((await consent()).get('code'))).body
    const call = async (path: string) => {
      const { status, body } = await request(sandbox, 'GET', path, { token: access_token })
      return [status, body.code]
    }
    const user = `/open-apis/contact/v3/users/${openIdOf(sandbox, 'linmei')}`
    expect(await call(user)).toEqual([200, 0])
    expect(await call('/open-apis/bot/v3/info')).toEqual([400, 99991663])
    expect((await call('/open-apis/im/v1/messages/om_1'))[0]).toBe(501)
    expect((await request(sandbox, 'GET', userInfo, { token: await tenantToken(sandbox) })).body.code).toBe(20005)
    await sandbox.setClock({ advanceMs: 7201 * 1000 })
    expect(await call(user)).toEqual([400, 99991677])
    expect(await call(userInfo)).toEqual([200, 20005])
    await sandbox.voidTokens()
    expect(await call(user)).toEqual([400, 99991668])
  })
})
