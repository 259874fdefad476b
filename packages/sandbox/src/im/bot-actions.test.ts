import { expect, it } from 'vitest'
import { envelopeOf, firstApp, openIdOf, openSandbox, WireClient } from '../testing/open-sandbox.ts'

it('tells a bot that it came into a group, left it, or that its menu was opened', async () => {
  const sandbox = await openSandbox()
  const { appId } = firstApp(sandbox)
  const client = await WireClient.connect(sandbox)
  const { chatId } = await sandbox.createChat({ name: 'Trip', users: ['alice', 'linmei'], apps: [] })
  await sandbox.addBot({ user: 'alice', chatId, appId })
  await sandbox.removeBot({ user: 'alice', chatId, appId })
  await sandbox.openMenu({ user: 'alice', appId, eventKey: 'help' })
  await client.until(() => client.data.length === 3)
  const operator_id = { open_id: openIdOf(sandbox, 'alice'), union_id: expect.any(String), user_id: 'alice' }
  const membership = {
    chat_id: chatId,
    operator_id,
    external: false,
    operator_tenant_key: expect.any(String),
    name: 'Trip',
    i18n_names: { zh_cn: 'Trip', en_us: 'Trip', ja_jp: 'Trip' },
  }
  const pushed = client.data.map(envelopeOf).map(({ header, event }) => [header.event_type, event])
  expect(pushed).toEqual([
    ['im.chat.member.bot.added_v1', membership],
    ['im.chat.member.bot.deleted_v1', membership],
    [
      'application.bot.menu_v6',
      { operator: { operator_name: 'Alice Martin', operator_id }, event_key: 'help', timestamp: expect.any(Number) },
    ],
  ])
})

it('says why a bot cannot come or go', async () => {
  const sandbox = await openSandbox()
  const { appId } = firstApp(sandbox)
  const { chatId } = await sandbox.createChat({ name: 'Trip', users: ['alice'], apps: [appId] })
  const direct = await sandbox.say({ user: 'alice', text: 'hi' })
  await expect(sandbox.addBot({ user: 'alice', chatId, appId })).rejects.toThrow('is in chat')
  await expect(sandbox.removeBot({ user: 'linmei', chatId, appId })).rejects.toThrow('linmei is not a member')
  await expect(sandbox.removeBot({ user: 'alice', chatId: direct.chatId, appId })).rejects.toThrow('is a direct chat')
  await sandbox.removeBot({ user: 'alice', chatId, appId })
  await expect(sandbox.removeBot({ user: 'alice', chatId, appId })).rejects.toThrow('is not in chat')
})
