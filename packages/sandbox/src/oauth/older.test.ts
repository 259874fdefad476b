import { describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { type Answer, apiClient, firstApp, openSandbox, request, tenantToken } from '../testing/open-sandbox.ts'

const root = '/open-apis/authen/v1'

async function appToken(sandbox: Sandbox): Promise<string> {
  const { appId, appSecret } = firstApp(sandbox)
  const body = { app_id: appId, app_secret: appSecret }
  return (await request(sandbox, 'POST', '/open-apis/auth/v3/app_access_token/internal', { body })).body
    .app_access_token
}

/** A code that alice's consent gave. */
async function code(sandbox: Sandbox): Promise<string> {
  const query = new URLSearchParams({
    client_id: firstApp(sandbox).appId,
    response_type: 'code',
    redirect_uri: 'http://localhost/back',
  })
  const url = `${sandbox.url}/open-apis/authen/v1/authorize?${query}`
  const { redirectUrl } = await sandbox.authorize({ user: 'alice', url })
  return new URL(redirectUrl).searchParams.get('code') ?? ''
}

describe('the older sign-in endpoints', () => {
  it.each(['oidc/', ''])('give and refresh tokens: %s', async (kind) => {
    const sandbox = await openSandbox()
    const token = await appToken(sandbox)
    const post = (path: string, body: unknown) => request(sandbox, 'POST', `${root}/${kind}${path}`, { token, body })
    const first = await post('access_token', { grant_type: 'authorization_code', code: await code(sandbox) })
    expect(first.body).toMatchObject({
      code: 0,
      data: { token_type: 'Bearer', expires_in: 7200, refresh_expires_in: 2_592_000 },
    })
    expect(first.body.data.name).toBe(kind === '' ? 'Alice Martin' : undefined)
    const { access_token, refresh_token } = first.body.data
    expect((await request(sandbox, 'GET', `${root}/user_info`, { token: access_token })).body.data.user_id).toBe(
      'alice',
    )
    const again = await post('refresh_access_token', { grant_type: 'refresh_token', refresh_token })
    expect(again.body.data.access_token).not.toBe(access_token)
    const used = await post('refresh_access_token', { grant_type: 'refresh_token', refresh_token })
    expect(used.body.code).toBe(20038)
  })

  it('serve the official SDK', async () => {
    const sandbox = await openSandbox()
    const data = { grant_type: 'authorization_code', code: await code(sandbox) }
    const answer = await apiClient(sandbox).authen.v1.oidcAccessToken.create({ data })
    expect(answer.data?.access_token).toMatch(/^eyJ/)
  })

  it('refuse with HTTP 200 and their own codes', async () => {
    const sandbox = await openSandbox()
    const app = await appToken(sandbox)
    const post = async (body: unknown, token = app, path = 'oidc/access_token') => {
      const answer: Answer = await request(sandbox, 'POST', `${root}/${path}`, { token, body })
      return [answer.status, answer.body.code]
    }
    const grant_type = 'authorization_code'
    const good = await code(sandbox)
    expect(await post({ grant_type, code: good }, 'a-nonsense')).toEqual([200, 20014])
    expect(await post({ grant_type, code: good }, 't-nonsense')).toEqual([200, 20013])
    expect(await post({ grant_type, code: good }, 'u-nonsense')).toEqual([200, 20014])
    expect(await post({ grant_type: 'password', code: good })).toEqual([200, 20036])
    expect(await post({ grant_type })).toEqual([200, 20001])
    expect(await post({ grant_type, code: 'unknown' })).toEqual([200, 20003])
    expect(await post({ grant_type, code: good }, await tenantToken(sandbox, await sandbox.addApp()))).toEqual([
      200, 20024,
    ])
    expect(await post({ grant_type, code: good })).toEqual([200, 0])
    expect(await post({ grant_type, code: good })).toEqual([200, 20003])
    const late = await code(sandbox)
    const left = await code(sandbox)
    const refresh = { grant_type: 'refresh_token', refresh_token: 'unknown' }
    expect(await post(refresh, app, 'oidc/refresh_access_token')).toEqual([200, 20026])
    await sandbox.deleteUser({ user: 'alice' })
    expect(await post({ grant_type, code: left })).toEqual([200, 20021])
    await sandbox.setClock({ advanceMs: 5 * 60_000 })
    expect(await post({ grant_type, code: late })).toEqual([200, 20004])
  })
})
