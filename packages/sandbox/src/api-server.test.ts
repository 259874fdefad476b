import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { loadNotModelled } from './api-contract.ts'
import { firstApp, openIdOf, openSandbox, request, sendText, tenantToken } from './testing/open-sandbox.ts'

const messagesPath = '/open-apis/im/v1/messages?receive_id_type=open_id'

describe('the gateway', () => {
  it.each([
    ['no Authorization', undefined, 99991661],
    ['a token without Bearer', 't-123', 99991661],
    ['a token without prefix', 'Bearer 123', 99991671],
    ['an unknown tenant token', 'Bearer t-123', 99991663],
    ['an unknown user token', 'Bearer u-123', 99991668],
    ['an unknown user token as JWT', 'Bearer eyJhbGciOi', 99991668],
  ])('refuses %s with its code', async (_name, authorization, code) => {
    const sandbox = await openSandbox()
    const { status, body, headers } = await request(sandbox, 'POST', messagesPath, {
      ...(authorization !== undefined && { authorization }),
      body: {},
    })
    expect({ status, code: body.code }).toEqual({ status: 400, code })
    expect(body.error.log_id).toBe(headers.get('x-tt-logid'))
    expect(body.error.log_id).toMatch(/^20\d{12}[0-9A-F]{19}$/)
  })

  it('refuses an app token where a tenant token belongs, and a user token where no user may call', async () => {
    const sandbox = await openSandbox()
    const app = firstApp(sandbox)
    const { body } = await request(sandbox, 'POST', '/open-apis/auth/v3/app_access_token/internal', {
      body: { app_id: app.appId, app_secret: app.appSecret },
    })
    expect((await request(sandbox, 'GET', '/open-apis/bot/v3/info', { token: body.app_access_token })).body.code).toBe(
      99991663,
    )
    expect((await request(sandbox, 'GET', '/open-apis/bot/v3/info', { token: 'u-1' })).body.code).toBe(99991663)
    expect((await request(sandbox, 'GET', '/open-apis/bot/v3/info', { token: body.tenant_access_token })).body).toEqual(
      expect.objectContaining({
        code: 0,
        bot: expect.objectContaining({ open_id: app.botOpenId, app_name: app.name }),
      }),
    )
  })

  it('names each parameter that its contract refuses', async () => {
    const sandbox = await openSandbox()
    const token = await tenantToken(sandbox)
    const { status, body } = await request(sandbox, 'POST', '/open-apis/im/v1/messages?receive_id_type=phone', {
      token,
      body: { msg_type: 7, content: {}, uuid: 'x'.repeat(51) },
    })
    expect({ status, code: body.code }).toEqual({ status: 400, code: 99992402 })
    expect(body.error.field_violations.map((violation: { field: string }) => violation.field)).toEqual([
      'receive_id_type',
      'receive_id',
      'msg_type',
      'content',
      'uuid',
    ])
  })

  it.each([
    ['a page_size above its range', '/open-apis/im/v1/messages?container_id_type=chat&container_id=x&page_size=51'],
    ['a page_size that is no number', '/open-apis/im/v1/chats?page_size=many'],
    ['a boolean that is none', '/open-apis/im/v1/chats?page_size=0x1'],
    ['a parameter given twice', '/open-apis/im/v1/chats?sort_type=ByCreateTimeAsc&sort_type=ByActiveTimeDesc'],
  ])('refuses %s', async (_name, path) => {
    const sandbox = await openSandbox()
    const { body } = await request(sandbox, 'GET', path, { token: await tenantToken(sandbox) })
    expect(body.code).toBe(99992402)
    expect(body.error.field_violations).toHaveLength(1)
  })

  it.each([['not json'], ['[1]'], ['"text"'], ['{"a":']])('refuses the body %s', async (body) => {
    const sandbox = await openSandbox()
    const answer = await request(sandbox, 'POST', messagesPath, { token: await tenantToken(sandbox), body })
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 400, code: 9499 })
  })

  it('answers unknown routes as the platform does, and documented ones that it lacks by name', async () => {
    const sandbox = await openSandbox()
    expect(await request(sandbox, 'GET', '/open-apis/nothing/v1/here')).toMatchObject({
      status: 404,
      body: '404 page not found',
    })
    const [api = ''] = loadNotModelled()
    const [method = '', path = ''] = api.split(' ')
    const missing = await request(sandbox, method, path.replaceAll(/:\w+/g, 'x'), { body: {} })
    expect(missing.status).toBe(501)
    expect(missing.body.msg).toContain(api)
  })

  it('refuses a body over the limit and lives on', async () => {
    const sandbox = await openSandbox({ maxBodyBytes: 2000 })
    const token = await tenantToken(sandbox)
    const { status } = await request(sandbox, 'POST', messagesPath, { token, body: { content: 'x'.repeat(3000) } })
    expect(status).toBe(413)
    expect(await tenantToken(sandbox)).toBe(token)
  })

  it('survives garbage on its port', async () => {
    const sandbox = await openSandbox()
    const port = Number(new URL(sandbox.url).port)
    for (const bytes of ['\x00\x01\x02\r\n\r\n', 'GET / HTTP/9\r\n\r\n', 'POST /callback/ws/endpoint HTTP/1.1\r\n']) {
      await new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
        socket.on('error', () => {})
        socket.on('close', resolve).resume()
      })
    }
    expect(await tenantToken(sandbox)).toMatch(/^t-/)
  })

  it('refuses odd requests of all kinds and never breaks', async () => {
    const sandbox = await openSandbox()
    const token = await tenantToken(sandbox)
    const { chatId } = (await sandbox.chats())[0] ?? { chatId: '' }
    const contents = [
      '{"elements":[[]]}',
      '{"header":7}',
      '{"text":7}',
      '{"zh_cn":{"content":[[7]]}}',
      '{"body":{"elements":7}}',
    ]
    const values = [null, 7, '', 'x', [], [null], {}, { a: [] }, true, chatId, 'alice', ...contents]
    const statuses = new Set<number>()
    for (const msg_type of ['text', 'post', 'interactive', 'share_chat', 'image', 7]) {
      for (const content of values) {
        const body = { receive_id: chatId, msg_type, content, uuid: content }
        const path = '/open-apis/im/v1/messages?receive_id_type=chat_id'
        statuses.add((await request(sandbox, 'POST', path, { token, body })).status)
      }
    }
    for (const value of values) {
      const chat = { name: value, owner_id: value, user_id_list: value, restricted_mode_setting: value }
      statuses.add((await request(sandbox, 'POST', '/open-apis/im/v1/chats', { token, body: chat })).status)
      statuses.add((await request(sandbox, 'POST', '/callback/ws/endpoint', { body: { AppID: value } })).status)
      const said = { user: 'alice', text: value, mentions: value, to: value, content: value, replyTo: value }
      statuses.add((await request(sandbox, 'POST', '/sandbox/say', { body: said })).status)
    }
    expect([...statuses].sort()).toEqual([200, 400])
  })

  it('writes every call into the log, without secrets', async () => {
    const sandbox = await openSandbox()
    const app = firstApp(sandbox)
    const token = await tenantToken(sandbox)
    await request(sandbox, 'GET', '/open-apis/bot/v3/info', { token })
    await request(sandbox, 'GET', '/open-apis/nothing')
    const calls = await sandbox.calls()
    expect(calls).toMatchObject([
      { api: 'POST /open-apis/auth/v3/tenant_access_token/internal', appId: app.appId, status: 200, code: 0 },
      { api: 'GET /open-apis/bot/v3/info', appId: app.appId, token: `${token.slice(0, 5)}***`, status: 200 },
      { path: '/open-apis/nothing', status: 404 },
    ])
    expect(JSON.stringify(calls)).not.toContain(token)
    expect(JSON.stringify(calls)).not.toContain(app.appSecret)
  })
})

describe('faults', () => {
  const api = 'POST /open-apis/im/v1/messages'

  it('happen as often as asked, on the API asked, and are counted', async () => {
    const sandbox = await openSandbox()
    const token = await tenantToken(sandbox)
    const { chatId } = (await sandbox.chats())[0] ?? { chatId: '' }
    const fault = { api, times: 2, status: 429, code: 99991400, headers: { 'x-ogw-ratelimit-reset': '1' } }
    const { faultId } = await sandbox.addFault(fault)
    expect((await request(sandbox, 'GET', '/open-apis/bot/v3/info', { token })).status).toBe(200)
    const first = await sendText(sandbox, token, chatId, 'a')
    expect(first).toMatchObject({ status: 429, body: { code: 99991400 } })
    expect(first.headers.get('x-ogw-ratelimit-reset')).toBe('1')
    expect((await sendText(sandbox, token, chatId, 'a')).status).toBe(429)
    expect((await sendText(sandbox, token, chatId, 'a')).status).toBe(200)
    expect(await sandbox.faultCounts()).toEqual([{ ...fault, faultId, happened: 2, armed: false }])
    expect(await sandbox.ledger()).toMatchObject([
      { api, accepted: false, status: 429, code: 99991400 },
      { api, accepted: false, status: 429 },
      { api, accepted: true, status: 200, code: 0 },
    ])
  })

  it('take the connection away before or after the effect', async () => {
    const sandbox = await openSandbox()
    const token = await tenantToken(sandbox)
    const { chatId } = (await sandbox.chats())[0] ?? { chatId: '' }
    await sandbox.addFault({ api, times: 1, drop: 'before' })
    await sandbox.addFault({ api, times: 1, drop: 'after' })
    await expect(sendText(sandbox, token, chatId, 'lost')).rejects.toThrow('fetch failed')
    expect(await sandbox.messages({ chatId })).toEqual([])
    await expect(sendText(sandbox, token, chatId, 'sent')).rejects.toThrow('fetch failed')
    expect(await sandbox.messages({ chatId })).toMatchObject([{ text: 'sent' }])
    expect(await sandbox.ledger()).toMatchObject([{ accepted: true, answered: false }])
  })

  it('answer any body, delay, and end when cleared', async () => {
    const sandbox = await openSandbox()
    await sandbox.addFault({ body: '<html>gateway</html>', status: 502, delayMs: 5 })
    expect(await request(sandbox, 'GET', '/open-apis/bot/v3/info')).toMatchObject({
      status: 502,
      body: '<html>gateway</html>',
    })
    await sandbox.clearFaults()
    expect((await request(sandbox, 'GET', '/open-apis/bot/v3/info')).body.code).toBe(99991661)
  })

  it('can be bound to one app', async () => {
    const sandbox = await openSandbox({ apps: 2 })
    const [one, two] = sandbox.apps
    await sandbox.addFault({ appId: two?.appId ?? '', code: 99991672, msg: 'no scope' })
    expect((await tenantToken(sandbox, one)).startsWith('t-')).toBe(true)
    expect(await tenantToken(sandbox, two)).toBeUndefined()
  })
})

describe('tokens', () => {
  it('are the same while half an hour remains, then new, and both are valid until their own end', async () => {
    const sandbox = await openSandbox()
    const token = await tenantToken(sandbox)
    await sandbox.setClock({ advanceMs: 89 * 60_000 })
    expect(await tenantToken(sandbox)).toBe(token)
    await sandbox.setClock({ advanceMs: 2 * 60_000 })
    const next = await tenantToken(sandbox)
    expect(next).not.toBe(token)
    const codes = async () =>
      Promise.all(
        [token, next].map(
          async (value) => (await request(sandbox, 'GET', '/open-apis/bot/v3/info', { token: value })).body.code,
        ),
      )
    expect(await codes()).toEqual([0, 0])
    await sandbox.setClock({ advanceMs: 30 * 60_000 })
    expect(await codes()).toEqual([99991663, 0])
  })

  it('say the seconds until their end', async () => {
    const sandbox = await openSandbox({ settings: { tokenLifetimeSeconds: 3600 } })
    const app = firstApp(sandbox)
    const ask = async () =>
      (
        await request(sandbox, 'POST', '/open-apis/auth/v3/tenant_access_token/internal', {
          body: { app_id: app.appId, app_secret: app.appSecret },
        })
      ).body.expire
    expect(await ask()).toBe(3600)
    await sandbox.setClock({ advanceMs: 600_000 })
    expect(await ask()).toBeLessThanOrEqual(3000)
  })

  it('can be voided, and a new one is issued after that', async () => {
    const sandbox = await openSandbox()
    const token = await tenantToken(sandbox)
    expect(await sandbox.voidTokens({ appId: firstApp(sandbox).appId })).toEqual({ count: 1 })
    expect((await request(sandbox, 'GET', '/open-apis/bot/v3/info', { token })).body.code).toBe(99991663)
    expect(await tenantToken(sandbox)).not.toBe(token)
  })

  it.each([
    ['an unknown app', { app_id: 'cli_0000000000000000', app_secret: 'x' }, 10003],
    ['a missing secret', { app_id: 'cli_0000000000000000' }, 10003],
  ])('are refused to %s', async (_name, body, code) => {
    const sandbox = await openSandbox()
    const answer = await request(sandbox, 'POST', '/open-apis/auth/v3/tenant_access_token/internal', { body })
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 200, code })
  })

  it('are refused for a wrong secret', async () => {
    const sandbox = await openSandbox()
    const body = { app_id: firstApp(sandbox).appId, app_secret: 'wrong' }
    const answer = await request(sandbox, 'POST', '/open-apis/auth/v3/app_access_token/internal', { body })
    expect(answer.body).toMatchObject({ code: 10014, msg: 'app secret invalid' })
  })
})

describe('contact v3', () => {
  it('tells a user by each kind of id, and names wrong ids by their documented codes', async () => {
    const sandbox = await openSandbox({ apps: [{}, { availableTo: ['alice'] }] })
    const token = await tenantToken(sandbox)
    const alice = sandbox.users.find((user) => user.userId === 'alice')
    const get = async (id: string, type: string, as = token) =>
      (await request(sandbox, 'GET', `/open-apis/contact/v3/users/${id}?user_id_type=${type}`, { token: as })).body
    for (const [id, type] of [
      [alice?.openId, 'open_id'],
      [alice?.unionId, 'union_id'],
      ['alice', 'user_id'],
    ]) {
      expect((await get(id ?? '', type ?? '')).data.user).toMatchObject({ user_id: 'alice', name: 'Alice Martin' })
    }
    expect((await get('ou_1', 'open_id')).code).toBe(99992351)
    expect((await get('on_1', 'union_id')).code).toBe(99992363)
    expect((await get('nobody', 'user_id')).code).toBe(99992360)
    const [, second] = sandbox.apps
    expect((await get(alice?.openIds[second?.appId ?? ''] ?? '', 'open_id')).code).toBe(99992361)
    const other = await tenantToken(sandbox, second)
    expect((await get('linmei', 'user_id', other)).code).toBe(41050)
  })

  it('tells several users at once and leaves out those beyond the scope of the app', async () => {
    const sandbox = await openSandbox({ apps: [{ availableTo: ['alice', 'sunli'] }] })
    const token = await tenantToken(sandbox)
    const ids = ['alice', 'linmei', 'sunli'].map((userId) => `user_ids=${openIdOf(sandbox, userId)}`).join('&')
    const { body } = await request(sandbox, 'GET', `/open-apis/contact/v3/users/batch?${ids}`, { token })
    expect(body.data.items.map((user: { user_id: string }) => user.user_id)).toEqual(['alice', 'sunli'])
  })
})
