import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { App } from '../config/app.ts'
import { coreError } from '../errors/catalogue.ts'
import type { Clock } from './clock.ts'
import type { LinkFailure, LinkFailureReason } from './failure.ts'
import { isLoopback, type ProxyOptions } from './proxy.ts'
import { WatchedAgent } from './watched-agent.ts'

/** Where one link may be opened, once. */
export interface Endpoint {
  /** Holds a ticket: never to be logged. */
  readonly url: URL
  readonly pingIntervalMs: number
  /** The answer as the SDK expects it, every number of it usable. */
  readonly answer: {
    readonly code: 0
    readonly msg: string
    readonly data: { readonly URL: string; readonly ClientConfig: Readonly<Record<string, number>> }
  }
}

/** What endpoint discovery needs. */
export interface DiscoverOptions {
  readonly app: App
  readonly proxy: ProxyOptions
  /** For the whole call, body included. */
  readonly timeoutMs: number
  readonly clock: Clock
  readonly signal: AbortSignal
}

const api = 'POST /callback/ws/endpoint'
const maxBodyBytes = 64 * 1024
const maxMessageLength = 200
const defaultPingIntervalS = 120

/** Codes of endpoint discovery (source: the official SDKs). Codes that are not listed are tried again like `busy`. */
const failureByCode: Readonly<Record<number, LinkFailureReason>> = {
  1: 'busy',
  1000040343: 'busy',
  403: 'refused',
  514: 'refused',
  1000040344: 'refused',
  1000040345: 'refused',
  1000040346: 'refused',
  1000040350: 'limit',
}

/**
 * Asks the platform where to connect (open.feishu.cn, used by all official SDKs: POST /callback/ws/endpoint). Never
 * rejects: whatever is answered becomes an endpoint or a failure with a reason.
 */
export async function discoverEndpoint(options: DiscoverOptions): Promise<Endpoint | LinkFailure> {
  const { app } = options
  let reply: Reply | undefined
  try {
    reply = await post(options)
  } catch (cause) {
    const message = `${app.domain} could not be reached: ${messageOf(cause)}`
    return { reason: 'unreachable', error: coreError('CONNECTION_FAILED', { message, platform: { api }, cause }) }
  }
  if (!reply) {
    const message = `${app.domain} did not answer the question for an endpoint within ${options.timeoutMs} ms`
    return { reason: 'timeout', error: coreError('CONNECTION_FAILED', { message, platform: { api } }) }
  }
  const body = parse(reply.text)
  const code = isRecord(body) && typeof body.code === 'number' ? body.code : undefined
  const said = isRecord(body) && typeof body.msg === 'string' ? withoutSecret(body.msg, app) : ''
  const platform = { code, msg: said, httpStatus: reply.status, logId: reply.logId, api }
  if (!isRecord(body) || code === undefined || (code === 0 && reply.status !== 200)) {
    const shape = reply.tooLarge ? `more than ${maxBodyBytes} bytes` : `${reply.text.length} bytes that are no answer`
    return {
      reason: reply.status >= 500 ? 'busy' : 'answer',
      error: coreError('CONNECTION_FAILED', {
        message: `${app.domain} answered the question for an endpoint with HTTP ${reply.status} and ${shape}`,
        hint: 'Check that the domain is the platform itself, and not a proxy page. It is tried again by itself.',
        platform,
      }),
    }
  }
  if (code !== 0) return refusal(app.appId, failureByCode[code] ?? 'busy', `code ${code}, ${said}`, platform)
  const data = isRecord(body.data) ? body.data : {}
  const url = typeof data.URL === 'string' ? URL.parse(data.URL) : null
  if (!url) {
    return {
      reason: 'answer',
      error: coreError('CONNECTION_FAILED', { message: `${app.domain} named no address to connect to`, platform }),
    }
  }
  if (!mayConnect(url, app)) {
    return {
      reason: 'address',
      error: coreError('CONNECTION_FAILED', {
        message: `${app.domain} named ${url.protocol}//${url.host} as the address to connect to; it is not one of the platform`,
        hint: 'Only wss: addresses of feishu.cn, larksuite.com and the domain of the app are taken. Check the domain.',
        platform,
      }),
    }
  }
  const config = clientConfig(data.ClientConfig)
  const pingIntervalMs = config.PingInterval * 1000
  return { url, pingIntervalMs, answer: { code: 0, msg: '', data: { URL: data.URL as string, ClientConfig: config } } }
}

/** The failure for a refusal by the platform, in discovery or in the handshake. */
export function refusal(
  appId: string,
  reason: LinkFailureReason,
  said: string,
  platform: Parameters<typeof coreError>[1]['platform'],
): LinkFailure {
  const code =
    ({ limit: 'CONNECTION_LIMIT', refused: 'CONNECTION_REFUSED' } as const)[reason as 'limit'] ?? 'CONNECTION_FAILED'
  return { reason, error: coreError(code, { message: `the platform let app ${appId} not connect: ${said}`, platform }) }
}

/** Whether the ticket may be sent there: to hosts of the platform, encrypted; in the clear only as the app's own domain is. */
function mayConnect(url: URL, app: App): boolean {
  const domain = new URL(app.domain)
  const own = url.hostname === domain.hostname || (isLoopback(url.hostname) && isLoopback(domain.hostname))
  if (url.protocol === 'ws:') return own && domain.protocol === 'http:'
  return url.protocol === 'wss:' && (own || /\.(feishu\.cn|larksuite\.com)$/.test(url.hostname))
}

/** The platform's numbers, in seconds; where one is missing or unusable, the default of the official SDKs. */
function clientConfig(
  given: unknown,
): Record<'PingInterval' | 'ReconnectCount' | 'ReconnectInterval' | 'ReconnectNonce', number> {
  const values = isRecord(given) ? given : {}
  const positive = (value: unknown, fallback: number): number =>
    typeof value === 'number' && value > 0 && value <= 86_400 ? value : fallback
  return {
    PingInterval: positive(values.PingInterval, defaultPingIntervalS),
    ReconnectCount: -1,
    ReconnectInterval: positive(values.ReconnectInterval, 120),
    ReconnectNonce: positive(values.ReconnectNonce, 30),
  }
}

interface Reply {
  readonly status: number
  readonly text: string
  readonly tooLarge: boolean
  readonly logId: string | undefined
}

/** Resolves to nothing when there was no answer in time, or the signal aborted. */
function post({ app, proxy, timeoutMs, clock, signal }: DiscoverOptions): Promise<Reply | undefined> {
  const url = new URL('/callback/ws/endpoint', app.domain)
  const body = JSON.stringify({ AppID: app.appId, AppSecret: app.secret() })
  return new Promise((resolve, reject) => {
    const socket = new WatchedAgent(url, proxy)
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method: 'POST',
      agent: socket.agent,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        locale: 'zh',
        'user-agent': 'larkspur',
      },
    })
    const end = (settle: () => void): void => {
      cancelDeadline()
      signal.removeEventListener('abort', abort)
      settle()
      request.destroy()
      socket.destroy('discovery has ended')
    }
    const abort = (): void => end(() => resolve(undefined))
    const cancelDeadline = clock.after(timeoutMs, abort)
    signal.addEventListener('abort', abort)
    request.on('error', (error) => end(() => reject(error)))
    request.on('response', (response) => {
      const reply = (text: string, tooLarge: boolean): void =>
        end(() => resolve({ status: response.statusCode ?? 0, text, tooLarge, logId: logIdOf(response) }))
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > maxBodyBytes) reply('', true)
        else chunks.push(chunk)
      })
      response.on('error', (error) => end(() => reject(error)))
      response.on('end', () => reply(Buffer.concat(chunks).toString('utf8'), false))
    })
    request.end(body)
  })
}

function logIdOf(response: IncomingMessage): string | undefined {
  const logId = response.headers['x-tt-logid']
  return typeof logId === 'string' ? logId : undefined
}

function withoutSecret(text: string, app: App): string {
  return text.replaceAll(app.secret(), '***').slice(0, maxMessageLength)
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
