import type { LarkspurError } from '../errors/larkspur-error.ts'

/** Node takes a longer one for none. */
const longestTimerMs = 2 ** 31 - 1

/** What ends the wait of a call before its time. */
export interface WaitEnds {
  /** Given with the call, and of the run that it is made in. */
  readonly signals: readonly AbortSignal[]
  /** By the clock of `performance.now()`. */
  readonly deadlineAt: number
  /** Says why the wait ended, in the error of the call. */
  error(end: 'cancelled' | 'deadline' | 'closed'): LarkspurError
}

/** A call that stands in a line or sleeps between two attempts. */
export class WaitingCall {
  readonly #ends: WaitEnds
  readonly #all: Set<WaitingCall>
  #failure: LarkspurError | undefined
  #wake: (() => void) | undefined
  readonly #onAbort = (): void => this.#end('cancelled')

  /** `all` holds the calls that wait, so that closing ends them. */
  constructor(ends: WaitEnds, all: Set<WaitingCall>) {
    this.#ends = ends
    this.#all = all
  }

  /** Runs what waits, and takes every listener away at its end. */
  async during(wait: () => Promise<void>): Promise<void> {
    const { signals } = this.#ends
    this.#all.add(this)
    for (const signal of signals) signal.addEventListener('abort', this.#onAbort)
    if (signals.some(({ aborted }) => aborted)) this.#end('cancelled')
    try {
      if (this.#failure) throw this.#failure
      await wait()
    } finally {
      this.#all.delete(this)
      for (const signal of signals) signal.removeEventListener('abort', this.#onAbort)
    }
  }

  /**
   * Resolves after `ms`, or when it is woken.
   * @throws what ended the wait
   */
  async pause(ms = Number.POSITIVE_INFINITY): Promise<void> {
    if (this.#failure) throw this.#failure
    const leftMs = this.#ends.deadlineAt - performance.now()
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      timer = setTimeout(resolve, Math.max(0, Math.ceil(Math.min(ms, leftMs, longestTimerMs))))
    })
    clearTimeout(timer)
    if (!this.#failure && performance.now() >= this.#ends.deadlineAt) this.#end('deadline')
    if (this.#failure) throw this.#failure
  }

  /** Ends the pause. */
  wake(): void {
    this.#wake?.()
  }

  /** The bot is closing. */
  close(): void {
    this.#end('closed')
  }

  #end(end: 'cancelled' | 'deadline' | 'closed'): void {
    this.#failure ??= this.#ends.error(end)
    this.#wake?.()
  }
}
