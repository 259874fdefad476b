import type { RunIds } from '../ids.ts'
import { BoundedMap } from '../retention.ts'
import type { SavedStore } from '../saved-state/saved-store.ts'

const keptBatches = 10_000

/** One message to many people; each of them has it in the direct chat with the bot. */
export interface BatchMessage {
  /** `bm-…`. */
  batchId: string
  appId: string
  createTimeMs: number
  /** People that exist, also those whom the bot is not available to. */
  validUsers: number
  /** Of the messages that were really sent, by the user_id of their receiver. */
  messageIds: ReadonlyMap<string, string>
  recalled: boolean
}

/** Batch messages; the oldest are forgotten (docs: im-v1 batch_message). */
export class BatchMessages implements SavedStore {
  readonly #ids: RunIds
  readonly #batches = new BoundedMap<string, BatchMessage>(keptBatches)

  constructor(ids: RunIds) {
    this.#ids = ids
  }

  add(batch: Omit<BatchMessage, 'batchId' | 'recalled'>): BatchMessage {
    const record = { ...batch, batchId: this.#ids.batch(), recalled: false }
    this.#batches.set(record.batchId, record)
    return record
  }

  find(batchId: string): BatchMessage | undefined {
    return this.#batches.get(batchId)
  }

  *saved(): Iterable<readonly [string, BatchMessage]> {
    for (const batch of this.#batches.values()) yield [batch.batchId, batch]
  }

  restore(values: ReadonlyMap<string, unknown>): void {
    for (const [batchId, batch] of values) this.#batches.set(batchId, batch as BatchMessage)
  }

  reset(): void {
    this.#batches.clear()
  }
}
