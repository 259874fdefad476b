// node larkspur.mjs <url> <app id> <app secret> <database folder>: from dist, says so when it is linked.
import { enableCompileCache } from 'node:module'

enableCompileCache(process.env.BENCH_CACHE)
const [, , domain, appId, appSecret, folder] = process.argv
const { createBot, makeKeyFile } = await import('../../packages/core/dist/index.js')
const bot = await createBot({
  apps: [{ appId, appSecret, domain }],
  database: { url: `sqlite:${folder}` },
  credentials: { encryptionKey: makeKeyFile(`${folder}/encryption.key`).text },
  log: { level: 'error', format: 'json' },
  http: { port: 0, monitorPort: 0 },
})
bot.on('im.message.receive_v1', async () => {})
await bot.start()
process.send('linked')
process.on('message', () => process.send(process.memoryUsage.rss() / 1e6))
