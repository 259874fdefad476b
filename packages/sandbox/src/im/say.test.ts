import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { envelopeOf, firstApp, openIdOf, openSandbox, WireClient } from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let client: WireClient

beforeEach(async () => {
  sandbox = await openSandbox({
    apps: [{}, { name: 'Second', receivesAllGroupMessages: true }, { availableTo: ['alice'] }],
  })
  client = await WireClient.connect(sandbox)
})

async function eventsOf(count: number) {
  await client.until(() => client.data.length === count)
  return client.data.map((frame) => envelopeOf(frame))
}

describe('what a user says to a bot', () => {
  it('is pushed as im.message.receive_v1 with all documented fields', async () => {
    const said = await sandbox.say({ user: 'alice', text: 'hello "bot"\n' })
    const [envelope] = await eventsOf(1)
    const alice = sandbox.users.find((user) => user.userId === 'alice')
    const tenantKey = envelope.header.tenant_key
    expect(envelope.header).toMatchObject({ event_id: said.eventIds[0], event_type: 'im.message.receive_v1' })
    expect(envelope.event).toEqual({
      sender: {
        sender_id: { union_id: alice?.unionId, user_id: 'alice', open_id: alice?.openId },
        sender_type: 'user',
        tenant_key: tenantKey,
      },
      message: {
        message_id: said.messageId,
        create_time: expect.stringMatching(/^\d{13}$/),
        update_time: envelope.event.message.create_time,
        chat_id: said.chatId,
        chat_type: 'p2p',
        message_type: 'text',
        content: '{"text":"hello \\"bot\\"\\n"}',
      },
    })
  })

  it('carries the chain when it replies', async () => {
    const first = await sandbox.say({ user: 'alice', text: 'one' })
    const second = await sandbox.say({ user: 'alice', text: 'two', replyTo: first.messageId })
    await sandbox.say({ user: 'alice', text: 'three', replyTo: second.messageId })
    const events = await eventsOf(3)
    expect(events.map(({ event }) => [event.message.parent_id, event.message.root_id])).toEqual([
      [undefined, undefined],
      [first.messageId, first.messageId],
      [second.messageId, first.messageId],
    ])
  })

  it('can be of any type', async () => {
    await sandbox.say({ user: 'alice', messageType: 'image', content: { image_key: 'img_v3_1' } })
    const [envelope] = await eventsOf(1)
    expect(envelope.event.message).toMatchObject({ message_type: 'image', content: '{"image_key":"img_v3_1"}' })
    await expect(sandbox.say({ user: 'alice', messageType: 'image', text: 'x' })).rejects.toThrow('needs content')
    await expect(sandbox.say({ user: 'alice' })).rejects.toThrow('received neither')
  })

  it('goes to the bot it is said to, and is in that direct chat alone', async () => {
    const [first, second] = sandbox.apps
    const one = await sandbox.say({ user: 'alice', to: { appId: first?.appId ?? '' }, text: 'a' })
    const two = await sandbox.say({ user: 'alice', to: { appId: second?.appId ?? '' }, text: 'b' })
    expect(one.chatId).not.toBe(two.chatId)
    expect(await sandbox.deliveries({ appId: second?.appId ?? '' })).toHaveLength(1)
  })

  it('is refused with a sentence that says what there is', async () => {
    const [, , third] = sandbox.apps
    await expect(sandbox.say({ user: 'nobody', text: 'x' })).rejects.toThrow(
      'There is no user "nobody"; there are linmei,',
    )
    await expect(sandbox.say({ user: 'alice', to: 'oc_1', text: 'x' })).rejects.toThrow('There is no chat "oc_1"')
    await expect(sandbox.say({ user: 'linmei', to: { appId: third?.appId ?? '' }, text: 'x' })).rejects.toThrow(
      'is not available to linmei',
    )
    await expect(sandbox.say({ user: 'alice', text: 'x', replyTo: 'om_1' })).rejects.toThrow(
      'There is no message "om_1"',
    )
  })
})

describe('what a user says in a group', () => {
  it('reaches the bots that are mentioned, and those that may see everything', async () => {
    const [first, second] = sandbox.apps
    const apps = [first?.appId ?? '', second?.appId ?? '']
    const { chatId } = await sandbox.createChat({ name: 'g', users: ['alice', 'linmei'], apps })
    expect((await sandbox.say({ user: 'alice', to: chatId, text: 'hello all' })).eventIds).toHaveLength(1)
    const said = await sandbox.say({
      user: 'alice',
      to: chatId,
      text: '@Larkspur ask @林梅 please',
      mentions: [first?.appId ?? '', 'linmei'],
    })
    expect(said.eventIds).toHaveLength(2)
    expect(await sandbox.deliveries({ appId: first?.appId ?? '' })).toHaveLength(1)
    const [envelope] = await eventsOf(1)
    const { message } = envelope.event
    expect(message).toMatchObject({ chat_type: 'group', content: '{"text":"@_user_1 ask @_user_2 please"}' })
    expect(message.mentions).toEqual([
      {
        key: '@_user_1',
        id: { union_id: expect.stringMatching(/^on_/), user_id: '', open_id: firstApp(sandbox).botOpenId },
        mentioned_type: 'bot',
        name: 'Larkspur',
        tenant_key: envelope.header.tenant_key,
      },
      {
        key: '@_user_2',
        id: { union_id: expect.stringMatching(/^on_/), user_id: 'linmei', open_id: openIdOf(sandbox, 'linmei') },
        mentioned_type: 'user',
        name: '林梅',
        tenant_key: envelope.header.tenant_key,
      },
    ])
    expect(await sandbox.messages({ chatId, afterSeq: said.seq - 1 })).toMatchObject([
      { text: '@Larkspur ask @林梅 please' },
    ])
  })

  it('puts a mention in front when the text does not hold it, and knows everybody', async () => {
    const [, second] = sandbox.apps
    const chatId = (await sandbox.createChat({ name: 'g', users: ['alice'], apps: [second?.appId ?? ''] })).chatId
    await sandbox.say({ user: 'alice', to: chatId, text: 'help', mentions: [second?.appId ?? ''] })
    await sandbox.say({ user: 'alice', to: chatId, text: 'lunch', mentions: 'all' })
    expect((await sandbox.messages({ chatId })).map((message) => [message.content, message.text])).toEqual([
      ['{"text":"@_user_1 help"}', '@Second help'],
      ['{"text":"@_all lunch"}', '@所有人 lunch'],
    ])
  })

  it('is closed to people outside', async () => {
    const { chatId } = await sandbox.createChat({ name: 'g', users: ['alice'], apps: [] })
    await expect(sandbox.say({ user: 'linmei', to: chatId, text: 'x' })).rejects.toThrow('linmei is not a member')
  })
})

describe('the company', () => {
  it('is the same for the same seed, and calls people differently in each app', async () => {
    const again = await openSandbox({ apps: 3 })
    const other = await openSandbox({ apps: 3, seed: 'other' })
    expect(again.apps[0]).toEqual(sandbox.apps[0])
    expect(again.users.map((user) => user.openId)).toEqual(sandbox.users.map((user) => user.openId))
    expect(other.apps[0]?.appId).not.toBe(sandbox.apps[0]?.appId)
    const ids = Object.values(sandbox.users[0]?.openIds ?? {})
    expect(new Set(ids).size).toBe(3)
    expect(sandbox.apps[0]?.appId).toMatch(/^cli_[0-9a-f]{16}$/)
  })

  it('takes more apps while it runs', async () => {
    const app = await sandbox.addApp({ name: 'Late' })
    expect(sandbox.apps.at(-1)).toEqual(app)
    expect(sandbox.users[0]?.openIds[app.appId]).toMatch(/^ou_/)
    await expect(sandbox.addApp({ appId: app.appId })).rejects.toThrow('exists already')
    await expect(sandbox.addApp({ appId: 'app_1' })).rejects.toThrow('"cli_" and 16 hex digits')
  })
})
