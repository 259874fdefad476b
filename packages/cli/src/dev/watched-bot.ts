import { basename, relative, sep } from 'node:path'
import { watch } from 'chokidar'
import { type BotListener, BotProcess } from './bot-process.ts'
import type { SandboxReady } from './sandbox-process.ts'

/** Saving several files at once is one change. */
const settleMs = 80

/** What {@link WatchedBot} runs. */
export interface WatchedBotOptions {
  /** Folder of the bot. */
  readonly cwd: string
  /** Its configuration, when it is not to be looked for. */
  readonly file: string | undefined
  /** False: it runs as it is, whatever changes. */
  readonly restart: boolean
  readonly listener: BotListener & {
    /** A file changed, its path from the folder of the bot: the bot is about to be replaced. */
    changed(file: string): void
  }
}

/** A bot that is replaced by a new process whenever a file of its folder changes. */
export class WatchedBot implements AsyncDisposable {
  readonly #options: WatchedBotOptions
  readonly #stack = new AsyncDisposableStack()
  readonly #watching: Promise<void>
  #bot: BotProcess
  #ready: SandboxReady | undefined
  #timer: NodeJS.Timeout | undefined
  #work: Promise<void> = Promise.resolve()
  #closed = false

  /** Its process is made at once, so that it loads its code while the sandbox starts. */
  constructor(options: WatchedBotOptions) {
    const { cwd, file, restart, listener } = options
    this.#options = options
    // Before the code is read: what changes afterwards is seen.
    this.#watching = restart ? this.#watch(cwd) : Promise.resolve()
    this.#bot = new BotProcess(cwd, file, listener)
  }

  /** Lets the bot start: its platform is there. Resolves when changes are seen, too. */
  async start(ready: SandboxReady): Promise<void> {
    this.#ready = ready
    this.#bot.start(ready)
    await this.#watching
  }

  #watch(cwd: string): Promise<void> {
    const watcher = watch(cwd, { ignoreInitial: true, ignored: (path) => isIgnored(relative(cwd, path)) })
    this.#stack.defer(() => watcher.close())
    watcher.on('all', (_event, path) => this.#changed(relative(cwd, path)))
    const { promise, resolve } = Promise.withResolvers<void>()
    watcher.on('ready', resolve)
    watcher.on('error', (error) => {
      resolve()
      this.#options.listener.note(`The folder is not watched any more: ${String(error)}`)
    })
    return promise
  }

  #changed(file: string): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#work = this.#work.then(() => this.#replace(file))
    }, settleMs)
  }

  async #replace(file: string): Promise<void> {
    if (this.#closed) return
    const { cwd, file: config, listener } = this.#options
    listener.changed(file)
    // One after the other: both would use the same database.
    await this.#bot[Symbol.asyncDispose]()
    if (this.#closed) return
    this.#bot = new BotProcess(cwd, config, listener)
    if (this.#ready) this.#bot.start(this.#ready)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#stack.disposeAsync()
    await this.#work
    await this.#bot[Symbol.asyncDispose]()
  }
}

/** Packages, hidden files but `.env`, and what programs write. */
function isIgnored(path: string): boolean {
  if (path === '') return false
  if (basename(path).startsWith('.env')) return false
  return path.split(sep).some((part) => part === 'node_modules' || part.startsWith('.') || part.endsWith('.log'))
}
