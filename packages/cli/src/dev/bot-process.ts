import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { FromBot, ToBot } from './bot-messages.ts'
import type { SandboxReady } from './sandbox-process.ts'

// The ending is that of this file: .ts in the workspace, .js as published.
const main = fileURLToPath(new URL(`./bot-main${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url))

/** How long the bot may take to finish what it does, milliseconds. */
const endMs = 9000

/** Whom the process of a bot tells what happens. */
export interface BotListener {
  started(appId: string): void
  note(text: string): void
  /** The bot did not start; `block` is ready for the terminal. */
  failed(block: string): void
  /** A line that the bot's own code printed. */
  printed(line: string): void
  /** The process ended by itself, after it had started; `how` such as `with exit code 3` or `by SIGKILL`. */
  ended(how: string): void
}

/** The author's bot as a child process. */
export class BotProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  #closing = false
  #failed = false

  constructor(cwd: string, file: string | undefined, listener: BotListener) {
    const child = spawn(process.execPath, [main, ...(file === undefined ? [] : [file])], {
      cwd,
      env: { ...process.env, ...(process.stderr.hasColors?.() && { FORCE_COLOR: '1' }) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Ctrl-C is for the parent, which lets the bot finish.
      detached: process.platform !== 'win32',
    })
    this.#child = child
    for (const stream of [child.stdout, child.stderr])
      if (stream) createInterface({ input: stream }).on('line', (line) => listener.printed(line))
    child.on('message', (message: FromBot) => {
      if (message.kind === 'failed') this.#failed = true
      if (message.kind === 'started') listener.started(message.appId)
      else if (message.kind === 'note') listener.note(message.text)
      else listener.failed(message.block)
    })
    // A process that is gone cannot be told anything; its end is what counts.
    child.on('error', () => {})
    this.#closed = new Promise((resolve) => {
      child.once('close', (exitCode, signal) => {
        if (!this.#closing && !this.#failed) listener.ended(signal ? `by ${signal}` : `with exit code ${exitCode}`)
        resolve(exitCode)
      })
    })
  }

  /** Lets the bot start: its platform is there. */
  start(ready: SandboxReady): void {
    this.#tell({ kind: 'ready', ready })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true
    const late = setTimeout(() => this.#child.kill('SIGKILL'), endMs)
    this.#tell({ kind: 'close' })
    await this.#closed
    clearTimeout(late)
  }

  #tell(message: ToBot): void {
    if (this.#child.connected) this.#child.send(message)
  }
}
