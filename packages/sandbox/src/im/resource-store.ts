import type { RunIds } from '../ids.ts'
import { BoundedBytes } from '../retention.ts'
import type { SavedStore } from '../saved-state/saved-store.ts'

/** An image or a file that somebody uploaded. */
export interface ResourceRecord {
  /** `img_v3_…` or `file_v3_…`. */
  key: string
  kind: 'image' | 'file'
  /** The app that uploaded it; absent for uploads of users. */
  appId: string | undefined
  fileName: string
  /** `opus`, `mp4`, `pdf`, `doc`, `xls`, `ppt`, `stream`, or `message` and `avatar` for images. */
  type: string
  durationMs: number | undefined
  bytes: Uint8Array
}

/** Uploaded images and files; the oldest are forgotten past the retention. */
export class ResourceStore implements SavedStore {
  readonly #ids: RunIds
  readonly #resources: BoundedBytes<ResourceRecord>

  constructor(ids: RunIds, maxBytes: number) {
    this.#ids = ids
    this.#resources = new BoundedBytes(maxBytes)
  }

  add(resource: Omit<ResourceRecord, 'key'>): ResourceRecord {
    const record = { ...resource, key: this.#ids.resource(resource.kind) }
    this.#resources.add(record.key, record)
    return record
  }

  find(key: string): ResourceRecord | undefined {
    return this.#resources.get(key)
  }

  saved(): Iterable<readonly [string, ResourceRecord]> {
    return this.#resources.entries()
  }

  restore(values: ReadonlyMap<string, unknown>): void {
    for (const [key, value] of values) this.#resources.add(key, value as ResourceRecord)
  }

  reset(): void {
    this.#resources.clear()
  }
}
