import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import {
  envelopeOf,
  openIdOf,
  openSandbox,
  request,
  sendText,
  tenantToken,
  WireClient,
} from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let token: string
let other: string
let groupId: string
const messages = '/open-apis/im/v1/messages'
const dayMs = 24 * 3_600_000

beforeEach(async () => {
  sandbox = await openSandbox({ apps: 2, settings: { tokenLifetimeSeconds: 10 ** 8 } })
  token = await tenantToken(sandbox)
  other = await tenantToken(sandbox, sandbox.apps[1])
  groupId = (await sandbox.chats()).find((chat) => chat.name === 'All hands')?.chatId ?? ''
})

async function call(method: string, path: string, body?: unknown, as = token) {
  return (await request(sandbox, method, path, { token: as, body })).body
}

async function sent(text = 'hi'): Promise<string> {
  return (await sendText(sandbox, token, groupId, text)).body.data.message_id
}

async function send(msg_type: string, content: unknown): Promise<string> {
  const body = { receive_id: groupId, msg_type, content: JSON.stringify(content) }
  return (await call('POST', `${messages}?receive_id_type=chat_id`, body)).data.message_id
}

/** What the first app's bot is pushed, acknowledged as it comes. */
async function listen(): Promise<() => { type: string; event: Record<string, unknown> }[]> {
  const client = await WireClient.connect(sandbox)
  client.socket.on('message', () => {
    const frame = client.data.at(-1)
    if (frame) client.ack(frame)
  })
  return () =>
    client.data.map((frame) => ({ type: envelopeOf(frame).header.event_type, event: envelopeOf(frame).event }))
}

describe('editing', () => {
  const edit = (messageId: string, text: string, as = token) =>
    call('PUT', `${messages}/${messageId}`, { msg_type: 'text', content: JSON.stringify({ text }) }, as)

  it('replaces the text, marks the message and is refused after the twentieth time', async () => {
    const messageId = await sent()
    expect((await edit(messageId, 'edit 1')).data).toMatchObject({
      updated: true,
      body: { content: '{"text":"edit 1"}' },
    })
    for (let count = 2; count <= 20; count += 1) await edit(messageId, `edit ${count}`)
    expect((await edit(messageId, 'edit 21')).code).toBe(230072)
    expect(await sandbox.messages({ chatId: groupId })).toMatchObject([{ text: 'edit 20', updated: true }])
  })

  it('is refused for cards, for messages of others and for recalled ones', async () => {
    const card = await send('interactive', { elements: [] })
    const said = await sandbox.say({ user: 'alice', to: groupId, text: 'mine' })
    expect((await edit(card, 'x')).code).toBe(230054)
    expect((await edit(said.messageId, 'x')).code).toBe(230071)
    expect((await edit('om_1', 'x')).code).toBe(99992354)
    expect((await edit(await sent(), 'x', other)).code).toBe(230002)
    const recalled = await sent()
    await call('DELETE', `${messages}/${recalled}`)
    expect((await edit(recalled, 'x')).code).toBe(230011)
    const interactive = { msg_type: 'interactive', content: '{}' }
    expect((await call('PUT', `${messages}/${card}`, interactive)).code).toBe(230001)
  })
})

describe('edits of people', () => {
  it('replace own texts and rich texts up to twenty times, and no event tells', async () => {
    const heard = await listen()
    const { messageId, chatId } = await sandbox.say({ user: 'alice', text: 'first' })
    await sandbox.edit({ user: 'alice', messageId, text: 'hi @刘洋', mentions: ['liuyang'] })
    expect((await call('GET', `${messages}/${messageId}`)).data.items[0]).toMatchObject({
      updated: true,
      body: { content: '{"text":"hi @_user_1"}' },
      mentions: [{ key: '@_user_1', id: openIdOf(sandbox, 'liuyang') }],
    })
    const content = { title: '', content: [[{ tag: 'text', text: 'rich' }]] }
    for (let edits = 1; edits < 20; edits += 1) {
      await sandbox.edit({ user: 'alice', messageId, messageType: 'post', content })
    }
    await expect(sandbox.edit({ user: 'alice', messageId, text: 'more' })).rejects.toThrow('edited 20 times')
    expect(await sandbox.messages({ chatId })).toMatchObject([{ messageType: 'post', text: 'rich', updated: true }])
    await sandbox.waitForDeliveries()
    expect(heard().map(({ type }) => type)).toEqual(['im.message.receive_v1'])
  })

  it('are refused for messages of others, other types and what was recalled', async () => {
    const { messageId, chatId } = await sandbox.say({ user: 'alice', to: groupId, text: 'mine' })
    await expect(sandbox.edit({ user: 'tomas', messageId, text: 'x' })).rejects.toThrow('is not from tomas')
    const image = { user: 'alice', to: chatId, messageType: 'image', content: { image_key: 'img_v3_1' } }
    const sent = await sandbox.say(image)
    await expect(sandbox.edit({ user: 'alice', messageId: sent.messageId, text: 'x' })).rejects.toThrow(
      'of type "image"',
    )
    await sandbox.recall({ user: 'alice', messageId })
    await expect(sandbox.edit({ user: 'alice', messageId, text: 'x' })).rejects.toThrow('recalled')
  })
})

describe('recalling', () => {
  it('leaves a message without words, tells the bots, and ends all that could be done with it', async () => {
    const pushed = await listen()
    const messageId = await sent('secret')
    expect(await call('DELETE', `${messages}/${messageId}`)).toMatchObject({ code: 0 })
    await sandbox.waitForDeliveries()
    expect(pushed()).toEqual([
      {
        type: 'im.message.recalled_v1',
        event: {
          message_id: messageId,
          chat_id: groupId,
          recall_time: expect.any(String),
          recall_type: 'message_owner',
        },
      },
    ])
    const read = await call('GET', `${messages}/${messageId}`)
    expect(read.data.items[0]).toMatchObject({ deleted: true, body: { content: 'This message was recalled' } })
    expect((await call('DELETE', `${messages}/${messageId}`)).code).toBe(230110)
    const reply = { msg_type: 'text', content: '{"text":"x"}' }
    expect((await call('POST', `${messages}/${messageId}/reply`, reply)).code).toBe(230011)
    expect((await call('POST', '/open-apis/im/v1/pins', { message_id: messageId })).code).toBe(230011)
    expect(await sandbox.ledger({ api: `DELETE ${messages}/:message_id`, accepted: true })).toHaveLength(1)
  })

  it('is for the sender alone', async () => {
    const said = await sandbox.say({ user: 'alice', to: groupId, text: 'mine' })
    expect((await call('DELETE', `${messages}/${said.messageId}`)).code).toBe(230026)
    await expect(sandbox.recall({ user: 'linmei', messageId: said.messageId })).rejects.toThrow('not from linmei')
    expect((await sandbox.recall({ user: 'alice', messageId: said.messageId })).eventIds).toHaveLength(1)
    await expect(sandbox.recall({ user: 'alice', messageId: said.messageId })).rejects.toThrow('it was recalled')
  })
})

describe('updating a card', () => {
  const shared = (text: string) => ({ config: { update_multi: true }, elements: [{ tag: 'markdown', content: text }] })
  const patch = (messageId: string, card: unknown) =>
    call('PATCH', `${messages}/${messageId}`, { content: JSON.stringify(card) })

  it('replaces a shared card of either schema', async () => {
    const first = await send('interactive', shared('before'))
    expect((await patch(first, shared('after'))).code).toBe(0)
    const second = await send('interactive', { schema: '2.0', body: { elements: [] } })
    const after = { schema: '2.0', body: { elements: [{ tag: 'markdown', content: 'now' }] } }
    expect((await patch(second, after)).code).toBe(0)
    const seen = await sandbox.messages({ chatId: groupId })
    expect(seen.map(({ text, updated }) => [text, updated])).toEqual([
      ['after', true],
      ['now', true],
    ])
    expect(JSON.parse(seen[1]?.card ?? '')).toEqual(after)
  })

  it('is refused without update_multi, for other types, after 14 days and for broken cards', async () => {
    const alone = await send('interactive', { elements: [] })
    const card = await send('interactive', shared('x'))
    expect((await patch(alone, shared('x'))).code).toBe(230099)
    expect((await patch(card, { elements: [] })).code).toBe(230099)
    expect((await patch(card, { schema: '3.0' })).code).toBe(230099)
    expect((await patch(await sent(), shared('x'))).code).toBe(230001)
    expect((await patch(card, shared('x'.repeat(31 * 1024)))).code).toBe(230025)
    await sandbox.setClock({ advanceMs: 14 * dayMs + 1000 })
    expect((await patch(card, shared('x'))).code).toBe(230031)
  })
})

describe('reactions', () => {
  const reactions = (messageId: string) => `${messages}/${messageId}/reactions`

  it('come and go, with their events, from bots and people', async () => {
    const pushed = await listen()
    const messageId = await sent()
    const body = { reaction_type: { emoji_type: 'THUMBSUP' } }
    const created = (await call('POST', reactions(messageId), body)).data
    expect(created).toMatchObject({ operator: { operator_type: 'app' }, reaction_type: { emoji_type: 'THUMBSUP' } })
    expect((await call('POST', reactions(messageId), body)).data.reaction_id).toBe(created.reaction_id)
    await sandbox.react({ user: 'alice', messageId, emojiType: 'OK' })
    const listed = (await call('GET', `${reactions(messageId)}?reaction_type=OK`)).data
    expect(listed.items).toMatchObject([
      { operator: { operator_id: openIdOf(sandbox, 'alice'), operator_type: 'user' } },
    ])
    expect((await call('DELETE', `${reactions(messageId)}/${listed.items[0].reaction_id}`)).code).toBe(231007)
    await sandbox.unreact({ user: 'alice', messageId, emojiType: 'OK' })
    expect((await call('DELETE', `${reactions(messageId)}/${created.reaction_id}`)).code).toBe(0)
    expect((await call('GET', reactions(messageId))).data.items).toEqual([])
    await sandbox.waitForDeliveries()
    expect(pushed().map(({ type, event }) => [type, event.operator_type])).toEqual([
      ['im.message.reaction.created_v1', 'app'],
      ['im.message.reaction.created_v1', 'user'],
      ['im.message.reaction.deleted_v1', 'user'],
      ['im.message.reaction.deleted_v1', 'app'],
    ])
    expect(pushed()[1]?.event).toEqual({
      message_id: messageId,
      reaction_type: { emoji_type: 'OK' },
      operator_type: 'user',
      user_id: { open_id: openIdOf(sandbox, 'alice'), union_id: expect.any(String), user_id: 'alice' },
      action_time: expect.any(String),
    })
  })

  it('are refused with the documented codes', async () => {
    const messageId = await sent()
    const add = async (id: string, emoji_type: string, as = token) =>
      (await call('POST', reactions(id), { reaction_type: { emoji_type } }, as)).code
    expect(await add(messageId, 'no emoji!')).toBe(231001)
    expect(await add(messageId, 'OK', other)).toBe(231002)
    expect((await call('POST', reactions(messageId), {})).code).toBe(99992402)
    const { reaction_id } = (await call('POST', reactions(messageId), { reaction_type: { emoji_type: 'OK' } })).data
    expect((await call('DELETE', `${reactions(messageId)}/none`)).code).toBe(231011)
    expect((await call('DELETE', `${reactions(await sent())}/${reaction_id}`)).code).toBe(231010)
    await call('DELETE', `${messages}/${messageId}`)
    expect(await add(messageId, 'OK')).toBe(231003)
    await expect(sandbox.react({ user: 'alice', messageId: await sent(), emojiType: 'a b' })).rejects.toThrow(
      'no emoji',
    )
    await expect(sandbox.unreact({ user: 'alice', messageId: await sent(), emojiType: 'OK' })).rejects.toThrow('has no')
  })
})

describe('readers', () => {
  it('are told to the sender for seven days, and pushed from direct chats', async () => {
    const pushed = await listen()
    const { chatId } = await sandbox.say({ user: 'alice', text: 'hi' })
    const { body } = await sendText(sandbox, token, chatId, 'hello')
    const messageId = body.data.message_id
    await sandbox.read({ user: 'alice', chatId })
    expect((await sandbox.read({ user: 'alice', chatId })).eventIds).toEqual([])
    await sandbox.waitForDeliveries()
    expect(pushed().at(-1)).toMatchObject({
      type: 'im.message.message_read_v1',
      event: { reader: { reader_id: { user_id: 'alice' } }, message_id_list: [messageId] },
    })
    const readers = `${messages}/${messageId}/read_users?user_id_type=user_id`
    expect((await call('GET', readers)).data.items).toMatchObject([{ user_id: 'alice', user_id_type: 'user_id' }])
    const said = await sandbox.say({ user: 'alice', to: chatId, text: 'x' })
    expect((await call('GET', `${messages}/${said.messageId}/read_users?user_id_type=user_id`)).code).toBe(230012)
    await sandbox.setClock({ advanceMs: 7 * dayMs + 1000 })
    expect((await call('GET', readers)).code).toBe(230033)
  })
})

describe('pins, forwards and urgent messages', () => {
  it('pin a message once, list pins and take them away', async () => {
    const messageId = await sent()
    const pinned = await call('POST', '/open-apis/im/v1/pins', { message_id: messageId })
    expect(pinned.data.pin).toMatchObject({ message_id: messageId, operator_id_type: 'app_id' })
    expect((await call('GET', `/open-apis/im/v1/pins?chat_id=${groupId}`)).data.items).toEqual([pinned.data.pin])
    expect((await call('GET', `/open-apis/im/v1/pins?chat_id=${groupId}&start_time=x`)).code).toBe(230001)
    expect((await call('GET', `/open-apis/im/v1/pins?chat_id=${groupId}`, undefined, other)).code).toBe(230002)
    await call('DELETE', `/open-apis/im/v1/pins/${messageId}`)
    expect((await call('GET', `/open-apis/im/v1/pins?chat_id=${groupId}`)).data.items).toEqual([])
  })

  it('forward a message to a chat or into a thread, once for each uuid', async () => {
    const messageId = await sent('pass it on')
    const forward = (receive_id: string, query: string) =>
      call('POST', `${messages}/${messageId}/forward?${query}`, { receive_id })
    const copy = (await forward('alice', 'receive_id_type=user_id&uuid=once')).data
    expect(copy).toMatchObject({ msg_type: 'text', body: { content: '{"text":"pass it on"}' } })
    expect((await forward('alice', 'receive_id_type=user_id&uuid=once')).data.message_id).toBe(copy.message_id)
    const reply = { msg_type: 'text', content: '{"text":"x"}', reply_in_thread: true }
    const { thread_id } = (await call('POST', `${messages}/${messageId}/reply`, reply)).data
    expect((await forward(thread_id, 'receive_id_type=thread_id')).data.thread_id).toBe(thread_id)
    expect((await forward('omt_1', 'receive_id_type=thread_id')).code).toBe(230019)
    await call('DELETE', `${messages}/${messageId}`)
    expect((await forward('alice', 'receive_id_type=user_id')).code).toBe(230065)
  })

  it('call for attention of members, and name the others', async () => {
    const { chatId } = await sandbox.say({ user: 'alice', text: 'hi' })
    const { body } = await sendText(sandbox, token, chatId, 'now!')
    const urgent = (ids: string[]) =>
      call('PATCH', `${messages}/${body.data.message_id}/urgent_app?user_id_type=user_id`, { user_id_list: ids })
    expect((await urgent(['alice', 'linmei'])).data).toEqual({ invalid_user_id_list: ['linmei'] })
    expect((await urgent([])).code).toBe(230001)
    expect((await urgent(['nobody'])).code).toBe(99992360)
  })
})
