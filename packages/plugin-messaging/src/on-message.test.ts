import { createTestBot } from '@larkspur/testkit'
import { describe, expect, it } from 'vitest'
import { messaging } from './plugin.ts'

const send = 'POST /open-apis/im/v1/messages'
const reply = 'POST /open-apis/im/v1/messages/:message_id/reply'
const botInfo = 'GET /open-apis/bot/v3/info'

describe('onMessage', () => {
  it('answers a person in a direct chat, quoting the message', async () => {
    await using test = await createTestBot({
      plugins: [messaging()],
      setup: ({ messaging: messages }) => messages.onMessage(/^hello/i, (message) => message.reply('Hello!')),
    })
    const said = await test.user('alice').says('Hello bot', { expect: 'Hello!' })
    const [, answer] = await test.user('alice').messages()
    expect(answer?.parentId).toBe(said.messageId)
    // A direct chat needs no look-up of who the bot is.
    expect(await test.sandbox.calls({ api: botInfo })).toHaveLength(0)
  })

  it('hears a group only when it is mentioned, and leaves its own mention out of the text', async () => {
    await using test = await createTestBot({
      apps: [{ receivesAllGroupMessages: true }],
      plugins: [messaging()],
      setup: ({ messaging: messages }) =>
        messages.onMessage((message) => message.reply(`${message.text}|${message.mentions.map(({ name }) => name)}`)),
    })
    const group = await test.group({ users: ['alice', 'linmei'] })
    await group.says('alice', 'hello everybody')
    await group.says('alice', 'lunch', { mention: 'all' })
    await group.shouldStaySilent()
    await group.says('alice', 'hello', { mention: 'bot' })
    const answer = await group.shouldSee(/^hello\|/)
    expect(answer.mentions).toEqual([])
    await group.says('alice', 'hello again', { mention: 'bot', expect: /^hello again/ })
    expect(await test.sandbox.calls({ api: botInfo })).toHaveLength(1)
    expect(await test.bot.metricsText()).toMatch(
      /larkspur_messaging_received_total\{chat_type="group",mentioned="false",kind="message"[^}]*\} 2\n/,
    )
  })

  it('hears all of a group where it is told to', async () => {
    await using test = await createTestBot({
      apps: [{ receivesAllGroupMessages: true }],
      plugins: [messaging({ groupMessages: 'all' })],
      setup: ({ messaging: messages }) => {
        messages.onMessage('ping', (message) => message.reply('pong'))
        messages.onMessage({ pattern: 'ping', mentioned: true }, (message) => message.reply('at me'))
      },
    })
    const group = await test.group()
    await group.says('alice', 'Ping', { expect: 'pong' })
    await group.shouldStaySilent()
  })

  it('runs every handler that fits, in order, until one stops', async () => {
    const ran: string[] = []
    await using test = await createTestBot({
      plugins: [messaging()],
      setup: ({ messaging: messages }) => {
        messages.onMessage(() => void ran.push('first'))
        messages.onMessage(/other/, () => void ran.push('no match'))
        messages.onMessage({ chat: 'group' }, () => void ran.push('wrong chat'))
        messages.onMessage(/(\d+)/, async (message) => {
          ran.push(`match ${message.match[1]}`)
          if (message.match[1] === '2') message.stop()
        })
        messages.onMessage({ types: ['text'], name: 'last' }, () => void ran.push('last'))
      },
    })
    await test.user().says('1')
    await test.user().says('2')
    await test.settled()
    expect(ran).toEqual(['first', 'match 1', 'last', 'first', 'match 2'])
  })

  it('runs only the handler again that threw, and sends nothing twice', async () => {
    const runs = { steady: 0, shaky: 0, step: 0 }
    await using test = await createTestBot({
      plugins: [messaging()],
      setup: ({ messaging: messages }) => {
        messages.onMessage(async (message) => {
          runs.steady++
          await message.reply('steady')
        })
        messages.onMessage(async (message) => {
          runs.shaky++
          await message.reply('working on it')
          await message.send('one moment')
          await message.step('count', () => ++runs.step)
          if (message.attempt < 3) throw new Error('not yet')
          await message.reply('done')
        })
      },
    })
    await test.user().says('go')
    await test.user().shouldSee('done')
    await test.settled()
    expect(runs).toEqual({ steady: 1, shaky: 3, step: 1 })
    const texts = (await test.user().messages()).map((message) => message.text)
    expect(texts).toEqual(['go', 'steady', 'working on it', 'one moment', 'done'])
    const ledger = [...(await test.sandbox.ledger({ api: reply })), ...(await test.sandbox.ledger({ api: send }))]
    expect(ledger.filter(({ accepted }) => accepted)).toHaveLength(4)
    expect(test.failures.map(({ attempt, next }) => [attempt, next])).toEqual([
      [1, 'retry'],
      [2, 'retry'],
    ])
  })

  it('tries a message again, instead of dropping it, while it cannot know whether it is meant', async () => {
    await using test = await createTestBot({
      plugins: [messaging()],
      setup: ({ messaging: messages }) => messages.onMessage((message) => message.reply('here')),
      api: { maxAttempts: 1 },
    })
    await test.sandbox.addFault({ api: botInfo, times: 1, status: 500 })
    await test.sandbox.addFault({ api: botInfo, times: 1, status: 200, body: { code: 0, msg: 'ok' } })
    const group = await test.group()
    await group.says('alice', 'anybody?', { mention: 'bot', expect: 'here' })
    await group.shouldStaySilent()
    const codes = test.failures.map(({ error }) => ('code' in error ? error.code : ''))
    expect(codes).toContain('MESSAGING_ANSWER_UNREADABLE')
  })

  it('asks once who it is, however many messages wait for it', async () => {
    await using test = await createTestBot({
      plugins: [messaging()],
      setup: ({ messaging: messages }) => messages.onMessage((message) => message.reply('here')),
    })
    await test.sandbox.addFault({ api: botInfo, times: 1, delayMs: 100 })
    const groups = await Promise.all(['one', 'two', 'three'].map((name) => test.group({ name })))
    await Promise.all(groups.map((group) => group.says('alice', 'hi', { mention: 'bot', expect: 'here' })))
    expect(await test.sandbox.calls({ api: botInfo })).toHaveLength(1)
  })

  it('ignores bots unless told otherwise, and itself always', async () => {
    for (const ignoreBots of [true, false]) {
      const heard: string[] = []
      await using test = await createTestBot({
        plugins: [messaging({ ignoreBots })],
        setup: ({ messaging: messages }) => messages.onMessage((message) => void heard.push(message.sender.openId)),
      })
      const [app] = test.sandbox.apps
      const said = await test.user().says('hi')
      for (const openId of [app?.botOpenId, 'ou_other'])
        await test.sandbox.pushEvent({
          appId: app?.appId ?? '',
          eventType: 'im.message.receive_v1',
          event: {
            sender: { sender_id: { open_id: openId }, sender_type: 'bot', tenant_key: 'tenant' },
            message: {
              message_id: `om_${openId}`,
              chat_id: said.chatId,
              chat_type: 'p2p',
              message_type: 'text',
              content: '{"text":"hi"}',
              create_time: '1700000000000',
            },
          },
        })
      await test.settled()
      expect(heard).toEqual([test.user().openId, ...(ignoreBots ? [] : ['ou_other'])])
      expect(await test.bot.metricsText()).toContain('kind="ignored"')
    }
  })

  it('gives up a message event that cannot be read, with a clear error', async () => {
    await using test = await createTestBot({ plugins: [messaging()], dispatch: { maxAttempts: 1 } })
    await test.sandbox.pushEvent({
      appId: test.sandbox.apps[0]?.appId ?? '',
      eventType: 'im.message.receive_v1',
      event: { message: { message_id: 'om_1', message_type: 'text' } },
    })
    await test.settled()
    expect(test.failures[0]?.error).toMatchObject({ code: 'MESSAGING_EVENT_UNREADABLE' })
  })

  it('refuses patterns, handlers and moments that are wrong', async () => {
    await using test = await createTestBot({ plugins: [messaging()], start: false })
    const { onMessage, onCommand } = test.bot.messaging
    const failing = (code: string) => expect.objectContaining({ code })
    expect(() => onMessage(undefined as never, () => {})).toThrow(failing('MESSAGING_PATTERN_INVALID'))
    expect(() => onMessage('ping', undefined as never)).toThrow(failing('PLUGIN_REGISTRATION_INVALID'))
    expect(() => onCommand('ping', undefined as never)).toThrow(failing('PLUGIN_REGISTRATION_INVALID'))
    await test.start()
    expect(() => onMessage(() => {})).toThrow(failing('PLUGIN_REGISTERED_TOO_LATE'))
    expect(() => onCommand('ping', () => {})).toThrow(failing('PLUGIN_REGISTERED_TOO_LATE'))
  })
})
