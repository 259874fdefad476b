import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { createBot, loadConfigFile } from '@larkspur/core'
import { CliError } from '../cli-error.ts'
import { noteFailures } from '../dev/bot-notes.ts'
import { followMessages } from '../dev/chat-partner.ts'
import { noteLine } from '../dev/conversation.ts'
import { devConfig, devLogFile } from '../dev/dev-config.ts'
import { liveSession } from '../dev/live-session.ts'
import { SandboxControl } from '../dev/sandbox-control.ts'
import { SandboxProcess } from '../dev/sandbox-process.ts'
import { scriptedChat } from '../dev/scripted-chat.ts'
import { StopWatch } from '../stop-signal.ts'

/** Options of `larkspur dev`. */
export interface DevOptions {
  readonly cwd: string
  readonly config?: string | undefined
  readonly say?: readonly string[] | undefined
  readonly user: string
  /** Longest wait for an answer, seconds. */
  readonly timeout: number
  /** Whether there is a conversation in the terminal. */
  readonly chat: boolean
  /** Whether the bot is replaced when its files change. */
  readonly watch: boolean
  /** Whether the browser is opened; not with what is said on the command line. */
  readonly open: boolean
  /** Port of the sandbox and its page; undefined: always the same one where it is free. */
  readonly port?: number | undefined
}

/** `larkspur dev`: starts a sandbox and the bot, and lets a person talk to it, in the browser and in the terminal. */
export async function dev(options: DevOptions): Promise<number> {
  process.chdir(options.cwd)
  using stop = new StopWatch()
  await rm(devLogFile, { force: true })
  const texts = spokenTexts(options)
  if (texts) await scriptedSession(texts, options, stop)
  else await liveSession(options, stop)
  return 0
}

/** What is said without a person: given on the command line, or piped in. */
function spokenTexts({ say, chat }: DevOptions): Iterable<string> | AsyncIterable<string> | undefined {
  if (say) return say
  if (!chat || process.stdin.isTTY) return undefined
  return spokenLines()
}

// Standard input is opened when the first text is wanted: lines that come before would be lost.
async function* spokenLines(): AsyncGenerator<string> {
  const lines = createInterface({ input: process.stdin })
  for await (const line of lines) if (line.trim() !== '') yield line.trim()
}

/** Says the texts, prints the answers and ends; the bot runs in this process. */
async function scriptedSession(
  texts: Iterable<string> | AsyncIterable<string>,
  { config: file, port = 0, user, timeout }: DevOptions,
  stop: StopWatch,
): Promise<void> {
  const [loaded, started] = await Promise.allSettled([
    loadConfigFile({ cwd: process.cwd(), file }),
    SandboxProcess.start(process.cwd(), port),
  ])
  await using sandbox = started.status === 'fulfilled' ? started.value : undefined
  if (loaded.status === 'rejected') throw loaded.reason
  if (!sandbox) throw (started as PromiseRejectedResult).reason
  using control = new SandboxControl(sandbox.ready.url)
  const { config, sources, appId } = await devConfig(loaded.value.config, loaded.value.sources, sandbox.ready, control)
  await using bot = await createBot(config, sources)
  noteFailures(bot, (text) => void process.stderr.write(`${noteLine(text)}\n`))
  const partner = { control, user, appId, settled: followMessages(bot) }
  const talk = async (): Promise<void> => {
    await bot.start()
    await scriptedChat(texts, partner, { timeoutMs: timeout * 1000, logFile: devLogFile })
  }
  const ended = sandbox.ended.then(() => {
    throw new CliError('The sandbox has ended.', 'Start larkspur dev again.')
  })
  await Promise.race([talk(), stop.asked, ended])
  await bot.close('the conversation ended')
}
