import { coreError } from '../errors/catalogue.ts'
import { LarkspurError } from '../errors/larkspur-error.ts'

/** SQLSTATE classes and codes after which the same statement may succeed: connection, resources, shutdown, conflict. */
const passing = /^(08|53|57P|40001|40P01|55P03|57014|25P0[34])/

/** What the drivers and Node say when the server is away or silent. */
const connectionProblem =
  /timeout|terminated|not queryable|Connection ended|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/i

/** User, password or database are wrong (SQLSTATE 28…, 3D000), or TLS is: no time mends that. */
const refusal = /^(28|3D000)|CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_SSL|ERR_TLS|EPROTO/
const tlsRefusal = /does not support SSL|establishing an SSL|no pg_hba.conf entry.*no encryption/

/** What to do next, by code or message; the first that fits. */
const hints: readonly (readonly [RegExp, string])[] = [
  [/^SQLITE_FULL/, 'Make room on the disk of the database; what was being written is not in it.'],
  [/^SQLITE_(BUSY|LOCKED)/, 'Another process writes to the SQLite file for long: look for a long database.write.'],
  [/ECONNREFUSED/, 'Nobody listens there: check that PostgreSQL runs, and the host and port of database.url.'],
  [
    /ENOTFOUND|EAI_AGAIN/,
    'The host of database.url has no address here: check its spelling and the name server of this machine.',
  ],
  [
    /exceeded when trying to connect/,
    'Every connection was in use for database.acquireTimeoutMs: look for writes that take long, or raise database.maxConnections.',
  ],
  [
    /due to connection timeout|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
    'The server did not answer: check host and port of database.url, and the firewalls between.',
  ],
  [
    /^53300/,
    'PostgreSQL takes no more connections: lower database.maxConnections and database.inboxConnections, or raise max_connections there.',
  ],
  [/^57014/, 'The statement ran longer than database.statementTimeoutMs: make it shorter, or raise that.'],
  [
    /^42501/,
    'The user of database.url may not do that: let it own the tables and the schema, or grant it what is missing.',
  ],
  [/^3D000/, 'Create the database with `createdb`, or name another in database.url.'],
  [tlsRefusal, 'Server and client disagree about TLS: check sslmode in database.url and `ssl` on the server.'],
  [/ALTNAME/, 'Use the host name that stands in the certificate, or sslmode=verify-ca to check the authority alone.'],
  [/EXPIRED|NOT_YET_VALID/, "Renew the server's certificate, or set the clocks right."],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/,
    "The server's certificate is not signed by an authority known here: name its PEM file in database.caFile.",
  ],
]

/** Whether the database was away, busy or silent, so that the same statement may succeed later. */
export function isPassing(cause: unknown): boolean {
  if (cause instanceof LarkspurError) return cause.retryable
  const code = codeOf(cause)
  if (/^SQLITE_(BUSY|LOCKED|IOERR|FULL)/.test(code) || passing.test(code) || connectionProblem.test(code)) return true
  return (
    cause instanceof AggregateError || (code === '' && cause instanceof Error && connectionProblem.test(cause.message))
  )
}

/** Whether two transactions met (serialisation failure or deadlock); nothing of this one happened. */
export function isConflict(cause: unknown): boolean {
  const code = codeOf(cause)
  return code === '40001' || code === '40P01'
}

/**
 * What a driver threw, as STORAGE_UNAVAILABLE, STORAGE_REFUSED, STORAGE_READ_ONLY, STORAGE_CORRUPT or
 * STORAGE_QUERY_FAILED.
 */
export function databaseError(cause: unknown, during: string): LarkspurError {
  if (cause instanceof LarkspurError) return cause
  const text = describe(cause)
  const code = codeOf(cause)
  const hint = hints.find(([pattern]) => pattern.test(code) || pattern.test(text))?.[1]
  const occurrence = { message: `${during}: ${text}`, hint, cause }
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/.test(code)) return coreError('STORAGE_READ_ONLY', occurrence)
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return coreError('STORAGE_CORRUPT', occurrence)
  if (refusal.test(code) || tlsRefusal.test(text)) return coreError('STORAGE_REFUSED', occurrence)
  if (isPassing(cause)) return coreError('STORAGE_UNAVAILABLE', occurrence)
  return coreError('STORAGE_QUERY_FAILED', occurrence)
}

function codeOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}

function describe(cause: unknown): string {
  const code = codeOf(cause)
  // Data exceptions quote the value, which may be personal data.
  if (code.startsWith('22')) return `the database refused a value (SQLSTATE ${code})`
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message
  return `${cause instanceof Error ? cause.message : String(cause)}${code ? ` (${code})` : ''}`
}
