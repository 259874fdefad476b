import { EventDispatcher, WSClient } from '@larksuiteoapi/node-sdk'
import { describe, expect, it } from 'vitest'
import type { Sandbox } from './start-sandbox.ts'
import { afterTest, apiClient, firstApp, openSandbox, silent } from './testing/open-sandbox.ts'

async function startClient(sandbox: Sandbox, handlers: Record<string, (data: never) => unknown>): Promise<WSClient> {
  const { appId, appSecret } = firstApp(sandbox)
  const client = new WSClient({ appId, appSecret, domain: sandbox.url, logger: silent })
  afterTest(() => client.close({ force: true }))
  await client.start({ eventDispatcher: new EventDispatcher({ logger: silent }).register(handlers) })
  await sandbox.waitForLinks()
  return client
}

describe('the official node SDK on the sandbox', () => {
  it('receives what a user says and replies to it', async () => {
    const sandbox = await openSandbox()
    const client = apiClient(sandbox)
    await startClient(sandbox, {
      'im.message.receive_v1': async (data: { message: { message_id: string; content: string } }) => {
        const { text } = JSON.parse(data.message.content)
        await client.im.v1.message.reply({
          path: { message_id: data.message.message_id },
          data: { msg_type: 'text', content: JSON.stringify({ text: `you said ${text}` }) },
        })
      },
    })
    const said = await sandbox.say({ user: 'alice', text: 'hello' })
    const reply = await sandbox.waitForMessage({ chatId: said.chatId, afterSeq: said.seq, sender: 'bot' })
    expect(reply).toMatchObject({ text: 'you said hello', parentId: said.messageId })
    expect(await sandbox.waitForDeliveries()).toEqual({ acked: 1, givenUp: 0 })
    const [link] = await sandbox.links()
    expect(link?.pings).toBeGreaterThan(0)
  })

  it('sends messages, reads them back and lists the chat', async () => {
    const sandbox = await openSandbox()
    const client = apiClient(sandbox)
    const [user] = sandbox.users
    const sent = await client.im.v1.message.create({
      params: { receive_id_type: 'open_id' },
      data: { receive_id: user?.openId ?? '', msg_type: 'text', content: '{"text":"good morning"}' },
    })
    expect(sent).toMatchObject({ code: 0, data: { msg_type: 'text', body: { content: '{"text":"good morning"}' } } })
    const { message_id = '', chat_id = '' } = sent.data ?? {}
    const read = await client.im.v1.message.get({ path: { message_id } })
    expect(read.data?.items).toHaveLength(1)
    const listed = await client.im.v1.message.list({ params: { container_id_type: 'chat', container_id: chat_id } })
    expect(listed.data?.items?.map((item) => item.message_id)).toEqual([message_id])
  })

  it('puts chunks together', async () => {
    const sandbox = await openSandbox({ settings: { chunks: 4 } })
    const texts: string[] = []
    await startClient(sandbox, {
      'im.message.receive_v1': (data: { message: { content: string } }) => {
        texts.push(JSON.parse(data.message.content).text)
      },
    })
    await sandbox.say({ user: 'alice', text: 'long enough for four chunks, 翠雀花' })
    await sandbox.waitForDeliveries()
    expect(texts).toEqual(['long enough for four chunks, 翠雀花'])
  })

  it('asks for contacts, chats and members through its typed client', async () => {
    const sandbox = await openSandbox()
    const client = apiClient(sandbox)
    const user_id = sandbox.users[0]?.openId ?? ''
    const user = await client.contact.v3.user.get({ path: { user_id }, params: { user_id_type: 'open_id' } })
    expect(user.data?.user?.name).toBe(sandbox.users[0]?.name)
    const users = await client.contact.v3.user.batch({ params: { user_ids: sandbox.users.map((one) => one.openId) } })
    expect(users.data?.items).toHaveLength(sandbox.users.length)
    const chat = await client.im.v1.chat.create({ data: { name: 'made by the SDK', user_id_list: [user_id] } })
    const members = await client.im.v1.chatMembers.get({ path: { chat_id: chat.data?.chat_id ?? '' } })
    expect(members.data?.items?.map((member) => member.member_id)).toEqual([user_id])
  })

  it('connects again after each way of losing its link', async () => {
    const sandbox = await openSandbox({
      settings: { clientConfig: { ReconnectCount: -1, ReconnectInterval: 1, ReconnectNonce: 0, PingInterval: 120 } },
    })
    await startClient(sandbox, { 'im.message.receive_v1': () => {} })
    for (const how of ['close', 'end', 'reset'] as const) {
      await sandbox.dropLinks({ how })
      await sandbox.waitForLinks({ count: 0 })
      await sandbox.waitForLinks()
    }
    await sandbox.say({ user: 'alice', text: 'still there?' })
    expect(await sandbox.waitForDeliveries()).toEqual({ acked: 1, givenUp: 0 })
  })

  it('hears of a wrong secret', async () => {
    const sandbox = await openSandbox()
    const { appId } = firstApp(sandbox)
    const error = await new Promise<Error>((resolve) => {
      const client = new WSClient({ appId, appSecret: 'no', domain: sandbox.url, logger: silent, onError: resolve })
      afterTest(() => client.close({ force: true }))
      void client.start({ eventDispatcher: new EventDispatcher({ logger: silent }) })
    })
    expect(error.message).toContain('1000040345')
  })

  it('answers a card action with what the handler returned', async () => {
    const sandbox = await openSandbox()
    await startClient(sandbox, { 'card.action.trigger': () => ({ toast: { type: 'info', content: 'done' } }) })
    const result = await sandbox.pushCallback({
      appId: firstApp(sandbox).appId,
      eventType: 'card.action.trigger',
      event: { operator: {}, token: 'c-1', action: { tag: 'button', value: {} }, host: 'im_message', context: {} },
    })
    expect(result).toMatchObject({ outcome: 'answered', response: { toast: { type: 'info', content: 'done' } } })
  })

  it('pushes again by the ladder when the handler throws, with the same event id', async () => {
    const sandbox = await openSandbox()
    const ids: string[] = []
    await startClient(sandbox, {
      'im.message.receive_v1': (data: { event_id: string }) => {
        ids.push(data.event_id)
        if (ids.length < 3) throw new Error('not yet')
      },
    })
    const said = await sandbox.say({ user: 'alice', text: 'again' })
    await expect
      .poll(async () => {
        await sandbox.repushNow()
        return ids.length
      })
      .toBe(3)
    await sandbox.waitForDeliveries()
    expect(new Set(ids)).toEqual(new Set(said.eventIds))
    expect(await sandbox.deliveries()).toMatchObject([
      { state: 'acked', attempts: 3, failures: ['refused', 'refused'] },
    ])
  })
})
