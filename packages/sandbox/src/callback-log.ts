import type { CallbackEntry } from './records.ts'
import { BoundedLog } from './retention.ts'

/** A callback with what was pushed and what came back. */
export interface CallbackRecord extends CallbackEntry {
  /** JSON with header and event. */
  readonly payload: Buffer
  response?: unknown
}

/** The latest callbacks. */
export class CallbackLog {
  readonly #log: BoundedLog<CallbackRecord>
  #seq = 0
  /** Told of each callback that is pushed or has ended. */
  changed: (callback: CallbackRecord) => void = () => {}

  constructor(limit: number) {
    this.#log = new BoundedLog(limit)
  }

  start(entry: Omit<CallbackRecord, 'seq' | 'outcome'>): CallbackRecord {
    this.#seq += 1
    const added: CallbackRecord = { seq: this.#seq, outcome: 'pending', ...entry }
    this.#log.push(added)
    this.changed(added)
    return added
  }

  end(record: CallbackRecord, result: Pick<CallbackRecord, 'outcome' | 'code' | 'elapsedMs' | 'response'>): void {
    Object.assign(record, result)
    this.changed(record)
  }

  list(): readonly CallbackRecord[] {
    return this.#log.entries()
  }

  reset(): void {
    this.#log.clear()
  }
}
