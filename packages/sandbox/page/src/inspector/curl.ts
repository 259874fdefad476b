import type { CallBodies, InspectorCall } from '../../../src/page-server/inspector-records.ts'

/** A call as a curl command for a shell; its token and secrets stay masked. */
export function asCurl(origin: string, call: InspectorCall, { query, request }: CallBodies): string {
  const search = new URLSearchParams()
  for (const [name, values] of Object.entries(query)) for (const value of [values].flat()) search.append(name, value)
  const url = `${origin}${call.path}${search.size > 0 ? `?${search}` : ''}`
  const parts = [`curl -X ${call.method} ${quoted(url)}`]
  if (call.token !== undefined) parts.push(`-H ${quoted(`Authorization: Bearer ${call.token}`)}`)
  if (request.text !== undefined && request.text !== '') {
    parts.push(`-H ${quoted('Content-Type: application/json; charset=utf-8')}`, `-d ${quoted(request.text)}`)
  }
  return parts.join(' \\\n  ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
