import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BotConfig } from '../config/define-config.ts'
import type { ConfigSources } from '../config/origins.ts'
import { keyAges, keysOf, noteKey, openKeyRing } from '../credentials/open-key-ring.ts'
import { type RotationOptions, type RotationResult, rotateSealedRows } from '../credentials/rotate-keys.ts'
import { countSealed, type SealedCount } from '../credentials/sealed-tables.ts'
import { coreError } from '../errors/catalogue.ts'
import { kernelMigrations } from '../storage/kernel-migrations.ts'
import { checkNotNewer } from '../storage/migrator.ts'
import { openUnmigrated } from '../storage/open-database.ts'
import { type StorageSettings, storagePlace } from '../storage/settings.ts'
import { commandParts } from './command-parts.ts'
import { keySources } from './key-sources.ts'

/** A key of a bot, or one that its database needs. Never the key itself. */
export interface KeyState {
  /** 16 hex digits, a part of a hash of the key. */
  readonly id: string
  /** `environment (LARKSPUR_ENCRYPTION_KEY)`, `code`, the path of a file; undefined: it is not given. */
  readonly source: string | undefined
  /** Whether new rows are sealed with it. */
  readonly encrypts: boolean
  /** Since when it has sealed rows, milliseconds since 1970; undefined: a bot never started with it first. */
  readonly firstUsedAtMs: number | undefined
  /** Rows that it has sealed, by what they are: `{ tokens: 12, apps: 3 }`. */
  readonly rows: Readonly<Record<string, number>>
}

/**
 * The keys of a configuration, the encrypting one first, then those that its database needs and that are not given.
 * Changes nothing, and makes neither key nor database.
 * @throws CONFIG_INVALID, CREDENTIAL_KEY_INVALID, STORAGE_UNAVAILABLE and other STORAGE_… errors
 */
export async function keyStatus(config: BotConfig, sources: ConfigSources = {}): Promise<readonly KeyState[]> {
  await using parts = await commandParts(config, sources)
  const { options, origins } = parts.config
  const places = keySources(options)
  const given = keysOf({ ...places, keyFile: undefined })?.ids ?? []
  const ids = keysOf(places)?.ids ?? []
  const origin = origins.find(({ path }) => path === 'credentials.encryptionKey')
  const givenBy = origin?.variable ? `${origin.origin} (${origin.variable})` : origin?.origin
  const { counts, ages } = await stored(parts.settings, parts.log)
  const missing = [...new Set(counts.map(({ keyId }) => keyId))].filter((id) => !ids.includes(id))
  return [...ids, ...missing].map((id) => ({
    id,
    source: given.includes(id) ? givenBy : ids.includes(id) ? places.keyFile : undefined,
    encrypts: id === ids[0],
    firstUsedAtMs: ages.get(id),
    rows: Object.fromEntries(counts.filter(({ keyId }) => keyId === id).map(({ title, rows }) => [title, rows])),
  }))
}

/**
 * Seals every stored secret with the first key of a configuration, while bots run: in short steps that nobody waits
 * for. It can be killed at any time; the next call goes on. Afterwards the other keys may be removed, unless the result
 * names rows that are `broken` or `left`.
 * @throws CONFIG_INVALID, CREDENTIAL_KEY_MISSING, CREDENTIAL_KEY_INVALID, CREDENTIAL_KEY_UNKNOWN, STORAGE_NEWER and other
 *   STORAGE_… errors
 */
export async function rotateKeys(
  config: BotConfig,
  { sources = {}, ...options }: RotationOptions & { readonly sources?: ConfigSources | undefined } = {},
): Promise<RotationResult> {
  await using parts = await commandParts(config, sources)
  const places = keySources(parts.config.options)
  if (!keysOf(places))
    throw coreError('CREDENTIAL_KEY_MISSING', { message: 'there is no encryption key to seal anything with' })
  if (!databaseExists(parts.settings)) return { done: 0, broken: [], left: 0 }
  await using database = await openUnmigrated(parts.settings, parts.log)
  await checkNotNewer(database, [kernelMigrations], parts.log)
  const ring = await openKeyRing(database, places, parts.learnKey)
  if (!ring) return { done: 0, broken: [], left: 0 }
  await noteKey(database, ring)
  return await rotateSealedRows(database, ring, options)
}

async function stored(settings: StorageSettings, log: Parameters<typeof openUnmigrated>[1]) {
  const nothing: { counts: readonly SealedCount[]; ages: ReadonlyMap<string, number> } = { counts: [], ages: new Map() }
  if (!databaseExists(settings)) return nothing
  await using database = await openUnmigrated(settings, log)
  return { counts: await countSealed(database), ages: await keyAges(database) }
}

/** Opening a SQLite database makes it; looking at it must not. */
function databaseExists(settings: StorageSettings): boolean {
  const place = storagePlace(settings)
  return place.flavour === 'postgres' || existsSync(join(place.folder, 'bot.db'))
}
