import { createHash, createSecretKey, type KeyObject } from 'node:crypto'
import { coreError } from '../errors/catalogue.ts'

/** A key that tokens are encrypted with at rest. */
export interface EncryptionKey {
  /** The first 16 hex digits of a hash of the key: stands in every record, gives nothing away. */
  readonly id: string
  readonly key: KeyObject
}

/** The keys of one bot: the first encrypts, all decrypt. */
export class KeyRing {
  readonly current: EncryptionKey
  readonly #keys: ReadonlyMap<string, EncryptionKey>

  constructor(current: EncryptionKey, others: readonly EncryptionKey[] = []) {
    this.current = current
    this.#keys = new Map([...others, current].map((each) => [each.id, each]))
  }

  find(id: string): EncryptionKey | undefined {
    return this.#keys.get(id)
  }

  /** The ids, the encrypting key's first. */
  get ids(): readonly string[] {
    return [...new Set([this.current.id, ...this.#keys.keys()])]
  }
}

/** Bytes of a key for AES-256. */
export const keyBytes = 32

/** Keys that are printed in standards, in hex (NIST SP 800-38A, F.1.5). */
const publishedKeys: readonly string[] = ['603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4']

/**
 * Reads keys of 32 bytes, each as base64, base64url or hex, separated by commas or line ends.
 * @throws CREDENTIAL_KEY_INVALID, which names the place in the list and never the key
 */
export function readKeyRing(text: string): KeyRing {
  const parts = text.split(/[,\r\n]+/).map((part) => part.trim())
  const [first, ...others] = parts
    .filter((part) => part !== '')
    .map((part, index) => readKey(part, `key ${index + 1} of the encryption keys`))
  if (!first) throw coreError('CREDENTIAL_KEY_INVALID', { message: 'the encryption key is empty' })
  return new KeyRing(first, others)
}

function readKey(text: string, which: string): EncryptionKey {
  const bytes = decoded(text)
  if (!bytes)
    throw coreError('CREDENTIAL_KEY_INVALID', {
      message: `${which} is not ${keyBytes} bytes in base64, base64url or hex; received ${text.length} characters`,
    })
  const weakness = weaknessOf(bytes)
  if (weakness) throw coreError('CREDENTIAL_KEY_INVALID', { message: `${which} is refused: ${weakness}` })
  const id = createHash('sha256').update('larkspur key id').update(bytes).digest('hex').slice(0, 16)
  return { id, key: createSecretKey(bytes) }
}

function decoded(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex')
  const plain = text.replace(/=$/, '').replaceAll('-', '+').replaceAll('_', '/')
  const bytes = Buffer.from(plain, 'base64')
  // Written back it must be the same: Node skips what it cannot read.
  return bytes.length === keyBytes && bytes.toString('base64') === `${plain}=` ? bytes : undefined
}

/** What people hash when they want 32 bytes at once. */
const guessedTexts = [
  '',
  'password',
  'secret',
  'changeme',
  'test',
  'key',
  'admin',
  'larkspur',
  'feishu',
  'lark',
  '123456',
]

// What 32 random bytes are not, with less than one in 2^40 refused by mistake.
function weaknessOf(bytes: Buffer): string | undefined {
  if (publishedKeys.includes(bytes.toString('hex'))) return 'it is a published example'
  if (guessedTexts.some((text) => bytes.equals(createHash('sha256').update(text).digest())))
    return 'it is the hash of a common password'
  if (new Set(bytes).size < 16) return 'its bytes repeat'
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return 'it is readable text, not random bytes'
  const steps = bytes.subarray(1).map((byte, index) => byte - (bytes[index] ?? 0))
  if (new Set(steps).size < 4) return 'its bytes are a sequence'
  return undefined
}
