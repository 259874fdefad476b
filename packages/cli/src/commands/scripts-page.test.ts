import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startSandbox } from '@larkspur/sandbox'
import { expect, it, vi } from 'vitest'
import { botFolder } from '../testing/bot-folder.ts'
import { RunningCommand } from '../testing/command.ts'
import { sandboxEnv } from '../testing/sandbox-env.ts'

// Every test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const page = await readFile(new URL('../../../../docs/scripts.md', import.meta.url), 'utf8')
const modules = fileURLToPath(new URL('../../../../examples/hello/node_modules', import.meta.url))
const run = promisify(execFile)

it('the script of docs/scripts.md runs as it stands there, also beside the running bot', async () => {
  await using sandbox = await startSandbox()
  await using folder = await botFolder({}, { modules })
  const files = [...page.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```/gms)]
  expect(files.map(([, name]) => name)).toEqual(['src/figures.ts', 'bot.config.ts', 'nightly.ts'])
  for (const [, name = '', code = ''] of files) {
    await mkdir(dirname(join(folder.path, name)), { recursive: true })
    await writeFile(join(folder.path, name), code)
  }
  const chatId = (await sandbox.chats()).find(({ type }) => type === 'group')?.chatId ?? ''
  const env = { ...sandboxEnv(sandbox), LARKSPUR_LOG_LEVEL: 'warn', REPORT_CHAT: chatId }
  const nightly = (orders: string) =>
    run(process.execPath, ['nightly.ts', orders], { cwd: folder.path, env: { ...process.env, ...env } })

  expect(await nightly('42')).toEqual({ stdout: '', stderr: '' })
  await using _bot = new RunningCommand(['start'], { cwd: folder.path, env: { ...env, LARKSPUR_LOG_LEVEL: 'info' } })
  await _bot.printed(/"msg":"started"/)
  expect(await nightly('40')).toEqual({ stdout: '', stderr: '' })
  const texts = (await sandbox.messages({ chatId })).map(({ text }) => text)
  expect(texts).toEqual(['Orders so far: 42', 'Orders so far: 40'])
  expect(await sandbox.links()).toHaveLength(1)
})
