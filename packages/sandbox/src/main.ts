#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { parseArgs } from 'node:util'
import type { Sandbox, SandboxOptions } from './start-sandbox.ts'

const usage = `larkspur-sandbox: a local Feishu for bots

  --port <n>            port, 0 for a free one (default 8666)
  --host <address>      address to listen on (default 127.0.0.1)
  --seed <text>         same seed, same ids and secrets (default larkspur)
  --apps <n>            number of apps (default 1)
  --clock-scale <n>     platform time passes n times faster (default 1)
  --state <file>        keep people, chats and documents there over restarts
  --json                one line of JSON when ready
  --exit-with-parent    end when standard input closes
  --help                this text
`

const options = {
  port: { type: 'string', default: '8666' },
  host: { type: 'string', default: '127.0.0.1' },
  seed: { type: 'string' },
  apps: { type: 'string' },
  'clock-scale': { type: 'string' },
  state: { type: 'string' },
  json: { type: 'boolean', default: false },
  'exit-with-parent': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

async function main(): Promise<void> {
  const { values } = parseArgs({ options })
  if (values.help) {
    process.stdout.write(usage)
    return
  }
  // What is loaded from here on is compiled once, and from its sources stripped of types once.
  enableCompileCache()
  const { startSandbox } = await import('./start-sandbox.ts')
  const sandbox = await startSandbox(sandboxOptions(values))
  let ending = false
  const end = () => {
    if (ending) process.exit(1)
    ending = true
    void sandbox.close().then(() => process.exit(0))
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  // A parent that was killed cannot send a signal; its end of the pipe closes all the same.
  if (values['exit-with-parent']) process.stdin.on('end', end).on('error', end).resume()
  process.stdout.write(values.json ? jsonLine(sandbox) : summary(sandbox))
}

function sandboxOptions(values: {
  port: string
  host: string
  seed?: string
  apps?: string
  'clock-scale'?: string
  state?: string
}): SandboxOptions {
  return {
    port: wholeNumber('--port', values.port, 0, 65_535),
    host: values.host,
    ...(values.seed !== undefined && { seed: values.seed }),
    ...(values.apps !== undefined && { apps: wholeNumber('--apps', values.apps, 1, 100) }),
    ...(values.state !== undefined && { stateFile: values.state }),
    onWarning: (sentence) => process.stderr.write(`larkspur-sandbox: ${sentence}\n`),
    ...(values['clock-scale'] !== undefined && { clockScale: Number(values['clock-scale']) }),
  }
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw new Error(`${name} takes a whole number from ${min} to ${max}, received "${text}".`)
}

function jsonLine(sandbox: Sandbox): string {
  const { url, apps, users } = sandbox
  return `${JSON.stringify({ url, apps, users })}\n`
}

function summary(sandbox: Sandbox): string {
  const apps = sandbox.apps.map((app) => `  ${app.name.padEnd(14)} ${app.appId}  secret ${app.appSecret}`)
  const users = sandbox.users.map((user) => user.userId).join(', ')
  return [
    `Larkspur sandbox at ${sandbox.url}`,
    '',
    'Apps',
    ...apps,
    '',
    `People: ${users}`,
    '',
    `Open ${sandbox.url} in a browser to chat.`,
    `Use ${sandbox.url} as the domain of your SDK. Control: POST ${sandbox.url}/sandbox/say {"user": "alice", "text": "hello"}`,
    'Ctrl-C ends it.',
    '',
  ].join('\n')
}

main().catch((error: unknown) => {
  process.stderr.write(`larkspur-sandbox: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
