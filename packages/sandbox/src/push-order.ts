/** What waits for an incomplete batch leaves after this long, real milliseconds. */
const patienceMs = 100

/** Lets pushes leave in another order than they came. */
export class PushOrder {
  #held: (() => void)[] = []
  #timer: NodeJS.Timeout | undefined

  /** Runs `send` at once, or, with a batch above 1, when so many wait: the last one first. */
  run(batch: number, send: () => void): void {
    if (batch > 1) this.#hold(batch, send)
    else send()
  }

  /** Forgets what is held. */
  reset(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#held = []
  }

  #hold(batch: number, send: () => void): void {
    this.#held.push(send)
    if (this.#held.length >= batch) this.#release()
    else this.#timer ??= setTimeout(() => this.#release(), patienceMs)
  }

  #release(): void {
    const held = this.#held.reverse()
    this.reset()
    for (const send of held) send()
  }
}
