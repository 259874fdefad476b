/** Time as the connection sees it. Replaced in tests; everywhere else it is {@link systemClock}. */
export interface Clock {
  /** Milliseconds since some moment, never set back. */
  monotonicMs(): number
  /** Milliseconds of the calendar. Runs on while the machine sleeps, which the monotonic clock may not. */
  wallMs(): number
  /** Runs `fn` once after `ms` and returns the canceller. Keeps the process alive: a bot that waits to connect must not end. */
  after(ms: number, fn: () => void): () => void
}

/** The clock of the machine. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms)
    return () => clearTimeout(timer)
  },
}
