import type { FeedItem } from '../../../src/page-server/page-records.ts'
import { loadTraffic } from '../session/client.ts'
import { openFeed } from '../session/feed-link.ts'
import { callbackRow, callRow, eventRow, type Row, rowOf } from './row.ts'

/** More than this are not kept on the page. */
const maxRows = 5000
/** A sandbox under load asks for a new start often. */
const reloadMs = 2000

/** What the inspector shows; another object after each change. */
export interface TrafficState {
  state: 'loading' | 'ready' | 'failed'
  /** Oldest first. */
  rows: readonly Row[]
}

/** Events, callbacks and calls, kept up to date by a feed of its own. */
export class Traffic {
  #current: TrafficState = { state: 'loading', rows: [] }
  readonly #rows = new Map<string, Row>()
  /** Rows that a person cleared away; the sandbox tells them again after a loss. */
  readonly #cleared = new Set<string>()
  /** What came while the start was loaded, and is newer. */
  #during: Row[] | undefined
  #run: string | undefined
  #loadedAt = Number.NEGATIVE_INFINITY
  #timer: number | undefined
  readonly #listeners = new Set<() => void>()

  get current(): TrafficState {
    return this.#current
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Starts to listen; answers how to end that. */
  open(user: string): () => void {
    const online = (isOnline: boolean) => {
      if (!isOnline && this.#current.state === 'loading') this.#set('failed')
    }
    const close = openFeed({ user, inspect: '1' }, { items: (items) => this.#take(items), online })
    return () => {
      clearTimeout(this.#timer)
      close()
    }
  }

  /** Takes away what is shown now. */
  clear(): void {
    for (const key of this.#rows.keys()) this.#cleared.add(key)
    this.#rows.clear()
    this.#set('ready')
  }

  #take(items: readonly FeedItem[]): void {
    for (const item of items) {
      if (item.kind === 'sync') {
        // Another sandbox counts its calls from the start.
        if (this.#run !== item.run) this.#cleared.clear()
        this.#run = item.run
        this.#loadSoon()
      }
      const row = rowOf(item)
      if (!row || this.#cleared.has(row.key)) continue
      this.#during?.push(row)
      this.#rows.set(row.key, row)
    }
    this.#set(this.#current.state)
  }

  #loadSoon(): void {
    clearTimeout(this.#timer)
    const waitMs = Math.max(0, this.#loadedAt + reloadMs - performance.now())
    this.#timer = window.setTimeout(() => void this.#load(), waitMs)
  }

  async #load(): Promise<void> {
    this.#during = []
    this.#loadedAt = performance.now()
    try {
      const { events, callbacks, calls } = await loadTraffic()
      const loaded = [...events.map(eventRow), ...callbacks.map(callbackRow), ...calls.map(callRow)]
      this.#rows.clear()
      for (const row of loaded.sort((one, other) => one.atMs - other.atMs).concat(this.#during)) {
        if (!this.#cleared.has(row.key)) this.#rows.set(row.key, row)
      }
      this.#set('ready')
    } catch {
      if (this.#current.state === 'loading') this.#set('failed')
    }
    this.#during = undefined
  }

  #set(state: TrafficState['state']): void {
    const surplus = this.#rows.size - maxRows
    if (surplus > 0) for (const key of [...this.#rows.keys()].slice(0, surplus)) this.#rows.delete(key)
    this.#current = { state, rows: [...this.#rows.values()] }
    for (const listener of this.#listeners) listener()
  }
}
