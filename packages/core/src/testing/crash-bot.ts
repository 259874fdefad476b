// A bot in a process of its own, to be killed: replies to every message after a short while.
import { createBot } from '../index.ts'
import { testEncryptionKey } from './storage-settings.ts'
import { quickOptions } from './test-bot.ts'

const [appId = '', appSecret = '', domain = '', database = ''] = process.argv.slice(2)
const options = {
  ...quickOptions,
  database: { url: database, migrate: 'auto' } as const,
  log: { level: 'error' } as const,
  // In the default folder the bot makes its key itself.
  credentials: database === 'sqlite:.larkspur' ? {} : { encryptionKey: testEncryptionKey },
  inbox: { pollMs: 20, leaseMs: 3000, extendMs: 500 },
}
const bot = await createBot({ apps: [{ appId, appSecret, domain }], ...options })
bot.on('im.message.receive_v1', async ({ body: { message }, appId }) => {
  await bot.app(appId).request({
    method: 'POST',
    path: '/open-apis/im/v1/messages/:message_id/reply',
    params: { message_id: message.message_id },
    body: { msg_type: 'text', content: JSON.stringify({ text: 'seen' }) },
    effect: 'keyed',
    receiver: message.message_id,
  })
  // Killed here, the effect has happened and is not recorded: the next run must send with the same key.
  await new Promise((resolve) => setTimeout(resolve, 20))
})
await bot.start()
process.stdout.write('ready\n')
