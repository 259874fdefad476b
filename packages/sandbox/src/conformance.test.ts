import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadContracts, loadNotModelled } from './api-contract.ts'
import { conformancePage, loadEvents, misfits } from './testing/conformance.ts'
import { envelopeOf, firstApp, openSandbox, request, tenantToken, WireClient } from './testing/open-sandbox.ts'

// Caused and held against their fields in tests of their own: apaas, bitable, drive.
const elsewhere = ['apaas.', 'drive.']

describe('conformance', () => {
  it('is what the page says', async () => {
    await expect(conformancePage()).toMatchFileSnapshot('../CONFORMANCE.md')
  })

  it('names each API once, modelled or not', () => {
    const modelled = loadContracts().map(({ method, path }) => `${method} ${path}`)
    const all = [...modelled, ...loadNotModelled()]
    expect(new Set(all).size).toBe(all.length)
  })

  it('names each API of messages and chats that is missing under the limits of the README', () => {
    const limits = readFileSync(new URL('../README.md', import.meta.url), 'utf8').split('## Limits')[1]
    const missing = loadNotModelled().filter((api) => api.includes(' /open-apis/im/'))
    const names = missing.map((api) => api.split('/').findLast((segment) => !segment.startsWith(':')))
    expect(names.length).toBeGreaterThan(0)
    expect(names.filter((name) => !limits?.includes(`\`${name}\``))).toEqual([])
  })

  it('holds for every event and callback that the sandbox sends: documented fields and no others', async () => {
    const sandbox = await openSandbox()
    const { appId } = firstApp(sandbox)
    const token = await tenantToken(sandbox)
    const client = await WireClient.connect(sandbox)
    client.socket.on('message', () => {
      const frame = client.data.at(-1)
      if (frame) client.ack(frame)
    })
    const { chatId, messageId } = await sandbox.say({ user: 'alice', text: '@Larkspur hi', mentions: [appId] })
    await sandbox.say({ user: 'alice', text: 'again', replyTo: messageId })
    const form = {
      tag: 'form',
      name: 'f',
      elements: [
        { tag: 'input', name: 'note' },
        { tag: 'button', name: 'go', text: { content: 'Go' }, value: {}, form_action_type: 'submit' },
      ],
    }
    const content = JSON.stringify({ schema: '2.0', body: { elements: [form, { tag: 'date_picker', name: 'day' }] } })
    const path = '/open-apis/im/v1/messages?receive_id_type=chat_id'
    const body = { receive_id: chatId, msg_type: 'interactive', content }
    const card = (await request(sandbox, 'POST', path, { token, body })).body.data.message_id
    await sandbox.read({ user: 'alice', chatId })
    await sandbox.clickCard({ user: 'alice', messageId: card, element: 'go', formValue: { note: 'hi' } })
    await sandbox.clickCard({ user: 'alice', messageId: card, element: 'day', option: '2024-04-01 +0800' })
    await sandbox.react({ user: 'alice', messageId: card, emojiType: 'OK' })
    await sandbox.unreact({ user: 'alice', messageId: card, emojiType: 'OK' })
    const reaction_type = { emoji_type: 'OK' }
    const reactions = `/open-apis/im/v1/messages/${card}/reactions`
    await request(sandbox, 'POST', reactions, { token, body: { reaction_type } })
    await sandbox.recall({ user: 'alice', messageId })
    const group = await sandbox.createChat({ name: 'Trip', users: ['alice'], apps: [] })
    await sandbox.addBot({ user: 'alice', chatId: group.chatId, appId })
    await sandbox.removeBot({ user: 'alice', chatId: group.chatId, appId })
    await sandbox.addBot({ user: 'alice', chatId: group.chatId, appId })
    const change = { user: 'alice', chatId: group.chatId, users: ['tomas'] }
    await sandbox.addMembers(change)
    await sandbox.withdrawMembers(change)
    await sandbox.addMembers(change)
    await sandbox.removeMembers(change)
    await sandbox.renameChat({ user: 'alice', chatId: group.chatId, name: 'Journey' })
    await sandbox.disbandChat({ user: 'alice', chatId: group.chatId })
    await sandbox.openMenu({ user: 'alice', appId, eventKey: 'help' })
    await sandbox.createUser({ userId: 'newbie', name: 'New Bee' })
    await sandbox.updateUser({ user: 'newbie', jobTitle: 'Keeper' })
    await sandbox.deleteUser({ user: 'newbie' })
    const publish = '/open-apis/application/v7/applications/me/publish'
    await request(sandbox, 'POST', publish, { token, body: { remark: 'why', changelog: 'what' } })
    await sandbox.waitForDeliveries()
    const types = loadEvents().map(({ type }) => type)
    const seen = client.data.map(envelopeOf)
    const caused = types.filter((type) => !elsewhere.some((family) => type.startsWith(family)))
    expect(new Set(seen.map(({ header }) => header.event_type))).toEqual(new Set(caused))
    for (const envelope of seen)
      expect([envelope.header.event_type, misfits(envelope)]).toEqual([envelope.header.event_type, []])
  })

  it('has a contract for every type of event that its sources name', () => {
    const types = loadEvents().map(({ type }) => type)
    const folder = fileURLToPath(new URL('.', import.meta.url))
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
      return name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith('testing')
    })
    const named = sources.flatMap((name) => {
      return readFileSync(join(folder, name), 'utf8').match(/(?<=')[a-z_]+(?:\.[a-z_]+)+_v\d(?=')/g) ?? []
    })
    expect(named.filter((type) => !types.includes(type))).toEqual([])
    expect(named.length).toBeGreaterThan(5)
  })
})
