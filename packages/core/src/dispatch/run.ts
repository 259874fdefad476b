import { hash } from 'node:crypto'
import { coreError } from '../errors/catalogue.ts'
import type { ActiveRun, EffectCall } from '../observe/context.ts'
import type { WaitAnswer, WaitOptions } from './platform-event.ts'

/** Most results that are kept for one event. */
export const maxResults = 200
/** Most bytes of results (as JSON) that are kept for one event. */
export const maxResultBytes = 256 * 1024

/** Results of keyed calls, steps and waits of one event, by key. Shared by the runs of its handlers. */
export class EventResults {
  readonly #values = new Map<string, unknown>()
  #bytes = 0

  constructor(stored: Readonly<Record<string, unknown>>) {
    for (const [key, value] of Object.entries(stored)) {
      this.#values.set(key, value)
      this.#bytes += sizeOf(key, value)
    }
  }

  get(key: string): { readonly result: unknown } | undefined {
    return this.#values.has(key) ? { result: this.#values.get(key) } : undefined
  }

  keep(key: string, value: unknown): void {
    if (!this.#values.has(key)) this.expectRoom()
    this.#bytes += sizeOf(key, value)
    this.#values.set(key, value)
    if (this.#bytes > maxResultBytes)
      throw coreError('DISPATCH_RESULTS_TOO_LARGE', {
        message: `the results of one event take ${this.#bytes} bytes; ${maxResultBytes} are kept`,
      })
  }

  /** Refuses before the effect happens, not after it. */
  expectRoom(): void {
    if (this.#values.size >= maxResults)
      throw coreError('DISPATCH_RESULTS_TOO_LARGE', {
        message: `one event has made ${this.#values.size} calls and steps; the results of ${maxResults} are kept`,
      })
  }

  toRecord(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.#values)
  }
}

function sizeOf(key: string, value: unknown): number {
  return key.length + Buffer.byteLength(JSON.stringify(value) ?? '')
}

/** A wait that a handler is parked on. */
export interface Parked extends WaitOptions {
  readonly resultKey: string
}

/** Whose run it is. */
export interface RunIdentity {
  readonly appId: string
  readonly eventKey: string
  readonly handler: string
}

/** One run of one handler: gives its calls their keys, and ends it. */
export class HandlerRun implements ActiveRun {
  readonly #identity: RunIdentity
  readonly #results: EventResults
  #abort: AbortController | undefined
  #ended = false
  #ordinals: Map<string, number> | undefined
  #steps: Set<string> | undefined
  #onPark: ((parked: Parked) => void) | undefined

  constructor(identity: RunIdentity, results: EventResults, onPark?: (parked: Parked) => void) {
    this.#identity = identity
    this.#results = results
    this.#onPark = onPark
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#ended && !this.#abort.signal.aborted) this.#abort.abort()
    return this.#abort.signal
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Ends the run: its calls are refused from now on. `reason` aborts the signal; a finished handler has none. */
  end(reason?: unknown): void {
    this.#ended = true
    if (reason !== undefined) this.#abort?.abort(reason)
  }

  effect(call: EffectCall): { key: string; stored?: { result: unknown } | undefined } {
    const { appId, eventKey, handler } = this.#identity
    const name = `${call.api} ${call.receiver ?? ''}`
    let last = call.key
    if (last === undefined) {
      this.#ordinals ??= new Map()
      const ordinal = (this.#ordinals.get(name) ?? 0) + 1
      this.#ordinals.set(name, ordinal)
      last = `#${ordinal}`
    }
    // 40 of the 50 characters that the platform's `uuid` takes.
    const key = hash('sha256', JSON.stringify([appId, eventKey, handler, name, last])).slice(0, 40)
    const stored = this.#results.get(key)
    if (!stored) this.#results.expectRoom()
    return { key, stored }
  }

  keep(key: string, result: unknown): void {
    this.#results.keep(key, result ?? null)
  }

  async step<Result>(name: string, fn: () => Promise<Result> | Result): Promise<Result> {
    this.#expectRunning(`step('${name}')`)
    this.#steps ??= new Set()
    if (this.#steps.has(name))
      throw coreError('DISPATCH_STEP_REPEATED', { message: `${this.#identity.handler} ran two steps named "${name}"` })
    this.#steps.add(name)
    const key = `${this.#identity.handler} step ${name}`
    const stored = this.#results.get(key)
    if (stored) return stored.result as Result
    this.#results.expectRoom()
    const result = await fn()
    // After the run has ended nobody stores results any more; the step runs again in the next run.
    if (!this.#ended) this.#results.keep(key, result ?? null)
    return result
  }

  wait<Answer>(options: WaitOptions): Promise<WaitAnswer<Answer>> {
    this.#expectRunning(`wait('${options.name}')`)
    const resultKey = `${this.#identity.handler} wait ${options.name}`
    const stored = this.#results.get(resultKey)
    if (stored) {
      const { result } = stored
      const answered = typeof result === 'object' && result !== null && 'answer' in result
      return Promise.resolve(answered ? { expired: false, answer: result.answer as Answer } : { expired: true })
    }
    if (!this.#onPark)
      throw coreError('DISPATCH_OUTSIDE_RUN', {
        message: 'only handlers of events can wait; tasks and callbacks cannot',
      })
    this.#onPark({ ...options, resultKey })
    // Never settles: the handler runs again from its start when the answer is there.
    return new Promise(() => {})
  }

  #expectRunning(call: string): void {
    if (this.#ended)
      throw coreError('API_RUN_ENDED', { message: `${this.#identity.handler} called ${call} after its run had ended` })
  }
}
