import { type BotWith, createBot, definePlugin, optional, type SetupWith } from '@larkspur/core'
import { expectTypeOf, test } from 'vitest'
import type { Command } from './command.ts'
import type { IncomingKind } from './events.ts'
import { mention } from './mention.ts'
import type { MatchedMessage, Message } from './message.ts'
import type { MessagingApi } from './messaging-api.ts'
import { type MessagingPlugin, messaging } from './plugin.ts'
import type { SentMessage } from './send.ts'
import { text } from './text.ts'

const apps = [{ appId: 'cli_0000000000000001', appSecret: 'x' }]

const bot = await createBot({ apps, plugins: [messaging()] })

test('options may be left out or be undefined, wrong ones are errors', async () => {
  messaging()
  messaging({})
  messaging({
    appId: undefined,
    groupMessages: undefined,
    commandPrefix: undefined,
    help: undefined,
    ignoreBots: undefined,
  })
  messaging({ groupMessages: 'all', help: process.env.HELP === 'yes', appId: process.env.APP })
  // @ts-expect-error: not one of the choices
  messaging({ groupMessages: 'some' })
  // @ts-expect-error: no such option
  messaging({ commandprefix: '!' })
  // @ts-expect-error: a text where a boolean belongs
  messaging({ help: 'yes' })
})

test('bot.messaging exists exactly when the plugin is in the list', async () => {
  expectTypeOf(bot.messaging).toEqualTypeOf<MessagingApi>()
  expectTypeOf(bot.app('cli_0000000000000001').messaging).toEqualTypeOf<MessagingApi>()
  const bare = await createBot({ apps, plugins: [] })
  // @ts-expect-error: messaging() was not passed
  bare.messaging
})

test('handlers get what their pattern promises', async () => {
  bot.messaging.onMessage(/^hello/i, (message) => message.reply('Hello!'))
  bot.messaging.onMessage((message) => {
    expectTypeOf(message).toEqualTypeOf<Message>()
    expectTypeOf(message.event.body.message.chat_id).toEqualTypeOf<string>()
  })
  bot.messaging.onMessage(/(\d+)/, (message) => {
    expectTypeOf(message).toEqualTypeOf<MatchedMessage>()
    expectTypeOf(message.match.index).toEqualTypeOf<number>()
  })
  bot.messaging.onMessage('ping', (message) => expectTypeOf(message.match).toEqualTypeOf<RegExpExecArray | undefined>())
  bot.messaging.onMessage({ chat: 'p2p', types: ['image'], pattern: undefined, filter: undefined }, async (message) => {
    expectTypeOf(await message.step('count', () => 1)).toEqualTypeOf<number>()
  })
  bot.messaging.onCommand({ name: 'standup', description: undefined, aliases: undefined }, (command) => {
    expectTypeOf(command).toEqualTypeOf<Command>()
    expectTypeOf(command.args).toEqualTypeOf<readonly string[]>()
    return command.reply(text`Hi ${mention(command.message.sender)}`, { inThread: undefined, key: undefined })
  })
  // @ts-expect-error: a handler is missing
  bot.messaging.onMessage('ping')
  // @ts-expect-error: no such part of a pattern
  bot.messaging.onMessage({ patern: 'x' }, () => {})
  // @ts-expect-error: a group is called 'group'
  bot.messaging.onMessage({ chat: 'room' }, () => {})
})

test('texts go to ids that have names', async () => {
  expectTypeOf(
    bot.messaging.sendText('ou_1', 'hi', { key: undefined, appId: undefined }),
  ).resolves.toEqualTypeOf<SentMessage>()
  bot.messaging.sendText({ userId: '3e3cf96b' }, text`${1} of ${[mention('ou_1')]}`)
  // @ts-expect-error: ids have names
  bot.messaging.sendText({ id: 'ou_1' }, 'hi')
  // @ts-expect-error: a date is no text
  bot.messaging.sendText('ou_1', text`${new Date()}`)
})

test('events are typed', async () => {
  bot.observe('messaging:received', (fact) => expectTypeOf(fact.kind).toEqualTypeOf<IncomingKind>())
  // @ts-expect-error: no such fact
  bot.observe('messaging:lost', () => {})
})

test('other plugins get the API by what they use', async () => {
  const greeter = definePlugin({
    name: 'greeter',
    uses: { messaging },
    setup({ messaging: messages, observe }) {
      expectTypeOf(messages).toEqualTypeOf<MessagingApi>()
      observe('messaging:sent', (fact) => expectTypeOf(fact.repliedTo).toEqualTypeOf<string | undefined>())
    },
  })
  const quiet = definePlugin({
    name: 'quiet',
    uses: { messaging: optional<typeof messaging>('messaging') },
    setup({ messaging: messages }) {
      expectTypeOf(messages).toEqualTypeOf<MessagingApi | undefined>()
    },
  })
  await createBot({ apps, plugins: [messaging(), greeter(), quiet()] })
  await createBot({ apps, plugins: [quiet()] })
  // @ts-expect-error: plugin "greeter" uses "messaging": add messaging() to plugins
  await createBot({ apps, plugins: [greeter()] })
})

test('functions take a bot or a context', async () => {
  const useBot = (given: BotWith<typeof messaging>) => given.messaging.sendText('ou_1', 'hi')
  void useBot(bot)
  const register = ({ messaging: messages, log }: SetupWith<MessagingPlugin>) => {
    messages.onMessage((message) => log.info('said', { type: message.type }))
  }
  expectTypeOf(register).returns.toBeVoid()
})
