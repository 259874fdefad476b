// The official SDK alone, with its defaults, as the client to compare with.
import { setTimeout as sleep } from 'node:timers/promises'
import * as lark from '@larksuiteoapi/node-sdk'
import { type ClientSettings, closedLoop, HandledCount, memory, perSecond, sampleEvent, serve } from './verbs.ts'

let client: lark.Client
let settings: ClientSettings
const handled = new HandledCount()

function send(): Promise<unknown> {
  return client.im.v1.message.create({
    params: { receive_id_type: 'open_id' },
    data: { receive_id: settings.receiver, msg_type: 'text', content: '{"text":"hello"}' },
  })
}

function token(): Promise<unknown> {
  return client.tokenManager.getTenantAccessToken()
}

const handlers = {
  none: async () => {},
  nothing: async () => {},
  'five-seconds': async () => void (await sleep(5000)),
  send: async () => void (await send()),
} as const

serve({
  async start(given) {
    settings = given
    const app = { appId: given.appId, appSecret: given.appSecret, domain: given.url }
    const options = { ...app, loggerLevel: lark.LoggerLevel.error }
    client = new lark.Client(options)
    if (!given.linked) return
    const handle = handlers[given.handler]
    const eventDispatcher = new lark.EventDispatcher({ loggerLevel: lark.LoggerLevel.error }).register({
      'im.message.receive_v1': async () => {
        await handle()
        handled.add()
      },
    })
    await new Promise<void>((resolve, reject) => {
      const link = new lark.WSClient({ ...options, onReady: () => resolve(), onError: reject })
      void link.start({ eventDispatcher })
    })
  },
  handled: (count) => handled.wait(count),
  send: (load) => closedLoop(load, send),
  async dispatch(count) {
    const dispatcher = new lark.EventDispatcher({ loggerLevel: lark.LoggerLevel.error }).register({
      'im.message.receive_v1': async () => {},
    })
    const startedAt = performance.now()
    for (let number = 0; number < count; number += 1)
      await dispatcher.invoke(sampleEvent('cli_0000000000000001', number), { needCheck: false })
    return ((performance.now() - startedAt) * 1e6) / count
  },
  tokensAtOnce: async (count) => void (await Promise.all(Array.from({ length: count }, token))),
  tokensInTurn: (count) => perSecond(count, token),
  memory,
})
