import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { firstApp, openIdOf, openSandbox, request, tenantToken } from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let token: string

beforeEach(async () => {
  sandbox = await openSandbox({ apps: [{ availableTo: ['alice', 'tomas', 'sunli'] }, {}] })
  token = await tenantToken(sandbox)
})

async function call(method: string, path: string, body?: unknown, as = token) {
  const { status, body: answer } = await request(sandbox, method, `/open-apis/${path}`, {
    token: as,
    ...(body ? { body } : {}),
  })
  return { status, code: answer.code, data: answer.data }
}

const batchSend = (body: Record<string, unknown>) => call('POST', 'message/v4/batch_send/', body)
async function directMessages() {
  const direct = (await sandbox.chats()).filter(({ type }) => type === 'p2p')
  return (await Promise.all(direct.map(({ chatId }) => sandbox.messages({ chatId })))).flat()
}

const text = { msg_type: 'text', content: { text: 'news' } }

describe('batch messages', () => {
  it('reach the people of all lists once, and tell which ids stand for nobody', async () => {
    const sent = await batchSend({
      ...text,
      department_ids: ['sales', 'moon', '0'],
      open_ids: [openIdOf(sandbox, 'alice'), 'ou_1'],
      user_ids: ['tomas'],
      union_ids: ['on_1'],
    })
    expect(sent).toMatchObject({
      status: 200,
      data: {
        message_id: expect.stringMatching(/^bm-[0-9a-f]{32}$/),
        invalid_department_ids: ['moon', '0'],
        invalid_open_ids: ['ou_1'],
        invalid_user_ids: [],
        invalid_union_ids: ['on_1'],
      },
    })
    const messages = await directMessages()
    expect(messages.map(({ messageType, text }) => [messageType, text])).toEqual(Array(3).fill(['text', 'news']))
    const [first] = messages
    await sandbox.read({ user: 'sunli', chatId: first?.chatId ?? '' })
    const path = `im/v1/batch_messages/${sent.data.message_id}`
    expect((await call('GET', `${path}/get_progress`)).data).toEqual({
      batch_message_send_progress: { valid_user_ids_count: 4, success_user_ids_count: 3, read_user_ids_count: 1 },
      batch_message_recall_progress: { recall: false, recall_count: 0 },
    })
    expect((await call('GET', `${path}/read_user`)).data).toEqual({ read_user: { read_count: '1', total_count: '3' } })
  })

  it('are recalled as a whole, by their app alone', async () => {
    const sent = await batchSend({ ...text, user_ids: ['alice', 'tomas'] })
    const path = `im/v1/batch_messages/${sent.data.message_id}`
    const other = await tenantToken(sandbox, sandbox.apps[1])
    expect((await call('DELETE', path, undefined, other)).code).toBe(230026)
    expect((await call('GET', `${path}/read_user`, undefined, other)).code).toBe(230012)
    expect((await call('DELETE', path)).code).toBe(0)
    expect((await directMessages()).map(({ deleted }) => deleted)).toEqual([true, true])
    expect((await call('GET', `${path}/get_progress`)).data.batch_message_recall_progress).toEqual({
      recall: true,
      recall_count: 2,
    })
    expect((await call('GET', 'im/v1/batch_messages/bm-1/read_user')).code).toBe(230030)
    await sandbox.setClock({ advanceMs: 31 * 24 * 3_600_000 })
    token = await tenantToken(sandbox)
    expect((await call('GET', `${path}/get_progress`)).code).toBe(230030)
  })

  it('may be posts, chats and cards', async () => {
    const groupId = (await sandbox.chats()).find((chat) => chat.appIds.includes(firstApp(sandbox).appId))?.chatId
    const post = { zh_cn: { title: 'T', content: [[{ tag: 'text', text: 'x' }]] } }
    const card = { elements: [{ tag: 'hr' }] }
    const user_ids = ['alice']
    expect((await batchSend({ msg_type: 'post', content: { post }, user_ids })).code).toBe(0)
    expect((await batchSend({ msg_type: 'share_chat', content: { share_chat_id: groupId }, user_ids })).code).toBe(0)
    expect((await batchSend({ msg_type: 'interactive', card, user_ids })).code).toBe(0)
    const types = (await directMessages()).map(({ messageType }) => messageType)
    expect(types).toEqual(['post', 'share_chat', 'interactive'])
  })

  it.each([
    ['nobody is meant', text, 10003],
    ['a list is too long', { ...text, user_ids: Array(201).fill('alice') }, 10003],
    ['the content is missing', { msg_type: 'text', user_ids: ['alice'] }, 10003],
    ['the type is another', { ...text, msg_type: 'file', user_ids: ['alice'] }, 10003],
    ['the image is unknown', { msg_type: 'image', content: { image_key: 'img_1' }, user_ids: ['alice'] }, 11227],
    ['the chat is unknown', { msg_type: 'share_chat', content: { share_chat_id: 'oc' }, user_ids: ['alice'] }, 11231],
    ['the post is none', { msg_type: 'post', content: {}, user_ids: ['alice'] }, 11246],
  ])('are refused when %s', async (_case, body, code) => {
    expect(await batchSend(body)).toMatchObject({ status: 200, code })
    expect(await directMessages()).toEqual([])
  })
})
