import { createTestBot } from '@larkspur/testkit'
import { describe, expect, it } from 'vitest'
import { messaging } from './plugin.ts'

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
    expect(await test.bot.metricsText()).toMatch(
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
