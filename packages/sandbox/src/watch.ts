interface Waiter<T> {
  fits: (value: T) => boolean
  end: (value: T | undefined) => void
}

/** Lets callers wait for the first value that fits, without polling. */
export class Watch<T> {
  readonly #waiters = new Set<Waiter<T>>()

  /** Resolves with the next value that fits, or with nothing after `timeoutMs` (real) or when the watch ends. */
  next(fits: (value: T) => boolean, timeoutMs: number): Promise<T | undefined> {
    return new Promise((resolve) => {
      const end = (value: T | undefined) => {
        clearTimeout(timer)
        this.#waiters.delete(waiter)
        resolve(value)
      }
      const waiter = { fits, end }
      const timer = setTimeout(end, timeoutMs, undefined)
      this.#waiters.add(waiter)
    })
  }

  notify(value: T): void {
    for (const waiter of this.#waiters) if (waiter.fits(value)) waiter.end(value)
  }

  /** Ends all waiting. */
  close(): void {
    for (const waiter of this.#waiters) waiter.end(undefined)
  }
}
