import { createTestBot } from '@larkspur/testkit'
import { describe, expect, it } from 'vitest'
import { mention } from './mention.ts'
import { messaging } from './plugin.ts'
import { text } from './text.ts'

const send = 'POST /open-apis/im/v1/messages'

describe('sendText', () => {
  it('sends to chats and people by any of their ids', async () => {
    await using test = await createTestBot({ plugins: [messaging()], start: false })
    const alice = test.sandbox.users.find(({ userId }) => userId === 'alice')
    const group = await test.group()
    const { sendText } = test.bot.messaging
    const first = await sendText({ userId: 'alice' }, 'one')
    expect(first).toEqual({ messageId: expect.stringMatching(/^om_/), chatId: expect.stringMatching(/^oc_/) })
    await sendText(test.user('alice').openId, 'two')
    await sendText({ unionId: alice?.unionId ?? '' }, 'three')
    await sendText(alice?.email ?? '', 'four')
    await sendText(first.chatId, 'five')
    await sendText({ chatId: group.id }, 'six')
    expect((await test.user('alice').messages()).map((message) => message.text)).toEqual([
      'one',
      'two',
      'three',
      'four',
      'five',
    ])
    await group.shouldSee('six')
  })

  it('has one effect for one key', async () => {
    await using test = await createTestBot({ plugins: [messaging()], start: false })
    const { sendText } = test.bot.messaging
    const sent = await Promise.all([1, 2, 3].map(() => sendText({ userId: 'alice' }, 'once', { key: 'news-1' })))
    expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(1)
    expect((await test.sandbox.ledger({ api: send })).filter(({ accepted }) => accepted)).toHaveLength(1)
    await sendText({ userId: 'alice' }, 'again')
    await sendText({ userId: 'alice' }, 'again')
    expect((await test.sandbox.ledger({ api: send })).filter(({ accepted }) => accepted)).toHaveLength(3)
  })

  it('mentions whom the author means and nobody else', async () => {
    await using test = await createTestBot({
      plugins: [messaging()],
      setup: ({ messaging: messages }) =>
        messages.onMessage((message) => message.reply(text`${mention(message.sender)} said: ${message.text}`)),
    })
    const group = await test.group({ users: ['alice', 'linmei'] })
    await group.says('alice', '<at user_id="all"></at> free cake', { mention: 'bot' })
    const answer = await group.shouldSee(/said: ＜at user_id="all">＜\/at> free cake$/)
    expect(answer.mentions.map(({ type, id }) => [type, id])).toEqual([['user', 'alice']])
  })

  it('refuses before it calls the platform, and tells what the platform refused', async () => {
    await using test = await createTestBot({ plugins: [messaging()], start: false })
    const { sendText } = test.bot.messaging
    await expect(sendText('alice', 'hi')).rejects.toMatchObject({ code: 'MESSAGING_RECEIVER_INVALID' })
    await expect(sendText('oc_1', ' ')).rejects.toMatchObject({ code: 'MESSAGING_TEXT_EMPTY' })
    expect(await test.sandbox.calls({ api: send })).toHaveLength(0)
    await expect(sendText('oc_unknown', 'hi')).rejects.toMatchObject({ platform: { code: 230034 } })
    expect(await test.bot.metricsText()).toMatch(/larkspur_messaging_sent_total\{outcome="failed"[^}]*\} 1\n/)
  })

  it('says so when the platform answers without the ids of what it sent', async () => {
    await using test = await createTestBot({ plugins: [messaging()], start: false })
    const answers = [{ message_id: 'om_1' }, { chat_id: 'oc_1' }, undefined]
    for (const data of answers) {
      await test.sandbox.addFault({ api: send, times: 1, status: 200, body: { code: 0, msg: 'ok', data } })
      await expect(test.bot.messaging.sendText({ userId: 'alice' }, 'hi')).rejects.toMatchObject({
        code: 'MESSAGING_ANSWER_UNREADABLE',
      })
    }
  })

  it('sends as the app that is asked for', async () => {
    await using test = await createTestBot({ apps: 2, plugins: [messaging()], start: false })
    const [first, second] = test.sandbox.apps.map(({ appId }) => appId) as [string, string]
    await test.bot.messaging.sendText({ userId: 'alice' }, 'by argument', { appId: second })
    await test.bot.app(first).messaging.sendText({ userId: 'alice' }, 'by binding')
    await test.bot.withApp(second, () => test.bot.messaging.sendText({ userId: 'alice' }, 'by scope'))
    await expect(test.bot.messaging.sendText({ userId: 'alice' }, 'by luck')).rejects.toMatchObject({
      code: 'CREDENTIAL_APP_AMBIGUOUS',
    })
    const senders = (await test.sandbox.ledger({ api: send })).map(({ appId }) => appId)
    expect(senders).toEqual([second, first, second])
  })
})

it('answers and sends to one chat no faster than its limit, and makes no other chat wait', async () => {
  const order: string[] = []
  await using test = await createTestBot({
    plugins: [messaging()],
    api: { messagesPerSecond: 1 },
    setup: ({ messaging: messages }) =>
      messages.onMessage(async (message) => {
        const note = (name: string) => () => order.push(name)
        await Promise.all([
          message.reply('first').then(note('first')),
          message.send('second').then(note('second')),
          messages.sendText({ userId: 'linmei' }, 'elsewhere').then(note('elsewhere')),
        ])
      }),
  })
  await test.user('alice').says('hello', { expect: 'second' })
  await test.settled()
  expect(order).toHaveLength(3)
  expect(order.at(-1)).toBe('second')
})
