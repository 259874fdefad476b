import type { Kysely } from 'kysely'
import { coreError } from '../errors/catalogue.ts'
import type { Database } from '../storage/database.ts'
import { hasTable } from '../storage/migrator.ts'
import { makeKeyFile, readKeyFile } from './key-file.ts'
import { type KeyRing, readKeyRing } from './key-ring.ts'
import { countSealed } from './sealed-tables.ts'

/** Where a bot's keys come from. */
export interface KeySources {
  /** The keys as they were given; undefined: none. */
  readonly encryptionKey: string | undefined
  /** File of a key that is made when there is none, and that decrypts beside given ones; undefined: none is made. */
  readonly keyFile: string | undefined
}

interface KeyTables {
  larkspur_key: { key_id: string; first_used_at: number }
}

/**
 * The keys that are there, read but not made: the given ones first, so that a key that was made goes on decrypting when
 * another one is given later. Undefined: none.
 * @throws CREDENTIAL_KEY_INVALID, CONFIG_SECRET_FILE_UNREADABLE
 */
export function keysOf({ encryptionKey, keyFile }: KeySources, learnKey?: (text: string) => void): KeyRing | undefined {
  const made = keyFile === undefined ? undefined : readKeyFile(keyFile)
  if (made !== undefined) learnKey?.(made)
  const texts = [encryptionKey, made].filter((text) => text !== undefined)
  return texts.length > 0 ? readKeyRing(texts.join(',')) : undefined
}

/**
 * The keys of a bot for a database that may not have its tables yet, or a refusal before anything is changed. Makes the
 * key file where one may be made. Undefined: no key is given, and the database needs none.
 * @param learnKey gets a key that was read from the file or made, to be masked
 * @throws CREDENTIAL_KEY_INVALID, CREDENTIAL_KEY_UNKNOWN, STORAGE_READ_ONLY
 */
export async function openKeyRing(
  database: Database,
  sources: KeySources,
  learnKey: (text: string) => void,
): Promise<KeyRing | undefined> {
  // First: a key that another process makes at this moment is there before its tokens are.
  const used = new Set((await countSealed(database)).map(({ keyId }) => keyId))
  const ring = keysOf(sources, learnKey)
  const missing = [...used].filter((id) => !ring?.find(id))
  const { keyFile } = sources
  if (missing.length > 0)
    throw coreError('CREDENTIAL_KEY_UNKNOWN', {
      message:
        `the database holds secrets that are encrypted with key ${missing.join(', ')}; ` +
        (ring
          ? `the keys given are ${ring.ids.join(', ')}`
          : `no key is given${keyFile === undefined ? '' : `, and ${keyFile} is gone`}`),
    })
  if (ring || keyFile === undefined) return ring
  const { text } = makeKeyFile(keyFile)
  learnKey(text)
  return readKeyRing(text)
}

/** Remembers since when the encrypting key is in use. */
export async function noteKey(database: Database, ring: KeyRing): Promise<void> {
  if (!(await hasTable(database, 'larkspur_key'))) return
  const query = database.query as Kysely<KeyTables>
  const noted = await query.selectFrom('larkspur_key').select('key_id').where('key_id', '=', ring.current.id).execute()
  if (noted.length > 0) return
  await query
    .insertInto('larkspur_key')
    .values({ key_id: ring.current.id, first_used_at: database.now })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Since when each key has encrypted, milliseconds since 1970, by its id. */
export async function keyAges(database: Database): Promise<ReadonlyMap<string, number>> {
  if (!(await hasTable(database, 'larkspur_key'))) return new Map()
  const query = database.query as Kysely<KeyTables>
  const rows = await query.selectFrom('larkspur_key').selectAll().execute()
  return new Map(rows.map(({ key_id, first_used_at }) => [key_id, first_used_at]))
}
