import type { Clock } from '../connection/clock.ts'

/** A clock that a test turns by hand. */
export interface HandClock extends Clock {
  /** Lets time pass; timers run when they are due, in order. */
  pass(ms: number): void
  /** Time passes without a timer running, as in a stall of the event loop; then all that are due run. */
  stall(ms: number): void
  /** Calendar time passes without monotonic time, as when the machine sleeps. */
  sleep(ms: number): void
  /** Timers that wait. */
  readonly waiting: number
}

/** Makes one that stands at 0. */
export function handClock(): HandClock {
  const timers = new Set<{ at: number; fn: () => void }>()
  let now = 0
  let sleptMs = 0
  const runDue = (): void => {
    for (;;) {
      const due = [...timers].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)[0]
      if (!due) return
      timers.delete(due)
      due.fn()
    }
  }
  return {
    monotonicMs: () => now,
    wallMs: () => 1_700_000_000_000 + now + sleptMs,
    after(ms, fn) {
      const timer = { at: now + ms, fn }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    pass(ms) {
      const end = now + ms
      for (;;) {
        const next = Math.min(...[...timers].map(({ at }) => at))
        if (next > end) break
        now = Math.max(now, next)
        runDue()
      }
      now = end
    },
    stall(ms) {
      now += ms
      runDue()
    },
    sleep(ms) {
      sleptMs += ms
    },
    get waiting() {
      return timers.size
    },
  }
}
