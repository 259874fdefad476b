import { describe, expect, it } from 'vitest'
import { needsIdentity, type ReceiveEvent, readMessage } from './received-message.ts'

const own = 'ou_bot'
const bot = { key: '@_user_1', id: { open_id: own }, mentioned_type: 'bot', name: 'Helper', tenant_key: 't' }
const lin = {
  key: '@_user_12',
  id: { open_id: 'ou_lin' },
  mentioned_type: 'user',
  name: 'Lin @_user_1',
  tenant_key: 't',
}
const all = { key: '@_all', id: { open_id: '', union_id: '', user_id: '' }, name: '所有人', tenant_key: 't' }

function event(message: object, sender: object = {}): ReceiveEvent {
  const body = {
    sender: { sender_id: { open_id: 'ou_1', union_id: 'on_1' }, sender_type: 'user', tenant_key: 't', ...sender },
    message: {
      message_id: 'om_1',
      chat_id: 'oc_1',
      chat_type: 'group',
      message_type: 'text',
      content: '{"text":"hi"}',
      create_time: '1700000000123',
      ...message,
    },
  }
  return { appId: 'cli_1', tenantKey: 't', key: 'message:om_1', body, receivedAtMs: 5 } as unknown as ReceiveEvent
}

const textOf = (text: string, mentions: object[] = [bot, lin, all]) =>
  readMessage(event({ content: JSON.stringify({ text }), mentions }), own)

describe('readMessage', () => {
  it('takes the event apart', () => {
    const message = readMessage(event({ root_id: 'om_r', parent_id: 'om_p', thread_id: 'omt_1' }), undefined)
    expect(message).toEqual({
      appId: 'cli_1',
      messageId: 'om_1',
      chatId: 'oc_1',
      chatType: 'group',
      threadId: 'omt_1',
      rootId: 'om_r',
      parentId: 'om_p',
      sender: { openId: 'ou_1', unionId: 'on_1', userId: undefined, type: 'user', tenantKey: 't' },
      type: 'text',
      text: 'hi',
      mentions: [],
      mentioned: false,
      content: { text: 'hi' },
      rawContent: '{"text":"hi"}',
      createdAtMs: 1_700_000_000_123,
    })
  })

  it.each([
    ['@_user_1 hello', 'hello'],
    ['@_user_1\u00a0hello', 'hello'],
    ['hello @_user_1', 'hello'],
    ['hey @_user_1 how are you', 'hey how are you'],
    ['@_user_1 ask @_user_12 please', 'ask @Lin @_user_1 please'],
    ['@_user_1 @_all: lunch', '@所有人: lunch'],
    ['@_user_13 stays with its digit', '3 stays with its digit'],
    ['  \n ', ''],
  ])('reads %j as %j', (text, read) => {
    expect(textOf(text).text).toBe(read)
  })

  it('says who is mentioned, and that everybody is not this bot', () => {
    const message = textOf('x')
    expect(message.mentioned).toBe(true)
    expect(message.mentions).toEqual([
      { key: '@_user_1', openId: own, name: 'Helper', isBot: true, isAll: false },
      { key: '@_user_12', openId: 'ou_lin', name: 'Lin @_user_1', isBot: false, isAll: false },
      { key: '@_all', openId: '', name: '所有人', isBot: false, isAll: true },
    ])
    expect(textOf('@_all', [all]).mentioned).toBe(false)
    expect(textOf('@_user_1', [{ ...bot, id: { open_id: 'ou_other_bot' } }]).mentioned).toBe(false)
  })

  it('reads rich text line by line', () => {
    const content = {
      title: 'Plan',
      content: [
        [
          { tag: 'at', user_id: '@_user_1' },
          { tag: 'text', text: ' look at ' },
          { tag: 'a', href: 'https://x', text: 'this' },
        ],
        [],
        [
          { tag: 'img', image_key: 'img' },
          { tag: 'at', user_id: '@_user_12' },
        ],
      ],
    }
    const rich = event({
      message_type: 'post',
      content: JSON.stringify(content),
      mentions: [bot, { ...lin, name: 'Lin' }],
    })
    expect(readMessage(rich, own).text).toBe('Plan\nlook at this\n@Lin')
  })

  it.each(['not json', '', 'null', '[]', '{"text":7}', '{"title":{},"content":[null,[null,7]]}'])(
    'still hands over a message whose content is %j',
    (content) => {
      for (const message_type of ['text', 'post']) {
        const message = readMessage(event({ content, message_type }), undefined)
        expect(message.text).toBe('')
        expect(message.rawContent).toBe(content)
      }
    },
  )

  it('takes the time of arrival where the platform sent none', () => {
    expect(readMessage(event({ create_time: undefined }), undefined).createdAtMs).toBe(5)
  })

  it.each(['message_id', 'chat_id', 'message_type'])('refuses an event without %s', (field) => {
    expect(() => readMessage(event({ [field]: undefined }), undefined)).toThrow(
      expect.objectContaining({ code: 'MESSAGING_EVENT_UNREADABLE', message: expect.stringContaining(field) }),
    )
  })
})

describe('needsIdentity', () => {
  it('asks who the bot is only where it may be mentioned or be the sender', () => {
    expect(needsIdentity(event({}))).toBe(false)
    expect(needsIdentity(event({ mentions: [lin, all] }))).toBe(false)
    expect(needsIdentity(event({ mentions: [lin, bot] }))).toBe(true)
    expect(needsIdentity(event({ mentions: [{ ...lin, mentioned_type: undefined }] }))).toBe(true)
    expect(needsIdentity(event({}, { sender_type: 'bot' }))).toBe(true)
    expect(needsIdentity(event({}, { sender_type: 'app' }))).toBe(true)
  })
})
