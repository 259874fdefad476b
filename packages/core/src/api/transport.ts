import { readFileSync } from 'node:fs'
import type { Agent, Dispatcher, FormData } from 'undici'
import { coreError } from '../errors/catalogue.ts'
import type { LarkspurError } from '../errors/larkspur-error.ts'
import type { HttpMethod } from './call.ts'

/** What a {@link Transport} is made with. */
export interface TransportOptions {
  /** Connections to one host. */
  readonly maxConnections: number
  /** Longest wait for a connection, for headers, and between two parts of a body. Milliseconds. */
  readonly timeoutMs: number
  readonly proxy: {
    readonly url?: string | undefined
    /** Hosts that are reached without the proxy, separated by commas. */
    readonly noProxy?: string | undefined
    /** PEM file of an authority to trust besides the usual ones. */
    readonly caFile?: string | undefined
  }
}

/** One HTTP exchange, below tokens and retries. */
export interface HttpExchange {
  readonly method: HttpMethod
  readonly origin: string
  /** With its query. */
  readonly path: string
  readonly headers: Record<string, string>
  readonly body?: string | Uint8Array | FormData | undefined
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** What came back. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  text(): Promise<string>
  bytes(): Promise<Buffer>
  readonly stream: NodeJS.ReadableStream
}

/** The way to the network of one bot: keep-alive, deadlines, proxies. */
export interface Transport extends AsyncDisposable {
  /** @throws API_UNREACHABLE, API_TIMEOUT, API_CANCELLED */
  send(exchange: HttpExchange): Promise<HttpAnswer>
  /** As {@link send}, for a JSON body and answer. `json` is undefined when the answer is none. */
  postJson(
    url: string,
    body: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly status: number; readonly json: unknown; readonly logId: string | undefined }>
}

/** A connection was never made, so the request surely had no effect. */
const unsent: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'],
])
const timeouts: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
])

/** Makes the transport on undici, which is loaded with the first request. */
export function createTransport(options: TransportOptions): Transport {
  let dispatcher: Promise<Dispatcher> | Dispatcher | undefined
  const open = async (): Promise<Dispatcher> => {
    const { Agent, EnvHttpProxyAgent } = await import('undici')
    const { proxy, maxConnections, timeoutMs } = options
    const ca = proxy.caFile === undefined ? undefined : await trusted(proxy.caFile)
    const settings: Agent.Options = {
      connections: maxConnections,
      // The platform's gateways keep idle connections for a minute; half of that never meets one just closed.
      keepAliveTimeout: 30_000,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      connect: { timeout: Math.min(timeoutMs, 10_000), ...(ca ? { ca } : {}) },
    }
    dispatcher = proxy.url
      ? new EnvHttpProxyAgent({
          ...settings,
          httpProxy: proxy.url,
          httpsProxy: proxy.url,
          noProxy: proxy.noProxy ?? '',
          ...(ca ? { requestTls: { ca }, proxyTls: { ca } } : {}),
        })
      : new Agent(settings)
    return dispatcher
  }
  const send = async (exchange: HttpExchange): Promise<HttpAnswer> => {
    dispatcher ??= open()
    const agent = dispatcher instanceof Promise ? await dispatcher : dispatcher
    const { origin, path, method, headers, body, timeoutMs, signal } = exchange
    try {
      const answer = await agent.request({
        ...{ origin, path, method, headers },
        body: body ?? null,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        ...(signal ? { signal } : {}),
      })
      return {
        status: answer.statusCode,
        headers: answer.headers,
        text: () => answer.body.text().catch((error: unknown) => fail(error, exchange)),
        bytes: async () =>
          Buffer.from(await answer.body.arrayBuffer().catch((error: unknown) => fail(error, exchange))),
        stream: answer.body,
      }
    } catch (error) {
      return fail(error, exchange)
    }
  }
  return {
    send,
    async postJson(url, body) {
      const { origin, pathname } = new URL(url)
      const headers = { 'content-type': 'application/json; charset=utf-8' }
      const exchange = { method: 'POST', origin, path: pathname, headers, body: JSON.stringify(body) } as const
      const answer = await send({ ...exchange, timeoutMs: options.timeoutMs })
      const text = await answer.text()
      return { status: answer.status, json: parsed(text), logId: logIdOf(answer.headers) }
    },
    async [Symbol.asyncDispose]() {
      const agent = await dispatcher
      dispatcher = undefined
      await agent?.destroy()
    },
  }
}

/** The platform's log id of an answer. */
export function logIdOf(headers: HttpAnswer['headers']): string | undefined {
  const value = headers['x-tt-logid']
  return Array.isArray(value) ? value[0] : value
}

/** Whether a failed request surely never reached the server. */
export function neverSent(error: LarkspurError): boolean {
  return unsent.has(codeOf(error.cause))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function trusted(caFile: string): Promise<string[]> {
  const { rootCertificates } = await import('node:tls')
  try {
    return [...rootCertificates, readFileSync(caFile, 'utf8')]
  } catch (cause) {
    throw coreError('CONFIG_INVALID', { message: `proxy.caFile: ${caFile} cannot be read`, cause })
  }
}

function codeOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } }
  return String(code ?? cause?.code ?? '')
}

function fail(error: unknown, { origin, method, path, signal, timeoutMs }: HttpExchange): never {
  const code = codeOf(error)
  const api = `${method} ${path.split('?')[0]}`
  const platform = { api }
  if (signal?.aborted)
    throw coreError('API_CANCELLED', { message: `${api} was cancelled`, platform, cause: signal.reason })
  if (timeouts.has(code))
    throw coreError('API_TIMEOUT', {
      message: `${api} had no answer within ${timeoutMs} ms (${code})`,
      platform,
      cause: error,
    })
  const reason = code || (error instanceof Error ? error.message : String(error))
  throw coreError('API_UNREACHABLE', { message: `${api} could not reach ${origin}: ${reason}`, platform, cause: error })
}
