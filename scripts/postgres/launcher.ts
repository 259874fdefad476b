// A real PostgreSQL server for tests and benchmarks: start, stop, kill -9, freeze. Linux and macOS; as root it runs as uid 65534.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, cpSync, existsSync, lchownSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findBinaries, makeServerPlace, type PostgresBinaries, serverUser } from './binaries.ts'
import { childrenOf, isRunning, send } from './processes.ts'

/** A PostgreSQL server of this process. It ends with the process, also when that is killed. */
export interface PostgresServer extends AsyncDisposable {
  /** `postgresql://postgres@127.0.0.1:<port>/postgres`; stays the same over `crash()` and `start()`. No password is asked for. */
  readonly url: string
  /** Starts the server again after `stop()` or `crash()`, on the same data. Settles when it takes connections. */
  start(): Promise<void>
  /** Ends it in order (fast shutdown: open transactions are rolled back, clients get 57P01). The data stays. */
  stop(): Promise<void>
  /** `kill -9` of the server and each of its processes, as when the machine dies. Settles when they are gone. */
  crash(): Promise<void>
  /** Stops every process of the server where it is (SIGSTOP): connections stay open and nothing answers. */
  freeze(): void
  /** Lets a frozen server go on. */
  thaw(): void
  /** Stops it and removes its data. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Settings of `startPostgres`. */
export interface PostgresOptions {
  /** Data on a real disk, for benchmarks; by default it is in memory where the machine has a place for it. */
  readonly onDisk?: boolean
  /** Server settings over the defaults, for example `{ fsync: 'on' }` for a benchmark. */
  readonly settings?: Readonly<Record<string, string>>
}

// A killed process loses nothing that it had written, so tests do without fsync. Dynamic memory lives in the data folder, where
// a killed server's remains are removed with it.
const defaultSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  dynamic_shared_memory_type: 'mmap',
  max_connections: '300',
  shared_buffers: '32MB',
  fsync: 'off',
  full_page_writes: 'off',
  autovacuum_naptime: '5min',
}
const startTimeoutMs = 20_000
const cacheFolder = join(
  dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
  'node_modules',
  '.cache',
  'postgres',
)

/** Starts a new server on an empty data folder and a free port. Throws with the server's own log lines when it does not come up. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const binaries = findBinaries()
  const { folder, programs } = makeServerPlace(binaries, options.onDisk ?? false)
  const guard = spawn(process.execPath, [fileURLToPath(new URL('guard.ts', import.meta.url)), folder], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  })
  guard.unref()
  unreference(guard.stdin)
  try {
    const data = join(folder, 'data')
    prepareData(binaries, programs, data)
    for (let attempt = 1; ; attempt++) {
      const server = new Server(programs, data, await freePort(), guard, { ...defaultSettings, ...options.settings })
      try {
        await server.start()
        return server
      } catch (error) {
        // Another process may take the port between our look and the server's start.
        if (attempt === 3 || !String(error).includes('could not bind')) throw error
      }
    }
  } catch (error) {
    guard.stdin.end()
    throw error
  }
}

class Server implements PostgresServer {
  readonly url: string
  readonly #command: string
  readonly #arguments: string[]
  readonly #folder: string
  readonly #guard: ChildProcess
  #process: ChildProcess | undefined
  #crashed = false

  constructor(programs: string, data: string, port: number, guard: ChildProcess, settings: Record<string, string>) {
    this.url = `postgresql://postgres@127.0.0.1:${port}/postgres`
    this.#command = join(programs, 'bin', 'postgres')
    this.#arguments = [
      '-D',
      data,
      '-p',
      String(port),
      ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
    ]
    this.#folder = dirname(data)
    this.#guard = guard
  }

  async start(): Promise<void> {
    if (this.#process) throw new Error('This PostgreSQL server runs already; stop() or crash() it first.')
    const started = spawn(this.#command, this.#arguments, {
      ...serverUser,
      cwd: this.#folder,
      env: serverEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true, // out of the terminal's process group: Ctrl-C must reach the tests, not their server
    })
    const lastLines: string[] = []
    const ready = Promise.withResolvers<void>()
    const fail = (what: string) =>
      ready.reject(
        new Error(`PostgreSQL ${this.#command} ${what}. Its last lines:\n${lastLines.join('').trim() || '(none)'}`),
      )
    started.once('error', (error) => fail(`did not run (${error.message})`))
    started.once('close', (code, signal) => fail(`ended with ${signal ?? `code ${code}`} while starting`))
    started.stderr.setEncoding('utf8').on('data', (text: string) => {
      lastLines.push(text)
      if (lastLines.length > 40) lastLines.shift()
      if (text.includes('ready to accept connections')) ready.resolve()
    })
    const timer = setTimeout(() => fail(`was not ready within ${startTimeoutMs} ms`), startTimeoutMs)
    try {
      this.#process = started
      this.#guard.stdin?.write(`${started.pid ?? 0}\n`)
      await ready.promise
      this.#crashed = false
      started.unref()
      unreference(started.stderr)
    } catch (error) {
      this.#process = undefined
      started.kill('SIGKILL')
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  async stop(): Promise<void> {
    if (!this.#process) return
    this.thaw()
    const ended = this.#forget()
    process.kill(ended.pid, 'SIGINT')
    await ended.exit
  }

  async crash(): Promise<void> {
    const pid = this.#pid()
    const children = childrenOf(pid) // each in a session of its own, so a process group does not reach them
    const ended = this.#forget()
    this.#crashed = true
    for (const each of [pid, ...children]) send(each, 'SIGKILL')
    await ended.exit
    while (children.some(isRunning)) await sleep(2)
  }

  freeze(): void {
    const pid = this.#pid()
    send(pid, 'SIGSTOP') // first, so that it starts no process that we would miss
    for (const child of childrenOf(pid)) send(child, 'SIGSTOP')
  }

  thaw(): void {
    const pid = this.#pid()
    for (const child of childrenOf(pid)) send(child, 'SIGCONT')
    send(pid, 'SIGCONT')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A killed server leaves a System V memory segment, of which macOS has 32; only a start on the same data gives it back.
    if (this.#crashed) await this.start()
    await this.stop()
    if (this.#guard.exitCode !== null) return
    const removed = once(this.#guard, 'exit')
    this.#guard.ref()
    this.#guard.stdin?.end()
    await removed
  }

  #pid(): number {
    const pid = this.#process?.pid
    if (pid === undefined) throw new Error('This PostgreSQL server is not running; start() it first.')
    return pid
  }

  #forget(): { pid: number; exit: Promise<unknown> } {
    const ended = this.#process
    if (ended?.pid === undefined) throw new Error('This PostgreSQL server is not running; start() it first.')
    this.#process = undefined
    this.#guard.stdin?.write('0\n')
    ended.ref()
    return {
      pid: ended.pid,
      exit: ended.exitCode !== null || ended.signalCode !== null ? Promise.resolve() : once(ended, 'exit'),
    }
  }
}

// initdb takes most of a second, so its result is kept for the next run, one for each PostgreSQL version.
function prepareData(binaries: PostgresBinaries, programs: string, data: string): void {
  const kept = join(cacheFolder, binaries.version)
  mkdirSync(data, { mode: 0o700 })
  if (existsSync(join(kept, 'PG_VERSION'))) {
    cpSync(kept, data, { recursive: true })
    if (serverUser) own(data, serverUser)
    return
  }
  if (serverUser) own(data, serverUser)
  const made = spawnSync(
    join(programs, 'bin', 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '--locale=C', '--encoding=UTF8', '--no-sync', '--wal-segsize=1'],
    { ...serverUser, cwd: dirname(data), env: serverEnvironment(), encoding: 'utf8' },
  )
  if (made.status !== 0)
    throw new Error(`initdb of PostgreSQL failed: ${made.error?.message ?? `${made.stdout}${made.stderr}`.trim()}`)
  const unfinished = `${kept}.${process.pid}`
  try {
    cpSync(data, unfinished, { recursive: true })
    renameSync(unfinished, kept)
  } catch {
    // Another run kept it first, or node_modules is read-only: the next run makes it anew.
    rmSync(unfinished, { recursive: true, force: true })
  }
}

function own(path: string, { uid, gid }: { uid: number; gid: number }): void {
  chownSync(path, uid, gid)
  for (const entry of readdirSync(path, { recursive: true, encoding: 'utf8' })) lchownSync(join(path, entry), uid, gid)
}

// None of the developer's own PG… variables, no locale.
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (!address || typeof address === 'string') throw new Error('No free TCP port on 127.0.0.1.')
  return address.port
}

function unreference(stream: unknown): void {
  ;(stream as { unref?: () => void }).unref?.()
}
