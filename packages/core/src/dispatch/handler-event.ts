import type { Envelope, EventHeader } from '../inbox/envelope.ts'
import type { StoredEvent } from '../inbox/inbox-store.ts'
import type { PlatformEvent, WaitAnswer, WaitOptions } from './platform-event.ts'
import type { HandlerRun } from './run.ts'

/** The event that one handler gets in one run. */
export class HandlerEvent implements PlatformEvent {
  readonly #event: StoredEvent
  readonly #envelope: Envelope
  readonly #run: HandlerRun
  readonly #progress: { stopped: boolean }

  constructor(event: StoredEvent, envelope: Envelope, run: HandlerRun, progress: { stopped: boolean }) {
    this.#event = event
    this.#envelope = envelope
    this.#run = run
    this.#progress = progress
  }

  get type(): string {
    return this.#event.type
  }
  get key(): string {
    return this.#event.key
  }
  get appId(): string {
    return this.#event.appId
  }
  get tenantKey(): string {
    return this.#event.tenantKey
  }
  get header(): EventHeader {
    return this.#envelope.header
  }
  get body(): unknown {
    return this.#envelope.body
  }
  get receivedAtMs(): number {
    return this.#event.receivedAtMs
  }
  get attempt(): number {
    return this.#event.attempts + this.#event.crashes + 1
  }
  get signal(): AbortSignal {
    return this.#run.signal
  }

  stop(): void {
    this.#progress.stopped = true
  }

  step<Result>(name: string, fn: () => Promise<Result> | Result): Promise<Result> {
    return this.#run.step(name, fn)
  }

  wait<Answer>(options: WaitOptions): Promise<WaitAnswer<Answer>> {
    return this.#run.wait(options)
  }
}
