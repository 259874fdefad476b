import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { CliError } from '../cli-error.ts'

/** What the sandbox tells when it is ready. */
export interface SandboxReady {
  /** Its address, which is the platform's domain for the bot. */
  readonly url: string
  readonly apps: readonly SandboxApp[]
  readonly users: readonly { readonly userId: string; readonly name: string; readonly enName: string }[]
}

/** An app of the sandbox. */
export interface SandboxApp {
  readonly appId: string
  readonly appSecret: string
  readonly name: string
}

/** How long the sandbox may take to end by itself, milliseconds. */
const endMs = 2000

/** The author's own sandbox, as a child process that ends with this one, even when this one is killed. */
export class SandboxProcess implements AsyncDisposable {
  readonly ready: SandboxReady
  /** Resolves when it has ended. */
  readonly ended: Promise<void>
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, ready: SandboxReady, ended: Promise<void>) {
    this.#child = child
    this.ready = ready
    this.ended = ended
  }

  /**
   * Starts the sandbox that the project in `cwd` depends on.
   * @throws CliError when it is not installed or does not start
   */
  static async start(cwd: string, port: number): Promise<SandboxProcess> {
    const child = spawn(process.execPath, [sandboxFile(cwd), '--port', String(port), '--json', '--exit-with-parent'], {
      cwd,
      stdio: 'pipe',
      // A group of its own: Ctrl-C in the terminal is for the bot, which still needs its platform while it stops.
      detached: process.platform !== 'win32',
    })
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
    let complaint = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = `${complaint}${text}`.slice(-2000)
    })
    const line = await Promise.race([firstLine(child), ended])
    if (line === undefined)
      throw new CliError(
        `The sandbox did not start: ${complaint.trim() || 'it ended without a word'}`,
        'Run npx larkspur-sandbox by itself to see more, or leave --port out.',
      )
    return new SandboxProcess(child, JSON.parse(line) as SandboxReady, ended)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const late = setTimeout(() => this.#child.kill('SIGKILL'), endMs)
    this.#child.stdin?.end()
    await this.ended
    clearTimeout(late)
  }
}

function sandboxFile(cwd: string): string {
  let manifest: string
  try {
    manifest = createRequire(join(cwd, 'package.json')).resolve('@larkspur/sandbox/package.json')
  } catch {
    throw new CliError(
      `larkspur dev needs @larkspur/sandbox, which is not installed in ${cwd}.`,
      'Install it with npm install --save-dev @larkspur/sandbox.',
    )
  }
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Readonly<Record<string, string>> }
  return join(dirname(manifest), bin['larkspur-sandbox'] ?? '')
}

function firstLine(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (!child.stdout) return resolve(undefined)
    child.once('error', () => resolve(undefined))
    createInterface({ input: child.stdout }).once('line', resolve)
  })
}
