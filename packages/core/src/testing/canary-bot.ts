// A bot whose secrets are known to the test, in a process of its own: it makes its calls fail in every way that it can,
// prints what a program might print, and waits to be killed. Its canaries come in CANARY; tokens go back as a message.
import { inspect } from 'node:util'
import {
  backupDatabase,
  createBot,
  definePlugin,
  describeConfig,
  explainConfig,
  keyStatus,
  type PluginCredentials,
  rotateKeys,
} from '../index.ts'
import { quickOptions } from './test-bot.ts'

/** What the parent knows. */
export interface Canaries {
  readonly app: { readonly appId: string; readonly appSecret: string; readonly domain: string }
  readonly stored: {
    readonly appId: string
    readonly appSecret: string
    readonly domain: string
    readonly encryptKey: string
    readonly verificationToken: string
  }
  readonly database: string
  readonly badDatabase: string
  readonly encryptionKey: string
  readonly otherKey: string
  readonly weakKey: string
  readonly readyToken: string
  readonly grant: { readonly accessToken: string; readonly refreshToken: string }
  readonly openId: string
  readonly backup: string
}

const canary = JSON.parse(process.env.CANARY ?? '') as Canaries
// A child that a bot starts inherits its environment; what it prints of that is not the bot's.
delete process.env.CANARY
const { app, stored } = canary
const credentials = { encryptionKey: canary.encryptionKey }
const database = { url: canary.database, migrate: 'auto' } as const
const sources = { env: {}, dotenv: '' }

async function failing(what: string, fn: () => Promise<unknown>): Promise<void> {
  try {
    process.stdout.write(`${what}: ${inspect(await fn(), { depth: 6 })}\n`)
  } catch (error) {
    const { stack, message } = error as Error
    process.stdout.write(`${what} failed: ${message}\n${stack}\n${inspect(error, { depth: 8, showHidden: true })}\n`)
    process.stdout.write(`${JSON.stringify(error)}\n`)
  }
}

let held: PluginCredentials | undefined
const keeper = definePlugin({
  name: 'keeper',
  setup({ credentials: given }) {
    held ??= given
  },
})
const config = { ...quickOptions, apps: [app], defaultAppId: app.appId, plugins: [keeper()], database, credentials }
const bot = await createBot(config, sources)
bot.on('im.message.receive_v1', async () => {
  throw new Error(`no luck with ${canary.readyToken}, ${app.appSecret} and ${await held?.tenantToken()}`)
})
await bot.start()
await bot.apps.add({ ...stored, receive: 'webhook' })
const tokens: (string | undefined)[] = [await held?.tenantToken(), await held?.appToken()]
const info = { path: '/open-apis/bot/v3/info' } as const
await failing('a call', () => bot.app().request({ ...info, answer: 'envelope' }))
await failing('a refused call', () =>
  bot.app().request({ method: 'POST', path: '/open-apis/im/v1/messages', body: { text: canary.readyToken } }),
)
await failing('a call with a bad token', () => bot.app().request({ ...info, token: canary.readyToken }))
await failing('a void token', async () => {
  await fetch(`${app.domain}/sandbox/voidTokens`, { method: 'POST', body: '{}' })
  return bot.app().request({ ...info, answer: 'envelope' })
})
tokens.push(await held?.tenantToken())
await failing('a user', async () => {
  const user = { appId: app.appId, openId: canary.openId }
  await held?.userTokens.put(user, { ...canary.grant, lifeMs: 7_200_000, refreshLifeMs: 86_400_000, scopes: [] })
  return bot.app().request({ path: '/open-apis/authen/v1/user_info', asUser: canary.openId })
})
await failing('a code', async () =>
  held?.userTokens.redeem({ appId: app.appId, code: 'canaryCodeOfConsent00', redirectUri: 'http://127.0.0.1/back' }),
)
await failing('a forged event', async () => {
  const request = new Request(`http://bot/webhook/${stored.appId}`, {
    method: 'POST',
    headers: { 'x-lark-signature': stored.encryptKey, 'x-lark-request-timestamp': '1', 'x-lark-request-nonce': '2' },
    body: JSON.stringify({ encrypt: 'AAAA', token: stored.verificationToken }),
  })
  return (await bot.fetch(request)).text()
})
for (const [what, other] of [
  ['a wrong key', { credentials: { encryptionKey: canary.otherKey } }],
  ['a weak key', { credentials: { encryptionKey: canary.weakKey } }],
  ['a database that is away', { database: { url: canary.badDatabase, acquireTimeoutMs: 200 } }],
  ['a wrong configuration', { apps: [{ ...app, appId: app.appSecret }], defaultAppId: undefined }],
] as const)
  await failing(what, async () => {
    await using another = await createBot({ ...config, ...other }, sources)
    await another.start()
  })
await failing('a wrong secret', async () => {
  await using another = await createBot({ ...config, apps: [{ ...app, appSecret: stored.appSecret }] }, sources)
  return await another.app().request(info)
})
await failing('the keys', () => keyStatus(config, sources))
await failing('a rotation', () =>
  rotateKeys({ ...config, credentials: { encryptionKey: `${canary.otherKey},${canary.encryptionKey}` } }, { sources }),
)
await failing('a backup', () => backupDatabase(config, canary.backup, { sources }))
await failing('the configuration', async () => describeConfig((await explainConfig(config, sources)).origins))
await failing('the bot', async () => [bot, bot.apps.list(), await bot.apps.show(stored.appId), await bot.status()])
process.send?.(tokens)
process.on('message', async () => {
  process.stdout.write(`${await bot.metricsText()}\n`)
  process.send?.('done')
})
