import type { CallEntry } from './control.ts'
import { BoundedLog } from './retention.ts'

/** The latest calls to the platform, without bodies and with masked tokens. */
export class CallLog {
  readonly #log: BoundedLog<CallEntry>
  #seq = 0
  /** Told of each call. */
  added: (call: CallEntry) => void = () => {}

  constructor(limit: number) {
    this.#log = new BoundedLog(limit)
  }

  add(entry: Omit<CallEntry, 'seq'>): void {
    this.#seq += 1
    const added = { seq: this.#seq, ...entry }
    this.#log.push(added)
    this.added(added)
  }

  list(filter: { appId?: string; api?: string; afterSeq?: number }): CallEntry[] {
    return this.#log.entries().filter((entry) => {
      if (filter.appId !== undefined && entry.appId !== filter.appId) return false
      if (filter.api !== undefined && entry.api !== filter.api) return false
      return entry.seq > (filter.afterSeq ?? 0)
    })
  }

  reset(): void {
    this.#log.clear()
  }
}

/** The prefix of a token's type and three characters. */
export function maskedToken(token: string): string {
  const dash = token.indexOf('-')
  return dash > 0 && dash <= 2 ? `${token.slice(0, dash + 4)}***` : '***'
}
