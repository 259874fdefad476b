import type { SandboxClock } from './clock.ts'

interface Remembered<T> {
  result: T
  until: number
}

const windowMs = 60 * 60_000

/** Collapses repeated calls: the same app, API, receiver and `uuid` within an hour have one effect (docs: im-v1). */
export class UuidWindow<T> {
  readonly #clock: SandboxClock
  readonly #results = new Map<string, Remembered<T>>()
  #nextSweep = 0

  constructor(clock: SandboxClock) {
    this.#clock = clock
  }

  find(key: string): T | undefined {
    const remembered = this.#results.get(key)
    return remembered && remembered.until > this.#clock.now() ? remembered.result : undefined
  }

  remember(key: string, result: T): void {
    const now = this.#clock.now()
    if (now >= this.#nextSweep) {
      for (const [known, { until }] of this.#results) if (until <= now) this.#results.delete(known)
      this.#nextSweep = now + windowMs / 10
    }
    this.#results.set(key, { result, until: now + windowMs })
  }

  reset(): void {
    this.#results.clear()
  }
}
