import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { firstApp, openIdOf, openSandbox, request, tenantToken } from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let token: string

beforeEach(async () => {
  sandbox = await openSandbox({ apps: 2 })
  token = await tenantToken(sandbox)
})

async function api(method: string, path: string, body?: unknown, as = token) {
  return (await request(sandbox, method, `/open-apis/im/v1/chats${path}`, { token: as, ...(body ? { body } : {}) }))
    .body
}

describe('chats', () => {
  it('are created with owner, members and bots, and told with their counts', async () => {
    const [, second] = sandbox.apps
    const created = await api('POST', '', {
      name: '发布群',
      owner_id: openIdOf(sandbox, 'linmei'),
      user_id_list: [openIdOf(sandbox, 'alice')],
      bot_id_list: [second?.appId],
    })
    expect(created.data).toMatchObject({ name: '发布群', owner_id: openIdOf(sandbox, 'linmei'), chat_mode: 'group' })
    const told = await api('GET', `/${created.data.chat_id}`)
    expect(told.data).toMatchObject({ user_count: '2', bot_count: '2', chat_status: 'normal' })
    expect(await sandbox.ledger()).toMatchObject([{ accepted: true, fields: { chat_id: created.data.chat_id } }])
  })

  it('are created once for one uuid', async () => {
    const first = await api('POST', '?uuid=u1', { name: 'once' })
    expect(await api('POST', '?uuid=u1', { name: 'once' })).toEqual(first)
    expect((await sandbox.chats()).filter((chat) => chat.name === 'once')).toHaveLength(1)
  })

  it('refuse unknown people and bots, and too many', async () => {
    expect((await api('POST', '', { user_id_list: ['ou_1'] })).code).toBe(99992351)
    expect((await api('POST', '', { bot_id_list: ['cli_1'] })).code).toBe(232021)
    expect((await api('POST', '', { user_id_list: Array(51).fill('ou_1') })).code).toBe(99992402)
    expect((await api('POST', '', { group_message_type: 'poem' })).code).toBe(99992402)
    expect(
      (await api('POST', '', { restricted_mode_setting: { status: 'yes' } })).error.field_violations,
    ).toMatchObject([{ field: 'restricted_mode_setting.status' }])
  })

  it('are listed for the bots that are in them', async () => {
    expect((await api('GET', '')).data.items.map((chat: { name: string }) => chat.name)).toEqual([
      '研发日常',
      'All hands',
    ])
    const other = await tenantToken(sandbox, sandbox.apps[1])
    expect((await api('GET', '', undefined, other)).data.items).toEqual([])
    const chatId = (await sandbox.chats())[0]?.chatId
    expect((await api('GET', `/${chatId}`, undefined, other)).code).toBe(232011)
    expect((await api('GET', `/${chatId}/members/is_in_chat`, undefined, other)).data).toEqual({ is_in_chat: false })
    expect((await api('GET', `/${chatId}/members/is_in_chat`)).data).toEqual({ is_in_chat: true })
    expect((await api('GET', '/oc_1')).code).toBe(232006)
  })
})

describe('members', () => {
  it('are listed in pages, without bots', async () => {
    const chatId = (await sandbox.chats()).find((chat) => chat.name === 'All hands')?.chatId
    const first = (await api('GET', `/${chatId}/members?page_size=7&member_id_type=user_id`)).data
    expect(first).toMatchObject({ member_total: 12, has_more: true })
    const rest = (await api('GET', `/${chatId}/members?page_size=7&page_token=${first.page_token}`)).data
    expect(rest.items).toHaveLength(5)
    expect(first.items[0]).toMatchObject({ member_id: 'linmei', member_id_type: 'user_id', name: '林梅' })
  })

  it('are added, all or none, unless partial success is asked for', async () => {
    const { chatId } = await sandbox.createChat({ name: 'small', users: ['alice'], apps: [firstApp(sandbox).appId] })
    const path = `/${chatId}/members?member_id_type=user_id`
    expect((await api('POST', path, { id_list: ['sunli', 'nobody'] })).code).toBe(99992360)
    expect((await sandbox.chats()).at(-1)?.userIds).toEqual(['alice'])
    const partial = await api('POST', `${path}&succeed_type=1`, { id_list: ['sunli', 'nobody'] })
    expect(partial.data).toMatchObject({ not_existed_id_list: ['nobody'] })
    const bots = `/${chatId}/members?member_id_type=app_id`
    expect((await api('POST', bots, { id_list: [sandbox.apps[1]?.appId] })).code).toBe(0)
    expect((await api('POST', bots, { id_list: ['cli_1'] })).code).toBe(232043)
    expect((await api('POST', bots, { id_list: [] })).code).toBe(232001)
    expect((await sandbox.chats()).at(-1)).toMatchObject({ userIds: ['alice', 'sunli'], appIds: expect.any(Array) })
    expect((await sandbox.chats()).at(-1)?.appIds).toHaveLength(2)
  })

  it('are renamed, handed over, thinned out and ended by the bot that made them', async () => {
    const [linmei, alice, tomas] = ['linmei', 'alice', 'tomas'].map((user) => openIdOf(sandbox, user))
    const made = await api('POST', '', { name: 'before', user_id_list: [linmei, alice] })
    const path = `/${made.data.chat_id}`
    expect(await api('PUT', path, { owner_id: tomas })).toMatchObject({ code: 232012 })
    expect(await api('PUT', path, { name: 'after', description: 'why' })).toMatchObject({ code: 0 })
    expect((await api('GET', path)).data).toMatchObject({ name: 'after', description: 'why', user_count: '2' })
    expect(await api('DELETE', `${path}/members`, { id_list: [tomas] })).toMatchObject({ code: 232027 })
    const removed = await api('DELETE', `${path}/members`, { id_list: [tomas, alice] })
    expect(removed).toMatchObject({ code: 0, data: { invalid_id_list: [tomas] } })
    expect((await api('GET', path)).data.user_count).toBe('1')
    await api('PUT', path, { owner_id: linmei })
    expect(await api('DELETE', `${path}/members`, { id_list: [linmei] })).toMatchObject({ code: 232076 })
    expect(await api('DELETE', path)).toMatchObject({ code: 232017 })

    const short = await api('POST', '', { name: 'short', user_id_list: [alice] })
    expect(await api('DELETE', `/${short.data.chat_id}`)).toMatchObject({ code: 0 })
    expect(await api('GET', `/${short.data.chat_id}`)).toMatchObject({ code: 232011 })
  })
})
