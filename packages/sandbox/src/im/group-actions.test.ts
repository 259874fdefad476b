import { beforeEach, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { envelopeOf, firstApp, openIdOf, openSandbox, WireClient } from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let chatId: string

beforeEach(async () => {
  sandbox = await openSandbox()
  const { appId } = firstApp(sandbox)
  chatId = (await sandbox.createChat({ name: 'Trip', users: ['alice', 'linmei'], apps: [appId] })).chatId
})

const membersNow = async () => (await sandbox.chats()).find((chat) => chat.chatId === chatId)

it('tells the bots of a group who came, went or was uninvited, its name and its end', async () => {
  const client = await WireClient.connect(sandbox)
  await sandbox.addMembers({ user: 'linmei', chatId, users: ['tomas', '王芳'] })
  expect(await membersNow()).toMatchObject({ userIds: ['alice', 'linmei', 'tomas', 'wangfang'] })
  await sandbox.removeMembers({ user: 'alice', chatId, users: ['tomas'] })
  await sandbox.withdrawMembers({ user: 'linmei', chatId, users: ['wangfang'] })
  await sandbox.renameChat({ user: 'linmei', chatId, name: ' Journey ' })
  await sandbox.disbandChat({ user: 'alice', chatId })
  expect(await membersNow()).toMatchObject({ name: 'Journey', userIds: [], appIds: [] })
  await client.until(() => client.data.length === 5)
  const idsOf = (userId: string) => {
    return { open_id: openIdOf(sandbox, userId), union_id: expect.any(String), user_id: userId }
  }
  const tenant_key = expect.any(String)
  const by = (userId: string) => {
    return { chat_id: chatId, operator_id: idsOf(userId), external: false, operator_tenant_key: tenant_key }
  }
  const names = (name: string) => ({ name, i18n_names: { zh_cn: name, en_us: name, ja_jp: name } })
  const tomas = { name: 'Tomás Silva', tenant_key, user_id: idsOf('tomas') }
  const wangfang = { name: '王芳', tenant_key, user_id: idsOf('wangfang') }
  expect(client.data.map(envelopeOf).map(({ header, event }) => [header.event_type, event])).toEqual([
    ['im.chat.member.user.added_v1', { ...by('linmei'), ...names('Trip'), users: [tomas, wangfang] }],
    ['im.chat.member.user.deleted_v1', { ...by('alice'), ...names('Trip'), users: [tomas] }],
    ['im.chat.member.user.withdrawn_v1', { ...by('linmei'), ...names('Trip'), users: [wangfang] }],
    ['im.chat.updated_v1', { ...by('linmei'), after_change: { name: 'Journey' }, before_change: { name: 'Trip' } }],
    ['im.chat.disbanded_v1', { ...by('alice'), ...names('Journey') }],
  ])
})

it('notes in the conversation what people do with the group', async () => {
  const { appId } = firstApp(sandbox)
  await sandbox.addMembers({ user: 'alice', chatId, users: ['tomas', 'wangfang'] })
  await sandbox.removeBot({ user: 'linmei', chatId, appId })
  await sandbox.renameChat({ user: 'tomas', chatId, name: 'Journey' })
  await sandbox.removeMembers({ user: 'tomas', chatId, users: ['tomas'] })
  const messages = await sandbox.messages({ chatId })
  expect(messages.map(({ text }) => text)).toEqual([
    'Alice Martin invited Tomás Silva, 王芳 to this chat.',
    '林梅 removed Larkspur from this chat.',
    'Tomás Silva changed the name of this chat to Journey.',
    'Tomás Silva left this chat.',
  ])
  expect(messages[0]).toMatchObject({ messageType: 'system' })
})

it('passes a group on when its owner leaves', async () => {
  await sandbox.removeMembers({ user: 'alice', chatId, users: ['alice'] })
  await sandbox.disbandChat({ user: 'linmei', chatId })
})

it('says why a group cannot be changed', async () => {
  const { addMembers, removeMembers, withdrawMembers, renameChat, disbandChat } = sandbox
  const change = (user: string, users: readonly string[], inChat = chatId) => ({ user, chatId: inChat, users })
  await expect(addMembers(change('tomas', ['tomas']))).rejects.toThrow('tomas is not a member')
  await expect(addMembers(change('alice', ['linmei']))).rejects.toThrow('linmei is in chat')
  await expect(removeMembers(change('alice', ['tomas']))).rejects.toThrow('tomas is not in chat')
  await expect(removeMembers(change('linmei', ['alice']))).rejects.toThrow('only its owner, alice, can take people out')
  await expect(withdrawMembers(change('alice', ['alice']))).rejects.toThrow('cannot undo the own coming')
  await expect(renameChat({ user: 'alice', chatId, name: 'Trip' })).rejects.toThrow('needs another name')
  await expect(disbandChat({ user: 'linmei', chatId })).rejects.toThrow('can disband it')
  const direct = await sandbox.say({ user: 'alice', text: 'hi' })
  await expect(addMembers(change('alice', ['tomas'], direct.chatId))).rejects.toThrow('is a direct chat')
})
