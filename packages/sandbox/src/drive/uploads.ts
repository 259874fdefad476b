import type { ApiCall } from '../api-call.ts'
import type { SandboxClock } from '../clock.ts'
import type { RunIds } from '../ids.ts'
import type { UploadedFile } from '../multipart.ts'
import { PlatformError } from '../platform-error.ts'
import { BoundedMap } from '../retention.ts'
import type { Actor } from '../tenant.ts'
import { isSame } from './permissions.ts'

/** Size of the parts of a large file, the last one apart (docs: drive-v1 upload_prepare). */
export const partBytes = 4_194_304

const lifetimeMs = 24 * 60 * 60_000
const openUploads = 16

/** A large file that comes in parts. */
export interface Upload {
  uploadId: string
  kind: 'file' | 'media'
  name: string
  parentType: string
  parentNode: string
  size: number
  parts: Map<number, Uint8Array>
  uploader: Actor
  startedAtMs: number
}

/** Files that are on their way. */
export class Uploads {
  readonly #clock: SandboxClock
  readonly #ids: RunIds
  readonly #maxBytes: number
  readonly #uploads = new BoundedMap<string, Upload>(openUploads)

  constructor(clock: SandboxClock, ids: RunIds, maxBytes: number) {
    this.#clock = clock
    this.#ids = ids
    this.#maxBytes = maxBytes
  }

  /** @throws PlatformError 1061043 for more than the sandbox keeps */
  start(upload: Omit<Upload, 'uploadId' | 'parts' | 'startedAtMs'>): Upload {
    if (upload.size > this.#maxBytes) throw new PlatformError(1061043, `${upload.size} bytes`)
    const started = { ...upload, uploadId: this.#ids.device(), parts: new Map(), startedAtMs: this.#clock.now() }
    this.#uploads.set(started.uploadId, started)
    return started
  }

  /** @throws PlatformError 1061021 for an unknown one and after 24 hours, 1062007 for another uploader's */
  upload(uploadId: string, kind: Upload['kind'], uploader: Actor): Upload {
    const upload = this.#uploads.get(uploadId)
    const isOver = !upload || upload.kind !== kind || this.#clock.now() - upload.startedAtMs > lifetimeMs
    if (isOver) throw new PlatformError(1061021, uploadId)
    if (!isSame(upload.uploader, uploader)) throw new PlatformError(1062007)
    return upload
  }

  /** An upload that is whole; its parts are let go. */
  finish(upload: Upload): Uint8Array {
    const bytes = Buffer.concat([...upload.parts].sort(([one], [other]) => one - other).map(([, part]) => part))
    upload.parts.clear()
    // Nothing can be added to it any more.
    upload.startedAtMs = Number.NEGATIVE_INFINITY
    return bytes
  }

  reset(): void {
    this.#uploads.clear()
  }
}

/**
 * The bytes that came with a call.
 *
 * @throws PlatformError 1061002 for none, 1062009 for another size than was said, 1062008 for a wrong checksum
 */
export function checkedBytes({ body }: ApiCall): Uint8Array {
  const { bytes } = body.file as UploadedFile
  const { size, checksum } = body as { size: number; checksum?: string }
  if (bytes.length === 0) throw new PlatformError(1061002, 'the file is empty')
  if (bytes.length !== size) throw new PlatformError(1062009, `${bytes.length} bytes instead of ${size}`)
  if (checksum && Number(checksum) !== adler32(bytes)) throw new PlatformError(1062008, `checksum ${checksum}`)
  return bytes
}

/** The checksum that uploads carry. */
export function adler32(bytes: Uint8Array): number {
  let [low, high] = [1, 0]
  for (const byte of bytes) {
    low = (low + byte) % 65_521
    high = (high + low) % 65_521
  }
  return high * 65_536 + low
}
