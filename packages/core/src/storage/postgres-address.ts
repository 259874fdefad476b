import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { coreError } from '../errors/catalogue.ts'

/** Where a PostgreSQL server is, and how the way to it is protected. */
export interface PostgresAddress {
  /** Without what it said of TLS. */
  readonly url: string
  readonly tls: ConnectionOptions | false
  /** What an operator should know about the way. */
  readonly warning?: string | undefined
}

const tlsParameters = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey'] as const
const modes = ['disable', 'require', 'verify-ca', 'verify-full']

/**
 * Reads the TLS settings of a URL as PostgreSQL's own programs do (postgresql.org docs: libpq, SSL support): `sslmode`
 * disable, require, verify-ca or verify-full, and the files `sslrootcert`, `sslcert`, `sslkey`. A CA file alone means
 * verify-full; `require` with a CA file means verify-ca.
 * @throws STORAGE_URL_INVALID, STORAGE_TLS_FILE_UNREADABLE
 */
export function postgresAddress(text: string, caFile: string | undefined): PostgresAddress {
  const url = new URL(text)
  const [givenMode, rootFile, certificateFile, keyFile] = tlsParameters.map((name) => url.searchParams.get(name))
  const ca = caFile ?? (rootFile === 'system' ? undefined : (rootFile ?? undefined))
  const mode =
    givenMode ?? shortForm(url.searchParams) ?? (ca === undefined && rootFile !== 'system' ? 'disable' : 'verify-full')
  for (const name of [...tlsParameters, 'ssl']) url.searchParams.delete(name)
  if (!modes.includes(mode))
    throw coreError('STORAGE_URL_INVALID', {
      message: `sslmode is ${JSON.stringify(mode)}; it takes ${modes.join(', ')}`,
      hint: 'Say whether the way is encrypted, not whether it may be: sslmode=verify-full, or sslmode=disable on the same machine.',
    })
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname)
  const here = /^(|\/.*|localhost|.*\.localhost|127\.[\d.]+|\[?::1\]?)$/i.test(host)
  if (mode === 'disable')
    return {
      url: url.href,
      tls: false,
      warning: here
        ? undefined
        : `the connection to PostgreSQL on ${host} is not encrypted: add ?sslmode=verify-full to database.url, and database.caFile when the server's authority is your own`,
    }
  const unchecked = mode === 'require' && ca === undefined && rootFile !== 'system'
  return {
    url: url.href,
    tls: {
      rejectUnauthorized: !unchecked,
      ...(ca === undefined ? {} : { ca: read(ca) }),
      ...(certificateFile ? { cert: read(certificateFile) } : {}),
      ...(keyFile ? { key: read(keyFile) } : {}),
      // Only verify-full is about the name; `require` with an authority counts as verify-ca.
      ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
    },
    warning:
      unchecked && !here
        ? `the connection to PostgreSQL on ${host} is encrypted, but nobody checks who answers: use sslmode=verify-full, and database.caFile when the server's authority is your own`
        : undefined,
  }
}

/** What URLs for node-postgres say: `ssl=true`, `ssl=no-verify`, `ssl=0`. */
function shortForm(parameters: URLSearchParams): string | undefined {
  const ssl = parameters.get('ssl')
  if (ssl === null) return undefined
  return (
    { true: 'verify-full', '1': 'verify-full', 'no-verify': 'require', false: 'disable', '0': 'disable' }[ssl] ?? ssl
  )
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw coreError('STORAGE_TLS_FILE_UNREADABLE', { message: `${file} cannot be read: ${why}`, cause })
  }
}
