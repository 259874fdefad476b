import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { type Bot, createBot, type HandlerFailure, isLarkspurError, loadConfigFile } from '@larkspur/core'
import { CliError } from '../cli-error.ts'
import { type ChatPartner, followMessages } from '../dev/chat-partner.ts'
import { noteLine } from '../dev/conversation.ts'
import { devConfig, devLogFile } from '../dev/dev-config.ts'
import { SandboxControl } from '../dev/sandbox-control.ts'
import { SandboxProcess } from '../dev/sandbox-process.ts'
import { scriptedChat } from '../dev/scripted-chat.ts'
import { TerminalChat } from '../dev/terminal-chat.ts'
import { styled } from '../output/style.ts'
import { StopWatch } from '../stop-signal.ts'

/** Options of `larkspur dev`. */
export interface DevOptions {
  readonly cwd: string
  readonly config?: string | undefined
  readonly say?: readonly string[] | undefined
  readonly user: string
  /** Longest wait for an answer, seconds. */
  readonly timeout: number
  readonly chat: boolean
  /** Port of the sandbox. */
  readonly port: number
}

/** `larkspur dev`: starts a sandbox and the bot, and lets a person talk to it. */
export async function dev(options: DevOptions): Promise<number> {
  process.chdir(options.cwd)
  using stop = new StopWatch()
  const [loaded, started] = await Promise.allSettled([
    loadConfigFile({ cwd: process.cwd(), file: options.config }),
    SandboxProcess.start(process.cwd(), options.port),
  ])
  await using sandbox = started.status === 'fulfilled' ? started.value : undefined
  if (loaded.status === 'rejected') throw loaded.reason
  if (!sandbox) throw (started as PromiseRejectedResult).reason
  using control = new SandboxControl(sandbox.ready.url)
  const { config, sources, appId } = await devConfig(loaded.value.config, loaded.value.sources, sandbox.ready, control)
  await rm(devLogFile, { force: true })
  await using bot = await createBot(config, sources)
  const partner: ChatPartner = { control, user: options.user, appId, settled: followMessages(bot) }
  const ended = sandbox.ended.then(() => {
    throw new CliError('The sandbox has ended.', 'Start larkspur dev again.')
  })
  await Promise.race([talk(bot, partner, options, stop, sandbox.ready.url), stop.asked, ended])
  await bot.close('the conversation ended')
  return 0
}

async function talk(
  bot: Bot,
  partner: ChatPartner,
  options: DevOptions,
  stop: StopWatch,
  sandboxUrl: string,
): Promise<void> {
  const { say, chat, timeout } = options
  const interactive = chat && say === undefined && process.stdin.isTTY === true
  let note = (text: string): void => void process.stderr.write(`${noteLine(text)}\n`)
  bot.onError((failure) => note(failureText(failure)))
  bot.observe('alarm', ({ message, action }) => note(`${message} ${action}`))
  await bot.start()
  if (say !== undefined) return scriptedChat(say, partner, { timeoutMs: timeout * 1000, logFile: devLogFile })

  process.stderr.write(
    styled('dim', `Sandbox at ${sandboxUrl}, log in ${devLogFile}. ${ending(interactive)}\n`, process.stderr),
  )
  if (!chat) return void (await stop.asked)
  if (!interactive) {
    const lines = createInterface({ input: process.stdin })
    return scriptedChat(spoken(lines), partner, { timeoutMs: timeout * 1000, logFile: devLogFile })
  }
  using terminal = new TerminalChat(partner, stop)
  note = (text) => terminal.note(text)
  await terminal.talk()
}

function ending(interactive: boolean): string {
  return interactive ? '/quit ends.' : 'Ctrl-C ends.'
}

async function* spoken(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) if (line.trim() !== '') yield line.trim()
}

function failureText({ handler, error, next }: HandlerFailure): string {
  const what = isLarkspurError(error) ? `${error.code}: ${error.message} ${error.hint}` : String(error)
  return `${handler} failed: ${what}${next === 'retry' ? ' It is tried again.' : ''}`
}
