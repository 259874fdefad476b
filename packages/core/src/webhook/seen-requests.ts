/** Requests that were taken already, so that a recorded one cannot be played again. */
export interface SeenRequests {
  /** Remembers a request; false when it was there. */
  add(requestKey: string, nowMs: number): boolean
  /** Forgets one that could not be stored: the platform pushes it again. */
  delete(requestKey: string): void
  readonly size: number
}

/**
 * Makes an empty memory. It keeps requests for `keepMs`, and at most `maxRequests` of them: past that the oldest is
 * forgotten, and a replay of it is caught by the inbox, which knows the event.
 */
export function rememberRequests(keepMs: number, maxRequests = 100_000): SeenRequests {
  const seen = new Map<string, number>()
  return {
    add(requestKey, nowMs) {
      // Oldest first: a Map keeps the order of insertion.
      for (const [key, at] of seen) {
        if (nowMs - at <= keepMs && seen.size < maxRequests) break
        seen.delete(key)
      }
      if (seen.has(requestKey)) return false
      seen.set(requestKey, nowMs)
      return true
    },
    delete: (requestKey) => void seen.delete(requestKey),
    get size() {
      return seen.size
    },
  }
}
