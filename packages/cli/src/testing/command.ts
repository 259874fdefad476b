import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

/** What a command left behind. */
export interface CommandResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** How a command is run. */
export interface CommandOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Standard input; empty by default. */
  readonly input?: string | undefined
}

/** `larkspur` with arguments, in a process of its own. */
export class RunningCommand implements AsyncDisposable {
  readonly child: ChildProcess
  stdout = ''
  stderr = ''
  readonly ended: Promise<CommandResult>
  #look = () => {}

  constructor(argv: readonly string[], { cwd, env = {}, input = '' }: CommandOptions) {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(LARKSPUR_|FORCE_COLOR)/.test(name))
    const child = spawn(process.execPath, [main, ...argv], {
      cwd,
      env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env },
    })
    this.child = child
    const { promise, resolve } = Promise.withResolvers<CommandResult>()
    this.ended = promise
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
      this.#look()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
      this.#look()
    })
    child.once('close', (exitCode) => {
      resolve({ exitCode, stdout: this.stdout, stderr: this.stderr })
      this.#look()
    })
    child.stdin.end(input)
  }

  /** Waits until the output, both streams together, fits; rejects when the command ends before. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stdout + this.stderr)
      if (found) return found
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`larkspur ended without printing ${pattern}:\n${this.stdout}${this.stderr}`)
      await new Promise<void>((resolve) => {
        this.#look = resolve
      })
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL')
    await this.ended
  }
}

/** Runs `larkspur` to its end. */
export function larkspur(argv: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new RunningCommand(argv, options).ended
}
