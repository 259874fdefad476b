import { createWriteStream } from 'node:fs'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { coreError } from '../errors/catalogue.ts'
import type { ApiCall, ApiStream, QueryValue } from './call.ts'

/** Where an app client carries what `@larkspur/core/raw-client` needs; a registered symbol, so that copies agree. */
export const transportKey = Symbol.for('@larkspur/core/transport')

/** Marker header by which a raw call says as whom it is made; never sent. */
export const asUserHeader = 'x-larkspur-as-user'

/** What the official SDK's client asks of its `httpInstance`; only this method is used by generated calls. */
export interface SdkTransport {
  request(options: SdkRequest): Promise<unknown>
}

/** A request as the SDK (1.74) describes it. */
export interface SdkRequest {
  readonly url?: string | undefined
  readonly method?: string | undefined
  readonly data?: unknown
  readonly params?: Readonly<Record<string, QueryValue>> | undefined
  readonly headers?: Readonly<Record<string, unknown>> | undefined
  readonly responseType?: string | undefined
  readonly $return_headers?: boolean | undefined
}

/** Sends what the SDK's client describes through our own client: its tokens, deadlines, retries and errors. */
export function sdkTransport(domain: string, request: (call: ApiCall) => Promise<unknown>): SdkTransport {
  return {
    async request(options) {
      const call = await toCall(options, domain)
      if (options.responseType === 'stream')
        return download((await request({ ...call, answer: 'stream' })) as ApiStream)
      const envelope = (await request({ ...call, answer: 'envelope' })) as { data?: unknown }
      // Uploads: the SDK's methods return this as it is and unwrap `data` themselves.
      return options.$return_headers ? { data: envelope, headers: {} } : envelope
    },
  }
}

async function toCall(options: SdkRequest, domain: string): Promise<ApiCall> {
  // Asked of the text: a URL resolves dots silently, and an id with dots would have led to another API.
  if (/\/\.{1,2}(?:[/?#]|$)|\\/.test(options.url ?? ''))
    throw coreError('API_REQUEST_INVALID', { message: 'the path of a raw call leads out of its API: check its ids' })
  const url = new URL(options.url ?? '', domain)
  if (url.origin !== domain)
    throw coreError('API_REQUEST_INVALID', {
      message: `the raw client was to call ${url.origin}, but the app lives on ${domain}; the token goes nowhere else`,
    })
  const method = (options.method ?? 'GET').toUpperCase() as NonNullable<ApiCall['method']>
  const headers = plainHeaders(options.headers)
  const asUser = headers[asUserHeader]
  const given = headers.authorization?.replace(/^Bearer /, '')
  const multipart = headers['content-type']?.startsWith('multipart/form-data') === true
  for (const name of [asUserHeader, 'authorization', 'content-type']) delete headers[name]
  const query: Record<string, QueryValue> = { ...options.params }
  for (const [name, value] of url.searchParams) query[name] = value
  return {
    method,
    // The SDK fills ids in without encoding; `:` is no parameter any more.
    path: url.pathname.replaceAll('/:', '/%3A'),
    query,
    body: multipart ? await form(options.data) : bodyOf(method, options.data),
    headers,
    asUser,
    token: given,
    auth: asUser === undefined && given === undefined ? authOf(url.pathname) : undefined,
  }
}

/** GET and DELETE get an empty object from the SDK, which is no body. */
function bodyOf(method: string, data: unknown): unknown {
  if (method === 'GET' || data === undefined || data === null) return undefined
  const empty = typeof data === 'object' && Object.keys(data).length === 0
  return method === 'DELETE' && empty ? undefined : data
}

/** open.feishu.cn docs: auth-v3 takes id and secret, authen-v1 the app token, everything else the tenant's. */
function authOf(path: string): ApiCall['auth'] {
  if (path.startsWith('/open-apis/auth/v3/') || /\/oauth\/(v\d\/)?token$/.test(path)) return 'none'
  return /^\/open-apis\/authen\/v1\/(oidc\/)?(refresh_)?access_token$/.test(path) ? 'app' : 'tenant'
}

function plainHeaders(headers: SdkRequest['headers']): Record<string, string | undefined> & Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers ?? {}))
    if (value !== undefined && value !== null) plain[name.toLowerCase()] = String(value)
  return plain
}

/** Buffered: uploads are at most 30 MB, and a stream could not be sent twice. */
async function form(data: unknown): Promise<unknown> {
  const made = new FormData()
  for (const [name, value] of Object.entries((data ?? {}) as Record<string, unknown>)) {
    if (value === undefined || value === null) continue
    if (isReadable(value)) {
      const parts: Buffer[] = []
      for await (const part of value) parts.push(Buffer.from(part as Uint8Array))
      made.append(name, new Blob([Buffer.concat(parts)]), fileName(data, value, name))
    } else if (value instanceof Uint8Array)
      made.append(name, new Blob([new Uint8Array(value)]), fileName(data, value, name))
    else if (value instanceof Blob) made.append(name, value, fileName(data, value, name))
    else made.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  return made
}

function isReadable(value: unknown): value is Readable {
  return typeof value === 'object' && value !== null && typeof (value as Readable).pipe === 'function'
}

function fileName(data: unknown, value: unknown, field: string): string {
  const named = (data as { file_name?: unknown }).file_name
  if (typeof named === 'string' && named !== '') return named
  const path = (value as { path?: unknown }).path
  return typeof path === 'string' ? basename(path) : field
}

/** What the SDK's download methods promise: `writeFile`, `getReadableStream`, `headers`. */
function download(answer: ApiStream): unknown {
  return {
    data: answer.stream,
    headers: answer.headers,
    writeFile: (path: string) => pipeline(answer.stream, createWriteStream(path)),
  }
}
