import { CliError } from '../cli-error.ts'
import { styled } from '../output/style.ts'
import type { StopWatch } from '../stop-signal.ts'
import type { BotListener } from './bot-process.ts'
import { noteLine, statusLine } from './conversation.ts'
import { devLogFile } from './dev-config.ts'
import { openPage } from './open-page.ts'
import { SandboxControl } from './sandbox-control.ts'
import { SandboxProcess } from './sandbox-process.ts'
import { TerminalChat } from './terminal-chat.ts'
import { WatchedBot } from './watched-bot.ts'

/** The port that is tried when none is asked for: a page that stays open finds the sandbox of the next run. */
const usualPort = 3939

/** How a live session goes. */
export interface LiveSessionOptions {
  readonly config?: string | undefined
  readonly user: string
  readonly chat: boolean
  readonly watch: boolean
  readonly open: boolean
  readonly port?: number | undefined
}

/**
 * Runs sandbox and bot until the person or a signal ends it. The bot is a process of its own: it is replaced when its
 * files change, while the sandbox, the page and the conversation go on.
 */
export async function liveSession(options: LiveSessionOptions, stop: StopWatch): Promise<void> {
  const cwd = process.cwd()
  // Before the bot is up, and without a conversation, what happens goes straight to the terminal.
  let write = (line: string): void => void process.stderr.write(`${line}\n`)
  const first = Promise.withResolvers<string | undefined>()
  const next = options.watch ? 'It is started again at the next change.' : 'It is not started again.'
  const listener: BotListener & { changed(file: string): void } = {
    started: (appId) => {
      first.resolve(appId)
      write(statusLine('The bot is connected.'))
    },
    failed: (block) => {
      first.resolve(undefined)
      write(`${block}${statusLine(next)}`)
    },
    ended: (how) => write(noteLine(`The bot ended ${how}. ${next}`)),
    note: (text) => write(noteLine(text)),
    printed: (line) => write(line),
    changed: (file) => write(statusLine(`${file} changed: the bot is started again.`)),
  }
  await using early = new AsyncDisposableStack()
  const bot = early.use(new WatchedBot({ cwd, file: options.config, restart: options.watch, listener }))
  await using sandbox = await startSandbox(cwd, options.port, (text) => write(noteLine(text)))
  using control = new SandboxControl(sandbox.ready.url)
  // Ends before the sandbox does: it still needs its platform while it stops.
  await using _bot = early.move()
  await bot.start(sandbox.ready)
  const interactive = options.chat && process.stdin.isTTY === true
  write(banner(sandbox.ready.url, interactive))
  if (options.open) openPage(sandbox.ready.url, (text) => write(noteLine(text)))
  const ended = sandbox.ended.then(() => {
    throw new CliError('The sandbox has ended.', 'Start larkspur dev again.')
  })
  const talk = async (): Promise<unknown> => {
    if (!interactive) return stop.asked
    const appId = (await first.promise) ?? sandbox.ready.apps[0]?.appId ?? ''
    using terminal = new TerminalChat({ control, user: options.user, appId }, stop)
    write = (line) => terminal.show(line)
    await terminal.talk()
    write = (line) => void process.stderr.write(`${line}\n`)
    return undefined
  }
  await Promise.race([talk(), stop.asked, ended])
}

async function startSandbox(
  cwd: string,
  port: number | undefined,
  note: (text: string) => void,
): Promise<SandboxProcess> {
  if (port !== undefined) return SandboxProcess.start(cwd, port)
  try {
    return await SandboxProcess.start(cwd, usualPort)
  } catch (error) {
    if (!(error instanceof CliError) || !/ in use/.test(error.message)) throw error
    note(`Port ${usualPort} is in use, by another larkspur dev perhaps; a free one is taken.`)
    return SandboxProcess.start(cwd, 0)
  }
}

function banner(url: string, interactive: boolean): string {
  const bold = (text: string): string => styled(['bold', 'cyan'], text, process.stderr)
  const dim = (text: string): string => styled('dim', text, process.stderr)
  const ending = interactive ? 'or type here; /quit ends.' : 'Ctrl-C ends.'
  return `\n  ${dim('Chat with the bot at')} ${bold(url)} ${dim(ending)}\n  ${dim(`Its log is in ${devLogFile}.`)}\n`
}
