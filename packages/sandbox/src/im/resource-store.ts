import type { RunIds } from '../ids.ts'

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
export class ResourceStore {
  readonly #ids: RunIds
  readonly #maxBytes: number
  readonly #resources = new Map<string, ResourceRecord>()
  #bytes = 0

  constructor(ids: RunIds, maxBytes: number) {
    this.#ids = ids
    this.#maxBytes = maxBytes
  }

  add(resource: Omit<ResourceRecord, 'key'>): ResourceRecord {
    const record = { ...resource, key: this.#ids.resource(resource.kind) }
    this.#resources.set(record.key, record)
    this.#bytes += record.bytes.length
    for (const oldest of this.#resources.values()) {
      if (this.#bytes <= this.#maxBytes || oldest === record) break
      this.#resources.delete(oldest.key)
      this.#bytes -= oldest.bytes.length
    }
    return record
  }

  find(key: string): ResourceRecord | undefined {
    return this.#resources.get(key)
  }

  reset(): void {
    this.#resources.clear()
    this.#bytes = 0
  }
}
