import { expect, it } from 'vitest'
import { openSandbox, request, sendText, tenantToken } from './testing/open-sandbox.ts'

const slow = 1 / 1000

it('answers 429 with the documented headers past the calls of a second, for each app and API alone', async () => {
  const sandbox = await openSandbox({ apps: 2, clockScale: slow, settings: { callsPerSecond: 3 } })
  const [token, other] = [await tenantToken(sandbox), await tenantToken(sandbox, sandbox.apps[1])]
  const info = (as: string) => request(sandbox, 'GET', '/open-apis/bot/v3/info', { token: as })
  for (let count = 0; count < 3; count += 1) expect((await info(token)).status).toBe(200)
  const refused = await info(token)
  expect(refused).toMatchObject({ status: 429, body: { code: 99991400 } })
  expect(refused.headers.get('x-ogw-ratelimit-limit')).toBe('3')
  expect(refused.headers.get('x-ogw-ratelimit-reset')).toBe('1')
  expect((await info(other)).status).toBe(200)
  expect((await request(sandbox, 'GET', '/open-apis/im/v1/chats', { token })).status).toBe(200)
  await sandbox.setClock({ advanceMs: 1000 })
  expect((await info(token)).status).toBe(200)
  expect((await sandbox.calls({ api: 'GET /open-apis/bot/v3/info' })).map(({ status }) => status)).toContain(429)
})

it('refuses messages past five a second to one chat, whichever bot sends them, without headers', async () => {
  const sandbox = await openSandbox({ apps: 2, clockScale: slow, settings: { messagesPerSecond: 5 } })
  const [token, other] = [await tenantToken(sandbox), await tenantToken(sandbox, sandbox.apps[1])]
  const apps = sandbox.apps.map(({ appId }) => appId)
  const { chatId } = await sandbox.createChat({ name: 'Busy', users: ['alice'], apps })
  for (let count = 0; count < 5; count += 1) {
    expect((await sendText(sandbox, count % 2 ? token : other, chatId, 'hi')).body.code).toBe(0)
  }
  const refused = await sendText(sandbox, token, chatId, 'hi')
  expect(refused).toMatchObject({ status: 400, body: { code: 230020 } })
  expect(refused.headers.get('x-ogw-ratelimit-limit')).toBeNull()
  expect(await sandbox.ledger({ accepted: true })).toHaveLength(5)
  expect(await sandbox.messages({ chatId })).toHaveLength(5)
  await sandbox.setClock({ advanceMs: 1000 })
  expect((await sendText(sandbox, token, chatId, 'hi')).body.code).toBe(0)
})

it('limits nothing until it is asked to', async () => {
  const sandbox = await openSandbox({ clockScale: slow })
  const token = await tenantToken(sandbox)
  const { chatId } = await sandbox.say({ user: 'alice', text: 'hi' })
  for (let count = 0; count < 60; count += 1) {
    expect((await sendText(sandbox, token, chatId, 'hi')).body.code).toBe(0)
  }
})

it('limits each API as documented, by the second and by the minute', async () => {
  const sandbox = await openSandbox({ clockScale: slow, settings: { callLimits: 'documented' } })
  const token = await tenantToken(sandbox)
  const base = (await sandbox.documents()).find(({ type }) => type === 'bitable')?.token
  const tables = () => request(sandbox, 'GET', `/open-apis/bitable/v1/apps/${base}/tables`, { token })
  const create = () => request(sandbox, 'POST', '/open-apis/sheets/v3/spreadsheets', { token, body: {} })
  for (let count = 0; count < 20; count += 1) {
    expect([(await tables()).status, (await create()).status]).toEqual([200, 200])
  }
  expect((await tables()).headers.get('x-ogw-ratelimit-limit')).toBe('20')
  const refused = await create()
  expect(refused).toMatchObject({ status: 429, body: { code: 99991400 } })
  expect(Number(refused.headers.get('x-ogw-ratelimit-reset'))).toBeGreaterThan(55)
  await sandbox.setClock({ advanceMs: 1000 })
  expect([(await tables()).status, (await create()).status]).toEqual([200, 429])
})
