import { coreError } from '../errors/catalogue.ts'

/** Where the bot's data is, and how it is reached. docs/config.md has the defaults, under `database`. */
export interface StorageSettings {
  /** `postgres://user:password@host:5432/database` or `sqlite:<folder>`. Holds a password: never shown. */
  readonly url: string
  /** Schema of the tables on PostgreSQL; undefined: the first of the search path. */
  readonly schema?: string | undefined
  readonly maxConnections: number
  /** Connections of the inbox alone, besides the others. */
  readonly inboxConnections: number
  readonly acquireTimeoutMs: number
  readonly inboxAcquireTimeoutMs: number
  readonly connectionLifeMs: number
  /** 0: a statement may take as long as it takes, as migrations do. */
  readonly statementTimeoutMs: number
  /** PEM file of the authority that signed the server's certificate. */
  readonly caFile?: string | undefined
  /** Added to the database's time, milliseconds; 0 outside tests. */
  readonly clockOffsetMs: number
}

/** What a storage URL names. */
export type StoragePlace =
  | { readonly flavour: 'sqlite'; readonly folder: string }
  | { readonly flavour: 'postgres'; readonly url: string; readonly schema: string | undefined }

const wanted = '`postgres://user:password@host:5432/database` or `sqlite:<folder>` is needed'

/** @throws STORAGE_URL_INVALID */
export function storagePlace({ url, schema }: Pick<StorageSettings, 'url' | 'schema'>): StoragePlace {
  if (url.startsWith('sqlite:')) {
    const folder = url.slice('sqlite:'.length)
    if (folder.trim() === '') throw invalid('sqlite: without a folder')
    // `sqlite://data` looks like a host to some and like a folder to others.
    if (/^\/\/(?!\/)/.test(folder)) throw invalid('sqlite: followed by two slashes; write sqlite:data or sqlite:/data')
    return { flavour: 'sqlite', folder }
  }
  if (!/^postgres(ql)?:\/\//.test(url))
    throw invalid(`a text that begins with ${JSON.stringify(/^[a-z]*:?/i.exec(url)?.[0])}`)
  if (!isReadable(url))
    throw invalid('a PostgreSQL URL that cannot be read; is its port a number, and its password percent-encoded?')
  if (schema !== undefined && !/^[a-z_][a-z0-9_]{0,62}$/.test(schema))
    throw coreError('STORAGE_SCHEMA_INVALID', { message: `database.schema is ${JSON.stringify(schema)}` })
  return { flavour: 'postgres', url, schema }
}

/** Whether it can be taken apart and decoded; a single % in user or password is taken as it is, as node-postgres does. */
function isReadable(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { hostname, pathname, username, password } = new URL(text)
  const login = `${username}/${password}`.replaceAll(/%(?![0-9a-f]{2})/gi, '%25')
  try {
    decodeURIComponent([hostname, pathname, login].join('/'))
    return true
  } catch {
    return false
  }
}

function invalid(received: string): Error {
  // The URL itself is not repeated: it may hold a password.
  return coreError('STORAGE_URL_INVALID', { message: `database.url: ${wanted}, received ${received}` })
}
