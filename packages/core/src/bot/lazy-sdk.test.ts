import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { testEncryptionKey } from '../testing/storage-settings.ts'
import { testGround } from '../testing/test-bot.ts'

const index = new URL('../index.ts', import.meta.url).href

// Runs a bot in a process of its own and says whether the SDK was loaded there.
const program = `
import { Module } from 'node:module'
import { createBot } from '${index}'
const [appId, appSecret, domain, database, start] = process.argv.slice(1)
const options = { database: { url: database }, http: { monitorPort: 0 }, log: { level: 'silent' }, credentials: { encryptionKey: '${testEncryptionKey}' } }
const bot = await createBot({ apps: [{ appId, appSecret, domain, receive: start === 'link' ? 'websocket' : 'none' }], ...options })
await bot.app().request({ path: '/open-apis/bot/v3/info', answer: 'envelope' })
if (start) await bot.start()
const loaded = Object.keys(Module._cache).some((file) => file.includes('node-sdk'))
await bot.close()
console.log(JSON.stringify({ loaded }))
`

async function run(start: '' | 'worker' | 'link'): Promise<{ loaded: boolean }> {
  await using ground = await testGround()
  const { appId, appSecret, domain } = ground.app
  const args = [
    '--input-type=module',
    '--eval',
    program,
    appId,
    appSecret,
    String(domain),
    `sqlite:${ground.folder}`,
    start,
  ]
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    timeout: 15_000,
  })
  return JSON.parse(stdout)
}

test('a script that only calls the platform loads none of the SDK, and ends by itself', async () => {
  expect(await run('')).toEqual({ loaded: false })
})

test('a worker without a link loads none of the SDK', async () => {
  expect(await run('worker')).toEqual({ loaded: false })
})

test('a link loads it', async () => {
  expect(await run('link')).toEqual({ loaded: true })
})
