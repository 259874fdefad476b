import type { RunIds } from '../ids.ts'
import { BoundedBytes } from '../retention.ts'
import type { SavedStore } from '../saved-state/saved-store.ts'
import type { Actor } from '../tenant.ts'

/** Bytes that somebody uploaded, as a file of the drive or as a medium of a document. */
export interface Media {
  token: string
  name: string
  bytes: Uint8Array
  /** `explorer` for files. */
  parentType: string
  /** Folder, document or block. */
  parentNode: string
  uploader: Actor
  createdAtMs: number
}

/** Uploaded files and media; the oldest are forgotten past the retention. */
export class MediaStore implements SavedStore {
  readonly #ids: RunIds
  readonly #media: BoundedBytes<Media>

  constructor(ids: RunIds, maxBytes: number) {
    this.#ids = ids
    this.#media = new BoundedBytes(maxBytes)
  }

  add(media: Omit<Media, 'token'>): Media {
    const record = { ...media, token: `boxcn${this.#ids.secret(22)}` }
    this.#media.add(record.token, record)
    return record
  }

  find(token: string): Media | undefined {
    return this.#media.get(token)
  }

  saved(): Iterable<readonly [string, Media]> {
    return this.#media.entries()
  }

  restore(values: ReadonlyMap<string, unknown>): void {
    for (const [token, media] of values) this.#media.add(token, media as Media)
  }

  reset(): void {
    this.#media.clear()
  }
}
