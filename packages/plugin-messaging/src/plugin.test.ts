import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBot, definePlugin } from '@larkspur/core'
import { createTestBot } from '@larkspur/testkit'
import { describe, expect, it } from 'vitest'
import { mention } from './mention.ts'
import { messaging } from './plugin.ts'
import { text } from './text.ts'

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
    expect(await test.bot.metrics()).toMatch(
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
    await test.sandbox.addFault({ api: botInfo, times: 2, status: 500 })
    const group = await test.group()
    await group.says('alice', 'anybody?', { mention: 'bot', expect: 'here' })
    await group.shouldStaySilent()
    expect(test.failures.length).toBeGreaterThan(0)
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
      expect(await test.bot.metrics()).toContain('kind="ignored"')
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

describe('onCommand', () => {
  it('gets its arguments, under its name and its aliases, and is not also a message', async () => {
    const messages: string[] = []
    await using test = await createTestBot({
      plugins: [messaging()],
      setup: (bot) => {
        bot.messaging.onMessage((message) => void messages.push(message.text))
        bot.messaging.onCommand({ name: 'standup', aliases: ['su'] }, ({ name, args, rest, reply: answer }) =>
          answer(JSON.stringify({ name, args, rest })),
        )
      },
    })
    const alice = test.user('alice')
    await alice.says('/standup "team one" today', {
      expect: '{"name":"standup","args":["team one","today"],"rest":"\\"team one\\" today"}',
    })
    await alice.says('／SU　“团队 一”', { expect: '{"name":"standup","args":["团队 一"],"rest":"“团队 一”"}' })
    await alice.says('/usr/bin is full')
    await test.settled()
    expect(messages).toEqual(['/usr/bin is full'])
  })

  it('makes /help from the commands and answers unknown ones in direct chats', async () => {
    await using test = await createTestBot({
      plugins: [messaging()],
      setup: ({ messaging: messages }) => {
        messages.onCommand({ name: 'standup', description: 'posts the stand-up', usage: '<team>' }, () => {})
        messages.onCommand({ name: 'debug', hidden: true }, () => {})
      },
    })
    const alice = test.user('alice')
    await alice.says('/help', {
      expect: 'Commands:\n/help [command] – lists the commands\n/standup <team> – posts the stand-up',
    })
    await alice.says('/help standup', { expect: '/standup <team> – posts the stand-up' })
    await alice.says('/nope', { expect: 'There is no command /nope. /help lists those there are.' })
    const group = await test.group()
    await group.says('alice', '/nope', { mention: 'bot' })
    await group.shouldStaySilent()
    await group.says('alice', '/help', { mention: 'bot', expect: /^Commands:/ })
    expect(await test.bot.metrics()).toMatch(
      /received_total\{chat_type="group",mentioned="true",kind="unknown_command"[^}]*\} 1\n/,
    )
  })

  it('leaves help to the author where it is turned off', async () => {
    await using test = await createTestBot({
      plugins: [messaging({ help: false, commandPrefix: '!' })],
      setup: ({ messaging: messages }) => messages.onCommand('help', (command) => command.reply('call me')),
    })
    await test.user().says('!help', { expect: 'call me' })
    await test.user().says('!nope')
    await test.user().shouldStaySilent()
  })

  it('takes what begins with a slash for a message where nobody registered a command', async () => {
    await using test = await createTestBot({
      plugins: [messaging()],
      setup: ({ messaging: messages }) => messages.onMessage((message) => message.reply(`echo ${message.text}`)),
    })
    await test.user().says('/etc is full', { expect: 'echo /etc is full' })
    await test.user().says('/help', { expect: /^Commands:/ })
  })

  it('refuses a name that is taken and frees it with the handler', async () => {
    await using test = await createTestBot({ plugins: [messaging()], start: false })
    const { onCommand } = test.bot.messaging
    const remove = onCommand('ping', () => {})
    expect(() => onCommand('PING', () => {})).toThrow(expect.objectContaining({ code: 'MESSAGING_COMMAND_DUPLICATE' }))
    expect(() => onCommand('help', () => {})).toThrow(expect.objectContaining({ code: 'MESSAGING_COMMAND_DUPLICATE' }))
    remove()
    onCommand('ping', () => {})
  })
})

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
    expect(await test.bot.metrics()).toMatch(/larkspur_messaging_sent_total\{outcome="failed"[^}]*\} 1\n/)
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

it('tells what came in and went out, without text', async () => {
  const facts: unknown[] = []
  await using test = await createTestBot({
    plugins: [messaging()],
    setup: (bot) => {
      bot.observe('messaging:received', (fact) => facts.push(fact))
      bot.observe('messaging:sent', (fact) => facts.push(fact))
      bot.messaging.onMessage((message) => message.reply('secret answer'))
      bot.messaging.onMessage(() => {})
    },
  })
  const said = await test.user().says('secret question', { expect: 'secret answer' })
  await test.settled()
  const { appId } = test.sandbox.apps[0] ?? {}
  const { messageId, chatId } = said
  expect(facts).toEqual([
    { appId, messageId, chatId, chatType: 'p2p', messageType: 'text', kind: 'message' },
    { appId, messageId: expect.stringMatching(/^om_/), chatId, messageType: 'text', repliedTo: messageId },
  ])
  expect(JSON.stringify(test.log)).not.toMatch(/secret (question|answer)/)
})

it('leaves handlers to the plugin that registers them', async () => {
  const greeter = definePlugin({
    name: 'greeter',
    uses: { messaging },
    setup({ messaging: messages }) {
      messages.onMessage({ name: 'greet' }, () => {
        throw new Error('not today')
      })
    },
  })
  await using test = await createTestBot({ plugins: [greeter(), messaging()], dispatch: { maxAttempts: 1 } })
  await test.user().says('hi')
  await test.settled()
  expect(test.failures.map(({ plugin, handler }) => [plugin, handler])).toEqual([['greeter', 'greeter/greet']])
})

it('carries an alarm to the admins, each through an app that knows them', async () => {
  await using test = await createTestBot({ apps: 2, start: false })
  const [first, second] = test.sandbox.apps
  const admin = test.user('alice', { appId: second?.appId })
  const folder = await mkdtemp(join(tmpdir(), 'larkspur-alarm-'))
  await using _folder = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
  const admins = [admin.openId, test.user('linmei', { appId: second?.appId }).openId]
  await using bot = await createBot(
    {
      apps: [first, second].map((app) => ({
        appId: app?.appId ?? '',
        appSecret: app?.appSecret ?? '',
        domain: test.sandbox.url,
        admins: app === second ? admins : [],
      })),
      plugins: [messaging()],
      database: `sqlite:${folder}`,
      http: { port: 0, monitorPort: 0 },
      dispatch: { maxAttempts: 1 },
    },
    { env: {}, dotenv: '', logTo: { write() {} } },
  )
  bot.messaging.onMessage(() => {
    throw new Error('broken')
  })
  await bot.start()
  await admin.says('hi')
  const alarm = await admin.shouldSee(/^🟡 dead-letter/)
  expect(alarm.text).toContain(`(${second?.appId})\nim.message.receive_v1`)
  expect(alarm.text).toContain('\nWhat to do: ')
  await test.user('linmei', { appId: second?.appId }).shouldSee(/^🟡 dead-letter/)
})
