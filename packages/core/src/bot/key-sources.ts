import { resolve } from 'node:path'
import { defaultDatabaseUrl } from '../config/kernel-options.ts'
import type { KeySources } from '../credentials/open-key-ring.ts'
import { coreError } from '../errors/catalogue.ts'
import type { KernelOptions } from '../generated/kernel-options.ts'
import { storagePlace } from '../storage/settings.ts'

/** Beside the database of a bot that says nothing of where it is. */
const defaultKeyFile = '.larkspur/encryption.key'

/** Where the keys of a bot come from. One is made for the default SQLite folder alone: elsewhere it would be lost with its container. */
export function keySources({ credentials, database }: KernelOptions): KeySources {
  const [place, usual] = [storagePlace(database), storagePlace({ url: defaultDatabaseUrl })]
  const isDefault =
    place.flavour === 'sqlite' && usual.flavour === 'sqlite' && resolve(place.folder) === resolve(usual.folder)
  return { encryptionKey: credentials.encryptionKey, keyFile: isDefault ? defaultKeyFile : undefined }
}

/**
 * Refuses a bot that is to run without a key, before anything is opened.
 * @throws CREDENTIAL_KEY_MISSING
 */
export function requireKey(options: KernelOptions): void {
  const { encryptionKey, keyFile } = keySources(options)
  if (encryptionKey === undefined && keyFile === undefined)
    throw coreError('CREDENTIAL_KEY_MISSING', {
      message:
        'no encryption key is given, and the database is not the default SQLite folder, the one place where a key is made by itself',
    })
}
