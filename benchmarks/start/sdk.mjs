// node sdk.mjs <url> <app id> <app secret>: says so when it is linked.
import { enableCompileCache } from 'node:module'

enableCompileCache(process.env.BENCH_CACHE)
const [, , domain, appId, appSecret] = process.argv
const lark = await import('@larksuiteoapi/node-sdk')
const quiet = { loggerLevel: lark.LoggerLevel.error }
const eventDispatcher = new lark.EventDispatcher(quiet).register({ 'im.message.receive_v1': async () => {} })
const onReady = () => process.send('linked')
const client = new lark.WSClient({ appId, appSecret, domain, onReady, ...quiet })
void client.start({ eventDispatcher })
process.on('message', () => process.send(process.memoryUsage.rss() / 1e6))
