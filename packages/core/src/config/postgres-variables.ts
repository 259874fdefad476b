import type { ConfigProblem } from './config-problem.ts'
import type { FoundText, Layers } from './layers.ts'

/** Parameters of the URL that have a variable of their own. */
const parameters = {
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
} as const

/**
 * The database's URL, made of the variables that PostgreSQL's own programs read (postgresql.org docs: libpq, environment
 * variables). Only PGHOST says that a PostgreSQL is meant; the password may stand in a file named by PGPASSWORD_FILE.
 */
export function postgresVariables(layers: Layers, problems: ConfigProblem[]): FoundText | undefined {
  const host = layers.find(['PGHOST'], false, problems)
  if (!host) return undefined
  const text = (name: string, secret = false): string => {
    const found = layers.find([name], secret, problems)
    return found ? encodeURIComponent(found.text) : ''
  }
  const password = text('PGPASSWORD', true)
  const login = `${text('PGUSER')}${password && `:${password}`}`
  const port = text('PGPORT')
  // An IPv6 address needs brackets, the folder of a Unix socket has its slashes encoded.
  const place = host.text.includes(':') ? `[${host.text}]` : encodeURIComponent(host.text)
  const query = Object.entries(parameters).flatMap(([name, variable]) => {
    const value = text(variable)
    return value ? [`${name}=${value}`] : []
  })
  const url = `postgres://${login && `${login}@`}${place}${port && `:${port}`}/${text('PGDATABASE')}`
  return { ...host, text: query.length > 0 ? `${url}?${query.join('&')}` : url }
}
