import { coreError } from '../errors/catalogue.ts'
import type { ApiCall, QueryValue } from './call.ts'

/**
 * The path of a call with its ids filled in, percent-encoded, and its query.
 * @throws API_REQUEST_INVALID
 */
export function callPath({ path, params, query }: ApiCall): string {
  if (!path.startsWith('/') || path.startsWith('//'))
    throw coreError('API_REQUEST_INVALID', {
      message: `a call has the path ${JSON.stringify(path)}; it must begin with one slash, because the token goes where it leads`,
    })
  const filled = path.includes(':')
    ? path.replace(/:([a-zA-Z_]\w*)/g, (_, name: string) => fill(path, name, params))
    : path
  if (!query) return filled
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) add(search, name, value)
  const text = search.toString()
  return text === '' ? filled : `${filled}${filled.includes('?') ? '&' : '?'}${text}`
}

function fill(path: string, name: string, params: ApiCall['params']): string {
  const value = params?.[name]
  // "." and ".." would still change the path after encoding.
  if (typeof value !== 'string' || value === '' || value === '.' || value === '..')
    throw coreError('API_REQUEST_INVALID', {
      message: `${path} needs params.${name}, received ${value === undefined ? 'nothing' : JSON.stringify(value)}`,
    })
  return encodeURIComponent(value)
}

function add(search: URLSearchParams, name: string, value: QueryValue): void {
  if (value === undefined) return
  if (Array.isArray(value)) for (const each of value) search.append(name, String(each))
  else search.append(name, String(value))
}
