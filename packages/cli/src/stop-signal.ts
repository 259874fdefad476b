import { constants } from 'node:os'

type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** How long a bot may take to finish after the first signal, milliseconds; what starts processes kills after 10 s. */
const graceMs = 10_000

/** Waits for the signal to stop. The second one ends the process at once, with 128 and the signal's number. */
export class StopWatch implements Disposable {
  readonly #asked = Promise.withResolvers<StopSignal>()
  readonly #listeners = new Map<StopSignal, () => void>()
  #stopping = false

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const listener = (): void => this.ask(signal)
      this.#listeners.set(signal, listener)
      process.on(signal, listener)
    }
  }

  /** Resolves with the first signal. */
  get asked(): Promise<StopSignal> {
    return this.#asked.promise
  }

  /** What a signal does; also for Ctrl-C in a terminal that gives it as a key. */
  ask(signal: StopSignal): void {
    if (this.#stopping) process.exit(128 + constants.signals[signal])
    this.#stopping = true
    this.#asked.resolve(signal)
    const late = setTimeout(() => {
      process.stderr.write(`✗ The bot has not stopped within ${graceMs / 1000} s; ending it.\n`)
      process.exit(1)
    }, graceMs - 500)
    late.unref()
  }

  [Symbol.dispose](): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener)
  }
}
