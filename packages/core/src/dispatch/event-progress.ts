import type { StoredEvent } from '../inbox/inbox-store.ts'
import { EventResults, type Parked } from './run.ts'

/** How far the handlers of one event have come. */
export class EventProgress {
  readonly finished: Set<string>
  readonly results: EventResults
  readonly failures: { readonly plugin: string; readonly handler: string; readonly error: unknown }[] = []
  parked: Parked | undefined
  stopped = false

  constructor(event: StoredEvent) {
    this.finished = new Set(event.finished)
    this.results = new EventResults(event.results)
  }

  fail(plugin: string, handler: string, error: unknown): void {
    this.failures.push({ plugin, handler, error })
  }
}
