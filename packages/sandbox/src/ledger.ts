import { createHash } from 'node:crypto'
import type { LedgerEntry } from './control.ts'
import { BoundedLog } from './retention.ts'

/** Every API call with an effect, so that a test can count what really happened. */
export class Ledger {
  readonly #log: BoundedLog<LedgerEntry>
  #seq = 0

  constructor(limit: number) {
    this.#log = new BoundedLog(limit)
  }

  add(entry: Omit<LedgerEntry, 'seq'>): LedgerEntry {
    this.#seq += 1
    const added = { seq: this.#seq, ...entry }
    this.#log.push(added)
    return added
  }

  list(filter: { appId?: string; api?: string; accepted?: boolean; afterSeq?: number }): LedgerEntry[] {
    return this.#log.entries().filter((entry) => {
      if (filter.appId !== undefined && entry.appId !== filter.appId) return false
      if (filter.api !== undefined && entry.api !== filter.api) return false
      if (filter.accepted !== undefined && entry.accepted !== filter.accepted) return false
      return entry.seq > (filter.afterSeq ?? 0)
    })
  }

  reset(): void {
    this.#log.clear()
  }
}

/** The content's fingerprint, so that equal effects can be told without keeping what was said. */
export function contentHash(content: string): string {
  return createHash('sha256').update(content).digest('hex')
}
