import { Worker } from 'node:worker_threads'
import { MissingPart, PlatformError } from '../platform-error.ts'
import type { RecordChange, SqlResult, SqlWork } from './sql-worker.ts'

const maxWorkMs = 30_000

// Under type stripping the worker is a source file beside this one, in the published package a built one.
const workerUrl = new URL(`./sql-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)

interface Waiting {
  resolve: (result: SqlResult) => void
  reject: (error: Error) => void
  timer: NodeJS.Timeout
}

/** What a piece of work gave. */
export interface SqlAnswer {
  rows: Record<string, unknown>[]
  /** False after statements that give no rows, such as UPDATE. */
  hasRows: boolean
  changes: readonly RecordChange[]
}

/** The PostgreSQL of one workspace: embedded, in memory, started in a thread of its own at the first use. */
export class WorkspaceDatabase {
  readonly #seedSql: string
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #lastId = 0

  constructor(seedSql: string) {
    this.#seedSql = seedSql
  }

  /**
   * Runs work in the order of the calls.
   *
   * @throws PlatformError 2320001 with PostgreSQL's message, also for work that takes longer than 30 s, after which the
   * database starts anew
   * @throws MissingPart when the embedded database is not installed
   */
  async run(work: Omit<SqlWork, 'id'>): Promise<SqlAnswer> {
    const result = await this.#post(work)
    if ('missing' in result) {
      throw new MissingPart(
        'aPaaS workspaces of this sandbox need an embedded PostgreSQL: npm install --save-dev @electric-sql/pglite',
      )
    }
    if ('error' in result) throw new PlatformError(2320001, result.error)
    return result
  }

  /** Puts the seed in the place of all that is there. */
  async reset(): Promise<void> {
    if (!this.#worker) return
    const result = await this.#post({ user: '', reset: true })
    if ('error' in result) await this.close()
  }

  /** Ends the thread; what the database held is gone. */
  async close(): Promise<void> {
    const worker = this.#worker
    this.#forget('the sandbox was closed')
    await worker?.terminate()
  }

  #post(work: Omit<SqlWork, 'id'>): Promise<SqlResult> {
    const worker = this.#started()
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#forget(`the statement took longer than ${maxWorkMs / 1000} s; the workspace starts anew`)
        void worker.terminate()
      }, maxWorkMs)
      this.#waiting.set(id, { resolve, reject, timer })
      worker.postMessage({ ...work, id } satisfies SqlWork)
    })
  }

  #started(): Worker {
    if (this.#worker) return this.#worker
    const worker = new Worker(workerUrl, { workerData: this.#seedSql })
    worker.on('message', (result: SqlResult) => {
      const waiting = this.#waiting.get(result.id)
      this.#waiting.delete(result.id)
      clearTimeout(waiting?.timer)
      waiting?.resolve(result)
    })
    worker.on('error', (error) => {
      if (this.#worker === worker) this.#forget(`the database failed: ${error.message}`)
    })
    // An idle database keeps no process alive.
    worker.unref()
    this.#worker = worker
    return worker
  }

  #forget(reason: string): void {
    this.#worker = undefined
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer)
      reject(new PlatformError(2320001, reason))
    }
    this.#waiting.clear()
  }
}
