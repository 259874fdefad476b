// Lives like a bot author: installs tarballs with npm in empty folders outside the workspace, type-checks a bot and talks to it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { readText } from '../borders/source-tree.ts'
import { run, type Tarball } from './tarball.ts'

interface Ready {
  readonly url: string
  readonly apps: readonly { readonly appId: string; readonly appSecret: string }[]
  readonly users: readonly { readonly userId: string }[]
}

const bot = `import { createBot } from '@larkspur/core'
import { messaging } from '@larkspur/plugin-messaging'

const { APP_ID = '', APP_SECRET = '', SANDBOX_URL = '' } = process.env
const bot = await createBot({
  apps: [{ appId: APP_ID, appSecret: APP_SECRET, domain: SANDBOX_URL }],
  plugins: [messaging()],
})
bot.messaging.onMessage(/^hello/i, (message) => message.reply('Hello!'))
await bot.start()
process.once('SIGTERM', () => bot.close())
`
const required = `const { createBot } = require('@larkspur/core')
if (typeof createBot !== 'function') throw new Error('require() of @larkspur/core gives no createBot')
`
const typeSettings = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2024',
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: ['node'],
  },
  files: ['bot.ts'],
}

/** Installs core and messaging alone into `folder` and checks that a bot type-checks there, without the SDK's types, and by require(). */
export function checkBotProject(folder: string, tarballs: readonly Tarball[]): void {
  const { devDependencies } = JSON.parse(readText('package.json')) as { devDependencies: Record<string, string> }
  install(folder, tarballs, [`typescript@${devDependencies.typescript}`, '@types/node@24'])
  writeFileSync(join(folder, 'bot.ts'), bot)
  writeFileSync(join(folder, 'require.cjs'), required)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(typeSettings, null, 2))
  const files = run(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', '.', '--listFiles', '--pretty', 'false'],
    folder,
  )
  const ofSdk = files.split('\n').filter((file) => file.includes('node-sdk/'))
  if (ofSdk.length > 0)
    throw new Error(`tsc loads ${ofSdk.length} files of the SDK for a bot that does not use it, such as ${ofSdk[0]}`)
  run(process.execPath, ['require.cjs'], folder)
}

/** Runs that bot against the sandbox, each its own process from its own tarball: a person says hello and is answered. */
export async function checkConversation(botFolder: string, sandboxFolder: string, sandbox: Tarball): Promise<void> {
  install(sandboxFolder, [sandbox], [])
  const platform = start(
    'larkspur-sandbox',
    ['node_modules/.bin/larkspur-sandbox', '--port', '0', '--json'],
    sandboxFolder,
    {},
  )
  let botProcess: Running | undefined
  try {
    const { url, apps, users } = JSON.parse(await platform.firstLine()) as Ready
    const [app] = apps
    const [user] = users
    if (!app || !user) throw new Error(`the sandbox offers no app or no user: ${platform.output()}`)
    const control = (verb: string, options: object) => ask(`${url}/sandbox/${verb}`, options)
    const settings = { APP_ID: app.appId, APP_SECRET: app.appSecret, SANDBOX_URL: url }
    botProcess = start('the bot', ['bot.ts'], botFolder, settings)
    await Promise.race([control('waitForLinks', { appId: app.appId, timeoutMs: 20_000 }), botProcess.failed])
    await control('say', { user: user.userId, text: 'hello from a person' })
    const answer = control('waitForMessage', { sender: 'bot', timeoutMs: 20_000 })
    const { text } = ((await Promise.race([answer, botProcess.failed])) as { result: { text: string } }).result
    if (text !== 'Hello!') throw new Error(`the bot answered ${JSON.stringify(text)} instead of "Hello!"`)
    await botProcess.stop()
  } catch (cause) {
    const said = [platform, botProcess].map((each) => each?.output() ?? '').join('\n')
    throw new Error(`the conversation failed: ${cause instanceof Error ? cause.message : String(cause)}\n${said}`, {
      cause,
    })
  } finally {
    botProcess?.kill()
    platform.kill()
  }
}

function install(folder: string, tarballs: readonly Tarball[], others: readonly string[]): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'packed', private: true, type: 'module' }))
  run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs.map(({ path }) => path), ...others],
    folder,
  )
}

interface Running {
  /** The first line that it prints; rejects when it ends before. */
  firstLine(): Promise<string>
  /** Rejects when the program ends; never resolves. */
  readonly failed: Promise<never>
  output(): string
  /** SIGTERM; rejects unless it exits with 0 within 10 s. */
  stop(): Promise<void>
  kill(): void
}

function start(name: string, arguments_: readonly string[], cwd: string, settings: Record<string, string>): Running {
  const child: ChildProcess = spawn(process.execPath, arguments_, {
    cwd,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const failed = ended.then(([code, signal]) =>
    Promise.reject(new Error(`${name} ended with ${signal ?? `code ${code}`}`)),
  )
  failed.catch(() => {}) // read by those who wait; an end that was asked for is no failure
  return {
    async firstLine() {
      if (!child.stdout) throw new Error(`${name} has no output`)
      const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), failed])) as [string]
      return line
    },
    failed,
    output: () => output,
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
      child.kill('SIGTERM')
      const [code, signal] = await ended
      clearTimeout(timer)
      if (code !== 0)
        throw new Error(`${name} ended with ${signal ?? `code ${code}`} on SIGTERM instead of code 0 within 10 s`)
    },
    kill: () => child.kill('SIGKILL'),
  }
}

async function ask(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`)
  return JSON.parse(text)
}
