// A short-lived program, as a cron job runs it: never starts the bot. Reads rows, writes one, sends a message, leaves a task for the
// server, and comes to its end. node script-program.ts <app id> <secret> <domain> <database> <close | leave | crash>
import { createBot } from '../index.ts'
import { ledger } from './ledger-plugin.ts'
import { quickOptions } from './test-bot.ts'

const [appId = '', appSecret = '', domain = '', database = '', end = ''] = process.argv.slice(2)
const bot = await createBot({
  ...quickOptions,
  apps: [{ appId, appSecret, domain }],
  database: { url: database },
  log: { level: 'error' },
  plugins: [ledger()],
})
const before = await bot.ledger.entries()
await bot.ledger.add('of the script')
const chatId = await bot.ledger.firstChat()
await bot.app().request({
  method: 'POST',
  path: '/open-apis/im/v1/messages',
  query: { receive_id_type: 'chat_id' },
  body: { receive_id: chatId, msg_type: 'text', content: JSON.stringify({ text: 'from a script' }) },
  effect: 'keyed',
})
await bot.ledger.leaveTask('for the server')
process.stdout.write(JSON.stringify({ before, ports: bot.ports }))
if (end === 'close') await bot.close()
if (end === 'crash') {
  // In the middle of a write, with the database's lock in hand.
  await bot.ledger.addAnd('never committed', () => process.kill(process.pid, 'SIGKILL'))
}
