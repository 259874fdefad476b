import { readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { botFolder, parrotConfig } from '../testing/bot-folder.ts'
import { RunningCommand } from '../testing/command.ts'
import { SandboxControl } from './sandbox-control.ts'

// Every test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const live = ['dev', '--no-chat', '--port', '0']

/** A running command with a hand on its sandbox. */
async function session(
  command: RunningCommand,
): Promise<{ readonly url: string; answer(text: string): Promise<string> }> {
  const [, url = ''] = await command.printed(/Chat with the bot at (\S+)/)
  const control = new SandboxControl(url)
  const [app] = await control.apps()
  return {
    url,
    answer: async (text) => {
      const said = await control.say('alice', app?.appId ?? '', text)
      return (await control.nextOfBot(said.seq, { chatId: said.chatId, timeoutMs: 10_000 }))?.text ?? ''
    },
  }
}

it('starts the bot again when a file changes, and the sandbox goes on', async () => {
  await using bot = await botFolder({
    'bot.config.ts': parrotConfig({
      more: "const { ending } = await import('./ending.ts'); if (ending !== '!') return",
    }),
    'ending.ts': "export const ending = '?'",
  })
  await using command = new RunningCommand(live, { cwd: bot.path })
  await command.printed(/The bot is connected/)
  const { answer } = await session(command)
  await writeFile(join(bot.path, 'ending.ts'), "export const ending = '!'")
  await command.printed(/ending\.ts changed: the bot is started again\.[\s\S]*The bot is connected/)
  expect(await answer('again')).toBe('again!')
})

it('shows what is wrong with a changed file, waits for the next change and then handles what came meanwhile', async () => {
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  await using command = new RunningCommand(live, { cwd: bot.path })
  await command.printed(/The bot is connected/)
  const { answer } = await session(command)
  await writeFile(join(bot.path, 'bot.config.ts'), 'export default {')
  await command.printed(/✗ .*bot\.config\.ts[\s\S]*It is started again at the next change\./)
  const answered = answer('are you there')
  await writeFile(join(bot.path, 'bot.config.ts'), parrotConfig())
  expect(await answered).toBe('are you there!')
})

it('starts when the first configuration is wrong and is mended', async () => {
  await using bot = await botFolder({ 'bot.config.ts': "throw new Error('no idea')" })
  await using command = new RunningCommand(live, { cwd: bot.path })
  await command.printed(/no idea[\s\S]*It is started again at the next change\./)
  const { answer } = await session(command)
  await writeFile(join(bot.path, 'bot.config.ts'), parrotConfig())
  expect(await answer('hello')).toBe('hello!')
})

it('prints what the bot prints, and says that it ended', async () => {
  const more = "console.log('heard it'); process.exit(3)"
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig({ more }) })
  await using command = new RunningCommand([...live, '--no-watch'], { cwd: bot.path })
  await command.printed(/The bot is connected/)
  const { answer } = await session(command)
  answer('hello').catch(() => {})
  await command.printed(/heard it[\s\S]*The bot ended with exit code 3\. It is not started again\./)
})

it('names the signal that ended the bot, and starts it again at the next change', async () => {
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig({ more: "process.kill(process.pid, 'SIGKILL')" }) })
  await using command = new RunningCommand(live, { cwd: bot.path })
  await command.printed(/The bot is connected/)
  const { answer } = await session(command)
  const answered = answer('hello')
  await command.printed(/The bot ended by SIGKILL\. It is started again at the next change\./)
  await writeFile(join(bot.path, 'bot.config.ts'), parrotConfig())
  expect(await answered).toBe('hello!')
})

it('opens the page, or says that there is no browser', async () => {
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  const name = process.platform === 'darwin' ? 'open' : 'xdg-open'
  const opener = join(bot.path, name)
  await writeFile(opener, `#!/bin/sh\necho "$1" > ${join(bot.path, 'opened.txt')}\n`, { mode: 0o755 })
  await using command = new RunningCommand([...live, '--open'], { cwd: bot.path, env: { PATH: bot.path } })
  const { url } = await session(command)
  await expect.poll(() => readFile(join(bot.path, 'opened.txt'), 'utf8').catch(() => '')).toBe(`${url}\n`)
  await rm(opener)
  await using second = new RunningCommand([...live, '--open'], { cwd: bot.path, env: { PATH: bot.path } })
  await second.printed(new RegExp(`No browser could be opened \\(spawn ${name} ENOENT\\)`))
})

it('takes a free port when the usual one is in use', async () => {
  const server = createServer().listen(3939, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve).once('error', resolve))
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig() })
  await using command = new RunningCommand(['dev', '--no-chat'], { cwd: bot.path })
  const [, port] = await command.printed(/Port 3939 is in use[\s\S]*Chat with the bot at http:\/\/127\.0\.0\.1:(\d+)/)
  server.close()
  expect(port).not.toBe('3939')
})
