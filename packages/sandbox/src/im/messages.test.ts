import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { firstApp, openIdOf, openSandbox, request, sendText, tenantToken } from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let token: string
let groupId: string

beforeEach(async () => {
  sandbox = await openSandbox({ apps: [{}, { availableTo: ['alice'] }] })
  token = await tenantToken(sandbox)
  groupId = (await sandbox.chats()).find((chat) => chat.name === 'All hands')?.chatId ?? ''
})

async function create(receiveIdType: string, body: Record<string, unknown>, as = token) {
  const path = `/open-apis/im/v1/messages?receive_id_type=${receiveIdType}`
  return request(sandbox, 'POST', path, { token: as, body })
}

function text(receiveId: string, words = 'hi'): Record<string, unknown> {
  return { receive_id: receiveId, msg_type: 'text', content: JSON.stringify({ text: words }) }
}

describe('sending messages', () => {
  it('reaches a user by each kind of id, always in the same direct chat', async () => {
    const alice = sandbox.users.find((user) => user.userId === 'alice')
    const ids: Record<string, string> = {
      open_id: alice?.openId ?? '',
      union_id: alice?.unionId ?? '',
      user_id: 'alice',
      email: 'alice@larkspur.example',
    }
    const chatIds = new Set<string>()
    for (const [type, id] of Object.entries(ids)) chatIds.add((await create(type, text(id))).body.data.chat_id)
    expect(chatIds.size).toBe(1)
    const [chatId = ''] = chatIds
    expect(await sandbox.messages({ chatId })).toHaveLength(4)
  })

  it.each([
    ['an open_id that is none', 'open_id', 'ou_1', 99992351],
    ['an unknown union_id', 'union_id', 'on_1', 99992363],
    ['an unknown user_id', 'user_id', 'nobody', 99992360],
    ['an unknown e-mail', 'email', 'nobody@larkspur.example', 230034],
    ['an unknown chat', 'chat_id', 'oc_1', 230034],
  ])('refuses %s', async (_name, type, id, code) => {
    expect(await create(type, text(id))).toMatchObject({ status: 400, body: { code } })
  })

  it('refuses chats without the bot, people outside its availability and ids of another app', async () => {
    const other = await tenantToken(sandbox, sandbox.apps[1])
    expect((await create('chat_id', text(groupId), other)).body.code).toBe(230002)
    expect((await create('user_id', text('linmei'), other)).body.code).toBe(230013)
    expect((await create('open_id', text(openIdOf(sandbox, 'alice')), other)).body.code).toBe(99992361)
    expect(await sandbox.ledger()).toMatchObject([{ accepted: false }, { accepted: false }, { accepted: false }])
  })

  it.each([
    ['content that is no JSON', 'text', 'hello', 230001],
    ['content that is no object', 'text', '"hello"', 230001],
    ['text without text', 'text', '{}', 230001],
    ['an unknown type', 'poem', '{"text":"x"}', 230001],
    ['a post without lines', 'post', '{"zh_cn":{"title":"t"}}', 230001],
    ['a post that mentions nobody known', 'post', '{"zh_cn":{"content":[[{"tag":"at","user_id":"ou_1"}]]}}', 230001],
    ['an image that was never uploaded', 'image', '{"image_key":"img_v3_1"}', 230017],
    ['a file without key', 'file', '{}', 230001],
    ['a card template that does not exist', 'interactive', '{"type":"template","data":{"template_id":"a"}}', 230099],
    ['a card entity that does not exist', 'interactive', '{"type":"card","data":{"card_id":"7"}}', 230099],
    ['a card whose elements are none', 'interactive', '{"elements":[null]}', 230099],
    ['an unknown chat to share', 'share_chat', '{"chat_id":"oc_1"}', 230001],
    ['an unknown user to share', 'share_user', '{"user_id":"alice"}', 230001],
    ['a card of an unknown schema', 'interactive', '{"schema":"3.0"}', 230099],
  ])('refuses %s', async (_name, msg_type, content, code) => {
    expect(await create('chat_id', { receive_id: groupId, msg_type, content })).toMatchObject({
      status: 400,
      body: { code },
    })
    expect(await sandbox.messages({ chatId: groupId })).toEqual([])
  })

  it('refuses text over 150 KB and cards over 30 KB', async () => {
    expect((await create('chat_id', text(groupId, 'x'.repeat(150 * 1024)))).body.code).toBe(230025)
    const card = JSON.stringify({ elements: [{ tag: 'markdown', content: 'x'.repeat(30 * 1024) }] })
    const answer = await create('chat_id', { receive_id: groupId, msg_type: 'interactive', content: card })
    expect(answer.body.code).toBe(230025)
    expect((await create('chat_id', text(groupId, 'x'.repeat(140 * 1024)))).body.code).toBe(0)
  })

  it('shares groups and people that the bot knows, and no direct chats', async () => {
    const share = async (msg_type: string, content: Record<string, string>) =>
      (await create('chat_id', { receive_id: groupId, msg_type, content: JSON.stringify(content) })).body.code
    expect(await share('share_chat', { chat_id: groupId })).toBe(0)
    expect(await share('share_user', { user_id: openIdOf(sandbox, 'alice') })).toBe(0)
    const direct = await sandbox.say({ user: 'alice', text: 'hi' })
    expect(await share('share_chat', { chat_id: direct.chatId })).toBe(230015)
  })

  it('turns at tags into placeholders and mentions', async () => {
    const openId = openIdOf(sandbox, 'linmei')
    const words = `<at user_id="${openId}">x</at> and <at user_id="alice"></at>, <b>all</b>: <at user_id="all"></at>`
    const { body } = await create('chat_id', text(groupId, words))
    expect(JSON.parse(body.data.body.content)).toEqual({ text: '@_user_1 and @_user_2, all: @_all' })
    expect(body.data.mentions.slice(0, 2)).toEqual([
      expect.objectContaining({ key: '@_user_1', id: openId, id_type: 'open_id', name: '林梅' }),
      expect.objectContaining({ key: '@_user_2', name: 'Alice Martin' }),
    ])
    expect(await sandbox.messages({ chatId: groupId })).toMatchObject([
      { text: '@林梅 and @Alice Martin, all: @所有人', sender: { type: 'bot', id: firstApp(sandbox).appId } },
    ])
  })

  it('reads posts back without locale and cards as lines, or as they were sent', async () => {
    const post = {
      zh_cn: {
        title: 'T',
        content: [
          [
            { tag: 'text', text: 'a ' },
            { tag: 'at', user_id: 'alice' },
          ],
        ],
      },
    }
    await create('chat_id', { receive_id: groupId, msg_type: 'post', content: JSON.stringify(post) })
    const card = {
      schema: '2.0',
      header: { title: { tag: 'plain_text', content: 'Approval' } },
      body: {
        elements: [
          { tag: 'markdown', content: '**Go?**' },
          { tag: 'button', text: { content: 'Yes' } },
        ],
      },
    }
    const sent = await create('chat_id', {
      receive_id: groupId,
      msg_type: 'interactive',
      content: JSON.stringify(card),
    })
    const [first, second] = await sandbox.messages({ chatId: groupId })
    expect(first?.text).toBe('T\na @Alice Martin')
    expect(JSON.parse(first?.content ?? '')).toMatchObject({ title: 'T', content: [[{}, { user_id: '@_user_1' }]] })
    expect(second?.text).toBe('Approval\n**Go?**\nYes')
    const path = `/open-apis/im/v1/messages/${sent.body.data.message_id}`
    const read = await request(sandbox, 'GET', `${path}?card_msg_content_type=user_card_content`, { token })
    expect(JSON.parse(read.body.data.items[0].body.content)).toEqual(card)
  })
})

describe('a repeated uuid', () => {
  it('answers the first message again for an hour, and has no second effect', async () => {
    const body = { ...text(groupId), uuid: 'same' }
    const first = await create('chat_id', body)
    const second = await create('chat_id', body)
    expect(second.body.data).toEqual(first.body.data)
    await sandbox.setClock({ advanceMs: 59 * 60_000 })
    expect((await create('chat_id', body)).body.data.message_id).toBe(first.body.data.message_id)
    expect(await sandbox.messages({ chatId: groupId })).toHaveLength(1)
    await sandbox.setClock({ advanceMs: 61_000 })
    token = await tenantToken(sandbox)
    expect((await create('chat_id', body)).body.data.message_id).not.toBe(first.body.data.message_id)
    const ledger = await sandbox.ledger()
    expect(ledger.map((entry) => [entry.uuid, entry.accepted, entry.repeatOf])).toEqual([
      ['same', true, undefined],
      ['same', false, ledger[0]?.seq],
      ['same', false, ledger[0]?.seq],
      ['same', true, undefined],
    ])
    expect(new Set(ledger.map((entry) => entry.contentHash)).size).toBe(1)
    expect(ledger[0]?.fields).toEqual({
      receive_id: groupId,
      chat_id: groupId,
      message_id: first.body.data.message_id,
    })
  })

  it('means nothing for another receiver or another app', async () => {
    await create('chat_id', { ...text(groupId), uuid: 'same' })
    await create('user_id', { ...text('alice'), uuid: 'same' })
    const other = await tenantToken(sandbox, sandbox.apps[1])
    await create('user_id', { ...text('alice'), uuid: 'same' }, other)
    expect(await sandbox.ledger({ accepted: true })).toHaveLength(3)
  })
})

describe('replies', () => {
  it('know their parent and the root of the chain, and open a thread when asked', async () => {
    const said = await sandbox.say({ user: 'alice', to: groupId, text: 'root' })
    const reply = async (messageId: string, more = {}) => {
      const path = `/open-apis/im/v1/messages/${messageId}/reply`
      const content = JSON.stringify({ text: 'reply' })
      return (await request(sandbox, 'POST', path, { token, body: { msg_type: 'text', content, ...more } })).body
    }
    const first = (await reply(said.messageId)).data
    expect(first).toMatchObject({ parent_id: said.messageId, root_id: said.messageId })
    expect(first.thread_id).toBeUndefined()
    const second = (await reply(first.message_id, { reply_in_thread: true })).data
    expect(second).toMatchObject({ parent_id: first.message_id, root_id: said.messageId })
    expect(second.thread_id).toMatch(/^omt_/)
    const path = `/open-apis/im/v1/messages?container_id_type=thread&container_id=${second.thread_id}`
    const thread = await request(sandbox, 'GET', path, { token })
    expect(thread.body.data.items).toHaveLength(2)
    expect((await reply('om_nothing')).code).toBe(99992354)
    expect((await reply(said.messageId, { uuid: 'u' })).data.message_id).toBe(
      (await reply(said.messageId, { uuid: 'u' })).data.message_id,
    )
  })
})

describe('the history of a chat', () => {
  it('comes in pages, in both directions, and within a time range', async () => {
    for (let index = 0; index < 5; index += 1) await sendText(sandbox, token, groupId, `text ${index}`)
    const list = async (query: string) => {
      const path = `/open-apis/im/v1/messages?container_id_type=chat&container_id=${groupId}&${query}`
      const { body } = await request(sandbox, 'GET', path, { token })
      return { ...body.data, code: body.code, texts: body.data?.items.map((item: never) => contentText(item)) }
    }
    const first = await list('page_size=2')
    expect(first).toMatchObject({ texts: ['text 0', 'text 1'], has_more: true })
    const second = await list(`page_size=3&page_token=${first.page_token}`)
    expect(second).toMatchObject({ texts: ['text 2', 'text 3', 'text 4'], has_more: false, page_token: '' })
    expect((await list('sort_type=ByCreateTimeDesc&page_size=1')).texts).toEqual(['text 4'])
    const now = Math.floor(Date.now() / 1000)
    expect((await list(`start_time=${now + 60}`)).texts).toEqual([])
    expect((await list(`start_time=${now - 60}&end_time=${now + 60}`)).texts).toHaveLength(5)
    expect((await list('page_token=%21%21')).code).toBe(230001)
  })

  it('is closed to bots outside the chat', async () => {
    const other = await tenantToken(sandbox, sandbox.apps[1])
    const path = `/open-apis/im/v1/messages?container_id_type=chat&container_id=${groupId}`
    expect((await request(sandbox, 'GET', path, { token: other })).body.code).toBe(230002)
    const { body } = await sendText(sandbox, token, groupId, 'secret')
    const one = `/open-apis/im/v1/messages/${body.data.message_id}`
    expect((await request(sandbox, 'GET', one, { token: other })).body.code).toBe(230002)
  })

  it('forgets its oldest messages past the retention', async () => {
    const small = await openSandbox({ retention: { messages: 20 } })
    const { chatId } = await small.say({ user: 'alice', text: 'first' })
    for (let index = 0; index < 60; index += 1) await small.say({ user: 'alice', text: String(index) })
    const kept = await small.messages({ chatId })
    expect(kept.length).toBeLessThanOrEqual(41)
    expect(kept.at(-1)?.text).toBe('59')
  })
})

function contentText(item: { body: { content: string } }): string {
  return JSON.parse(item.body.content).text
}
