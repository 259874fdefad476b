import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { coreError } from '../errors/catalogue.ts'
import type { Log } from '../observe/log.ts'
import type { Database } from '../storage/database.ts'
import { keyBytes, readKeyRing } from './key-ring.ts'
import { storedKeyIds, TokenStore } from './token-store.ts'

/** How the tokens of a bot are stored. */
export interface TokenStoreOptions {
  /** The keys as they were given; undefined: none. */
  readonly encryptionKey: string | undefined
  /** File of a key that is made when there is none, and that decrypts beside given ones; undefined: none is made. */
  readonly keyFile: string | undefined
  readonly leaseMs: number
  readonly log: Log
  readonly maskText: (text: string) => string
  /** Gets a key that was read from the file or made, to be masked. */
  readonly learnKey: (text: string) => void
}

/**
 * Opens the store of tokens in a migrated database, or refuses before anything is changed. Undefined without a key in a
 * database without tokens: tokens then live in memory alone.
 * @throws CREDENTIAL_KEY_INVALID, CREDENTIAL_KEY_UNKNOWN, STORAGE_READ_ONLY
 */
export async function openTokenStore(database: Database, options: TokenStoreOptions): Promise<TokenStore | undefined> {
  const { keyFile, leaseMs, log, maskText } = options
  // First: a key that another process makes at this moment is there before its tokens are.
  const used = await storedKeyIds(database)
  const made = keyFile !== undefined && existsSync(keyFile) ? readKeyFile(keyFile) : undefined
  if (made !== undefined) options.learnKey(made)
  // A key that was made goes on decrypting when another one is given later.
  const texts = [options.encryptionKey, made].filter((text) => text !== undefined)
  const given = texts.length > 0 ? readKeyRing(texts.join(',')) : undefined
  const missing = used.filter((id) => !given?.find(id))
  if (missing.length > 0)
    throw coreError('CREDENTIAL_KEY_UNKNOWN', {
      message:
        `the database holds tokens that are encrypted with key ${missing.join(', ')}; ` +
        (given
          ? `the keys given are ${given.ids.join(', ')}`
          : `no key is given${keyFile ? `, and ${keyFile} is gone` : ''}`),
    })
  if (given) return new TokenStore({ database, ring: given, log, leaseMs, maskText })
  if (keyFile === undefined) {
    log.info('no encryption key: tokens are kept in memory, each process fetches its own', {
      hint: 'set LARKSPUR_ENCRYPTION_KEY to store them',
    })
    return undefined
  }
  const text = makeKeyFile(keyFile)
  options.learnKey(text)
  return new TokenStore({ database, ring: readKeyRing(text), log, leaseMs, maskText })
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw coreError('CONFIG_SECRET_FILE_UNREADABLE', { message: `the encryption key ${file} cannot be read`, cause })
  }
}

// Written aside and linked: whoever comes second finds a whole key, and never replaces one.
function makeKeyFile(file: string): string {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    const opened = openSync(draft, 'wx', 0o600)
    try {
      writeSync(opened, `${randomBytes(keyBytes).toString('base64')}\n`)
      fsyncSync(opened)
    } finally {
      closeSync(opened)
    }
    linkSync(draft, file)
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'EEXIST')
      throw coreError('STORAGE_READ_ONLY', { message: `the encryption key ${file} could not be made`, cause })
  } finally {
    rmSync(draft, { force: true })
  }
  return readKeyFile(file)
}
