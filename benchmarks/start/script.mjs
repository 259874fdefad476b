// node script.mjs <url> <app id> <app secret> <database folder> <dist | source>: a script that sends one message, says so when it is
// sent, and ends by itself.
import { enableCompileCache } from 'node:module'

enableCompileCache(process.env.BENCH_CACHE)
const [, , domain, appId, appSecret, folder, from] = process.argv
const { createBot } = await import(`../../packages/core/${from === 'dist' ? 'dist/index.js' : 'src/index.ts'}`)
const bot = await createBot({
  apps: [{ appId, appSecret, domain }],
  database: { url: `sqlite:${folder}` },
  log: { level: 'error', format: 'json' },
})
await bot.app().request({
  method: 'POST',
  path: '/open-apis/im/v1/messages',
  query: { receive_id_type: 'chat_id' },
  body: { receive_id: process.env.BENCH_CHAT, msg_type: 'text', content: '{"text":"done"}' },
  effect: 'keyed',
})
process.send('called')
process.disconnect()
