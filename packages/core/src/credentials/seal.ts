import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { coreError } from '../errors/catalogue.ts'
import type { KeyRing } from './key-ring.ts'

/** The row that a record belongs to; in any other row it does not open. */
export interface SealedRow {
  readonly table: string
  /** `cli_…` */
  readonly appId: string
  readonly tenantKey: string
  /** `ou_…`; empty for tokens of the app itself. */
  readonly userId: string
  readonly kind: string
  /** Counts the values of the row: an older record put back does not open. */
  readonly generation: number
}

/** Record: version, length of the key id, key id, nonce, ciphertext, tag. */
const version = 1
const nonceBytes = 12
const tagBytes = 16

/** Encrypts with AES-256-GCM, bound to its row. */
export function seal(ring: KeyRing, text: string, row: SealedRow): Buffer {
  const { id, key } = ring.current
  const header = Buffer.concat([Buffer.from([version, id.length]), Buffer.from(id, 'latin1')])
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(boundTo(header, row))
  return Buffer.concat([header, nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
}

/**
 * Opens what {@link seal} made.
 * @param keyId the key as the row names it beside the record
 * @throws CREDENTIAL_KEY_UNKNOWN, which names the key's id; CREDENTIAL_RECORD_BROKEN, also when row and record disagree
 *   about a key that is not known
 */
export function unseal(ring: KeyRing, record: Uint8Array, row: SealedRow, keyId?: string | null): string {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength)
  const headerBytes = 2 + (bytes[1] ?? 0)
  if (bytes[0] !== version || bytes.length < headerBytes + nonceBytes + tagBytes) throw broken(row)
  const header = bytes.subarray(0, headerBytes)
  const id = header.subarray(2).toString('latin1')
  if (!/^[0-9a-f]{16}$/.test(id)) throw broken(row)
  const found = ring.find(id)
  if (!found && keyId && keyId !== id) throw broken(row)
  if (!found)
    throw coreError('CREDENTIAL_KEY_UNKNOWN', {
      message: `${named(row)} is encrypted with key ${id}; the keys given are ${ring.ids.join(', ')}`,
    })
  const nonceEnd = headerBytes + nonceBytes
  const tagStart = bytes.length - tagBytes
  // Without the length a shortened tag would be taken.
  const options = { authTagLength: tagBytes }
  const decipher = createDecipheriv('aes-256-gcm', found.key, bytes.subarray(headerBytes, nonceEnd), options)
  decipher.setAAD(boundTo(header, row))
  decipher.setAuthTag(bytes.subarray(tagStart))
  try {
    return decipher.update(bytes.subarray(nonceEnd, tagStart), undefined, 'utf8') + decipher.final('utf8')
  } catch (cause) {
    throw broken(row, cause)
  }
}

// JSON keeps the parts apart: no two rows have the same text.
function boundTo(header: Buffer, { table, appId, tenantKey, userId, kind, generation }: SealedRow): Buffer {
  return Buffer.concat([header, Buffer.from(JSON.stringify([table, appId, tenantKey, userId, kind, generation]))])
}

function broken(row: SealedRow, cause?: unknown): Error {
  const message = `${named(row)} was changed outside the bot, or belongs to another row`
  return coreError('CREDENTIAL_RECORD_BROKEN', { message, cause })
}

function named({ table, appId, kind }: SealedRow): string {
  return `a record of kind ${kind} of ${appId} in ${table}`
}
