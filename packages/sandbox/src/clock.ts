/** A piece of work that the platform's clock starts later. */
export interface ScheduledTask {
  /** When it is due, milliseconds of the platform's clock. */
  readonly dueAtMs: number
  /** Takes the task off the clock; nothing happens when it already ran. */
  cancel(): void
  /** Runs the task now instead of at its time. */
  runNow(): void
}

interface Entry {
  dueAt: number
  run: () => void
  timer: NodeJS.Timeout | undefined
}

const longestTimerMs = 2 ** 31 - 1
/** Time stamps and log ids have four digits for the year. */
const lastMs = Date.UTC(9999, 0)
/** So that the years last. */
const maxScale = 1_000_000

/**
 * The platform's clock: tokens, the re-push ladder, the `uuid` window and every time stamp follow it.
 * It starts at the real time and may run faster or slower, or jump.
 */
export class SandboxClock {
  readonly #firstScale: number
  #scale: number
  #realBase = performance.now()
  #platformBase = Date.now()
  readonly #entries = new Set<Entry>()

  constructor(scale: number) {
    this.#firstScale = checkedScale(scale)
    this.#scale = this.#firstScale
  }

  /** Platform time in milliseconds since 1970. */
  now(): number {
    return Math.floor(this.#platformBase + (performance.now() - this.#realBase) * this.#scale)
  }

  get scale(): number {
    return this.#scale
  }

  /** Changes the speed, lets the time jump, or both; tasks that became due run at once, a jump back puts them off. */
  set(change: { scale?: number | undefined; advanceMs?: number | undefined }): void {
    const scale = change.scale === undefined ? this.#scale : checkedScale(change.scale)
    const advanceMs = change.advanceMs ?? 0
    if (!Number.isFinite(advanceMs)) throw new Error(`advanceMs must be a number, received ${advanceMs}.`)
    const nowMs = this.now() + advanceMs
    if (nowMs < 0 || nowMs > lastMs) {
      throw new Error(`The clock shows years from 1970 to 9999; advanceMs ${advanceMs} leads out of them.`)
    }
    this.#platformBase = nowMs
    this.#realBase = performance.now()
    this.#scale = scale
    for (const entry of this.#entries) this.#arm(entry)
  }

  /** Runs `run` after `delayMs` of platform time. */
  schedule(delayMs: number, run: () => void): ScheduledTask {
    const entry: Entry = { dueAt: this.now() + delayMs, run, timer: undefined }
    this.#entries.add(entry)
    this.#arm(entry)
    return {
      dueAtMs: entry.dueAt,
      cancel: () => this.#remove(entry),
      runNow: () => {
        if (this.#remove(entry)) run()
      },
    }
  }

  /** The speed of the start again; jumps stay, so that no time comes twice. */
  reset(): void {
    this.set({ scale: this.#firstScale })
  }

  /** Forgets all tasks, so that a closed sandbox keeps no timer. */
  close(): void {
    for (const entry of this.#entries) this.#remove(entry)
  }

  #arm(entry: Entry): void {
    clearTimeout(entry.timer)
    const realMs = Math.max(0, (entry.dueAt - this.now()) / this.#scale)
    entry.timer = setTimeout(
      () => {
        // Node fires long timers at once instead of late, so they are split, and a timer may be a fraction early.
        if (entry.dueAt > this.now()) this.#arm(entry)
        else if (this.#remove(entry)) entry.run()
      },
      Math.min(Math.ceil(realMs), longestTimerMs),
    )
  }

  #remove(entry: Entry): boolean {
    clearTimeout(entry.timer)
    return this.#entries.delete(entry)
  }
}

function checkedScale(scale: number): number {
  if (scale > 0 && scale <= maxScale) return scale
  const range = `a number above 0 and up to ${maxScale}`
  throw new Error(`The clock scale must be ${range}, received ${scale}; 60 lets a minute pass in a second.`)
}
