import type { Clock } from './clock.ts'

/** What the watchdog looks after. */
export interface Watched {
  readonly bytesRead: number
  /** Asks the peer for a sign of life. */
  ping(): void
}

/** How it watches. */
export interface WatchdogOptions {
  /** The platform's own ping interval: in a healthy link bytes come at least this often. */
  readonly pingIntervalMs: number
  /** How long a ping may stay unanswered. */
  readonly pongTimeoutMs: number
  readonly clock: Clock
  /** The peer gave no sign of life; called once, after which nothing is watched. */
  readonly onDead: (silentMs: number) => void
}

/** A jump of the calendar against the monotonic clock that means that the machine slept. */
const sleepMs = 30_000

/**
 * Finds links whose peer is gone although the socket says nothing. Bytes of any kind are a sign of life. After a ping
 * interval without any, and after a sleep of the machine, the peer is asked; it counts as dead when nothing came for
 * `pongTimeoutMs` although the process was awake to read it. The SDK's own watchdog is not used: it takes a stalled event
 * loop for a dead peer, and never fires when its time-out exceeds the ping interval.
 */
export function startWatchdog(watched: Watched, options: WatchdogOptions): () => void {
  const { pingIntervalMs, pongTimeoutMs, clock } = options
  const tickMs = Math.max(10, Math.min(pongTimeoutMs, pingIntervalMs) / 3)
  let seenBytes = watched.bytesRead
  let aliveAt = clock.monotonicMs()
  let askedAt: number | undefined
  let expectedAt = aliveAt + tickMs
  let skewMs = clock.wallMs() - clock.monotonicMs()

  const ask = (now: number): void => {
    askedAt = now
    watched.ping()
  }
  const tick = (): void => {
    const now = clock.monotonicMs()
    const skewNow = clock.wallMs() - now
    const slept = skewNow - skewMs > sleepMs || now - expectedAt > sleepMs
    // Timers run before sockets are read: after a stall the answer may lie unread, so it gets one more tick.
    const stalled = now - expectedAt > tickMs
    skewMs = skewNow
    expectedAt = now + tickMs
    cancel = clock.after(tickMs, tick)
    if (watched.bytesRead !== seenBytes) {
      seenBytes = watched.bytesRead
      aliveAt = now
      askedAt = undefined
      if (slept) ask(now)
    } else if (slept || stalled) {
      if (slept || askedAt !== undefined) ask(now)
    } else if (askedAt !== undefined) {
      if (now - askedAt < pongTimeoutMs) return
      cancel()
      options.onDead(now - aliveAt)
    } else if (now - aliveAt >= pingIntervalMs) ask(now)
  }
  let cancel = clock.after(tickMs, tick)
  return () => cancel()
}
