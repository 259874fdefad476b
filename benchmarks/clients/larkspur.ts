// The framework as the client under test.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bot, createBot, definePlugin, newEncryptionKey, type PluginCredentials } from '@larkspur/core'
import { measureDispatch } from './larkspur-dispatch.ts'
import { type ClientSettings, closedLoop, HandledCount, memory, perSecond, serve } from './verbs.ts'

type EmptyBot = Bot

const credentials = definePlugin({ name: 'tokens', setup: ({ credentials }): PluginCredentials => credentials })

let bot: EmptyBot
let tokens: PluginCredentials
let settings: ClientSettings
const handled = new HandledCount()

function send(): Promise<unknown> {
  return bot.app().request({
    method: 'POST',
    path: '/open-apis/im/v1/messages',
    query: { receive_id_type: 'open_id' },
    body: { receive_id: settings.receiver, msg_type: 'text', content: '{"text":"hello"}' },
    effect: 'keyed',
    receiver: settings.receiver,
  })
}

const handlers = {
  nothing: async () => {},
  'five-seconds': async () => void (await sleep(5000)),
  send: async () => void (await send()),
} as const

serve({
  async start(given) {
    settings = given
    const { appId, appSecret, url, database, work } = given
    const botWithTokens = await createBot({
      apps: [{ appId, appSecret, domain: url }],
      plugins: [credentials()],
      work,
      database: { url: database },
      credentials: { encryptionKey: newEncryptionKey() },
      log: { level: 'error', format: 'json' },
      // The sandbox has no limits here either.
      api: { callsPerSecond: 0, messagesPerSecond: 0 },
      http: { port: 0, monitorPort: 0 },
    })
    bot = botWithTokens
    tokens = botWithTokens.tokens
    if (given.handler !== 'none') bot.on('im.message.receive_v1', handlers[given.handler])
    bot.observe('event:handled', () => handled.add())
    if (given.linked) await bot.start()
  },
  handled: (count) => handled.wait(count),
  send: (load) => closedLoop(load, send),
  dispatch: measureDispatch,
  tokensAtOnce: async (count) => void (await Promise.all(Array.from({ length: count }, () => tokens.tenantToken()))),
  tokensInTurn: (count) => perSecond(count, () => tokens.tenantToken()),
  memory,
})
