import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBot, definePlugin, newEncryptionKey } from '@larkspur/core'
import { createTestBot, pluginConformance } from '@larkspur/testkit'
import { describe, expect, it } from 'vitest'
import { messagingError } from './errors.ts'
import { messaging } from './plugin.ts'

it('is a good plugin', async () => {
  expect(await pluginConformance(messaging, { errors: messagingError })).toEqual([])
})

describe('options', () => {
  it('come from the environment too', async () => {
    await using test = await createTestBot({
      plugins: [messaging({ help: undefined })],
      env: { LARKSPUR_MESSAGING_COMMAND_PREFIX: '!', LARKSPUR_MESSAGING_HELP: 'false' },
      setup: ({ messaging: messages }) => messages.onCommand('help', (command) => command.reply('call me')),
    })
    await test.user().says('!help', { expect: 'call me' })
  })

  it('are refused with every problem and its path', async () => {
    const wrong = { appId: 'cli_1', groupMessages: 'some', commandPrefix: 'a', help: 1, helpp: true }
    const failure = await createTestBot({ plugins: [messaging(wrong as never)], start: false }).catch((error) => error)
    expect(failure).toMatchObject({ code: 'PLUGIN_OPTIONS_INVALID' })
    for (const name of Object.keys(wrong)) expect(failure.message).toContain(name)
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
      credentials: { encryptionKey: newEncryptionKey() },
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
