import { isPassing } from '../storage/database-error.ts'
import { inboxUnavailable } from './inbox-error.ts'

/** Something to be committed, and who waits for it. */
export interface CommitItem {
  reject(error: unknown): void
}

/** How a group is committed. */
export interface GroupCommitOptions<Item extends CommitItem> {
  /** Commits all items or none, and resolves each of them. What it throws rejects them. */
  readonly commit: (items: readonly Item[]) => Promise<void> | void
  readonly maxItems: number
  /** How long to wait before the next commit, milliseconds. */
  readonly pauseMs?: (() => number) | undefined
}

/** From this many on, a group is a sign of load, and the next one waits for as many. */
const crowd = 4
const longestGatheringMs = 1

/**
 * One commit at a time; what arrives while it runs, or in the same turn of the event loop, goes into the next one.
 * So a commit costs as much for five hundred items as for one, and at rest nobody waits for company. Under load the
 * next group is given up to 1 ms to become as big as the last: many small commits cost several times as much.
 */
export class GroupCommit<Item extends CommitItem> {
  readonly #options: GroupCommitOptions<Item>
  #items: Item[] = []
  #running: Promise<void> | undefined
  #closed = false

  constructor(options: GroupCommitOptions<Item>) {
    this.#options = options
  }

  add(item: Item): void {
    if (this.#closed) {
      item.reject(inboxUnavailable('the inbox is closed'))
      return
    }
    this.#items.push(item)
    this.#running ??= this.#run()
  }

  /** Commits what is there, then refuses more. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  async #run(): Promise<void> {
    try {
      // What else arrives in this turn joins.
      await turnEnd()
      while (this.#items.length > 0) {
        const items = this.#take()
        await this.#commit(items)
        const pauseMs = this.#options.pauseMs?.() ?? 0
        await (pauseMs > 0 ? new Promise((resolve) => setTimeout(resolve, pauseMs)) : turnEnd())
        if (items.length >= crowd) await this.#gather(items.length)
      }
    } finally {
      this.#running = undefined
    }
  }

  async #gather(wanted: number): Promise<void> {
    const endAt = performance.now() + longestGatheringMs
    while (this.#items.length < wanted && performance.now() < endAt && !this.#closed) await turnEnd()
  }

  async #commit(items: readonly Item[]): Promise<void> {
    try {
      await this.#options.commit(items)
    } catch (error) {
      if (isPassing(error)) {
        // The database is away: those that queued meanwhile have waited long enough, too.
        for (const item of [...items, ...this.#items.splice(0)]) item.reject(error)
      } else if (items.length > 1) {
        // One of them cannot be stored; the others must not suffer for it.
        for (const item of items) await this.#commit([item])
      } else {
        items[0]?.reject(error)
      }
    }
  }

  #take(): Item[] {
    const { maxItems } = this.#options
    if (this.#items.length > maxItems) return this.#items.splice(0, maxItems)
    const items = this.#items
    this.#items = []
    return items
  }
}

function turnEnd(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
