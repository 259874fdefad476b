import { startSandbox } from '@larkspur/sandbox'
import { expect, it } from 'vitest'
import type { CallTrace } from '../observe/tracing.ts'
import { traces } from '../observe/tracing.ts'
import { afterTest, appOn, openClient } from '../testing/open-client.ts'

async function openOnSandbox() {
  const sandbox = await startSandbox()
  afterTest(() => sandbox.close())
  const [known] = sandbox.apps
  const [chat] = await sandbox.chats()
  const parts = await openClient(sandbox.url)
  const app = { ...appOn(sandbox.url, known?.appId), secret: () => known?.appSecret ?? '' }
  const client = parts.clients.of(app)
  const send = () =>
    client.request<{ message_id: string }>({
      method: 'POST',
      path: '/open-apis/im/v1/messages',
      query: { receive_id_type: 'chat_id' },
      body: { receive_id: chat?.chatId, msg_type: 'text', content: JSON.stringify({ text: 'Hello' }) },
    })
  return { sandbox, client, send, parts }
}

const tokenApi = 'POST /open-apis/auth/v3/tenant_access_token/internal'

it('loses no call while tokens become void, and fetches one for each that does', async () => {
  const { sandbox, send } = await openOnSandbox()
  await send()
  const voids = 6
  let sent = 0
  for (let round = 0; round < voids; round++) {
    const before = Promise.all(Array.from({ length: 20 }, send))
    await sandbox.voidTokens({})
    const after = Promise.all(Array.from({ length: 20 }, send))
    for (const each of (await Promise.all([before, after])).flat()) {
      expect(each.message_id).toMatch(/^om_/)
      sent += 1
    }
  }
  expect(sent).toBe(voids * 40)
  expect((await sandbox.calls({ api: tokenApi })).length).toBeLessThanOrEqual(1 + voids)
  const effects = await sandbox.ledger({ api: 'POST /open-apis/im/v1/messages', accepted: true })
  expect(effects).toHaveLength(1 + voids * 40)
})

it('sends a message once though its answer was lost', async () => {
  const { sandbox, send } = await openOnSandbox()
  await send()
  await sandbox.addFault({ api: 'POST /open-apis/im/v1/messages', times: 1, drop: 'after' })
  await send()
  const effects = await sandbox.ledger({ api: 'POST /open-apis/im/v1/messages', accepted: true })
  expect(effects.filter(({ repeatOf }) => repeatOf === undefined)).toHaveLength(2)
})

it('tells a tracer and the log of each attempt, without ids, query, body or token', async () => {
  const { client, parts } = await openOnSandbox()
  const seen: CallTrace[] = []
  const subscriber = { start: (trace: unknown) => void seen.push(trace as CallTrace) } as never
  traces.call.subscribe(subscriber)
  afterTest(() => traces.call.unsubscribe(subscriber))
  await client
    .request({
      path: '/open-apis/im/v1/chats/:chat_id',
      params: { chat_id: 'oc_secretChat' },
      query: { user_id_type: 'open_id' },
    })
    .catch(() => {})
  expect(seen).toMatchObject([
    { appId: client.appId, method: 'GET', path: '/open-apis/im/v1/chats/:chat_id', attempt: 1 },
  ])
  const line = parts.lines.find((each) => each.includes('platform call'))
  expect(JSON.parse(line ?? '{}')).toMatchObject({
    api: 'GET /open-apis/im/v1/chats/:chat_id',
    attempt: 1,
    status: 400,
  })
  expect(parts.lines.join('')).not.toMatch(/oc_secretChat|user_id_type|Bearer/)
})
