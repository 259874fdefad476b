import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../config/app.ts'
import type { CredentialPool } from '../credentials/credential-pool.ts'
import { coreError } from '../errors/catalogue.ts'
import { isLarkspurError, type LarkspurError } from '../errors/larkspur-error.ts'
import { currentScope } from '../observe/context.ts'
import type { KernelMetrics } from '../observe/kernel-metrics.ts'
import type { Log } from '../observe/log.ts'
import { traces } from '../observe/tracing.ts'
import { readEnvelopeOf, refusedDownload } from './answer.ts'
import type { ApiCall, AppClient } from './call.ts'
import { callPath } from './call-path.ts'
import { Holds } from './holds.ts'
import { paginate } from './paginate.ts'
import { type RetryPolicy, retryDelayMs, retryPolicy } from './retry.ts'
import { type SdkTransport, sdkTransport, transportKey } from './sdk-transport.ts'
import type { HttpAnswer, HttpExchange, Transport } from './transport.ts'

/** What the clients of a bot share. */
export interface ClientParts {
  readonly transport: Transport
  readonly pool: CredentialPool
  readonly options: RetryPolicy & { readonly timeoutMs: number }
  readonly metrics: KernelMetrics
  readonly log: Log
  /** Writes the ledger row of a call that may happen at most once; false when it was there. */
  readonly claimEffect: (appId: string, key: string) => Promise<boolean>
  /** Random numbers from 0 to 1, for the jitter; replaced in tests. */
  readonly random?: (() => number) | undefined
}

/** The clients of one bot, one per app. */
export interface AppClients {
  of(app: App): AppClient
}

/** Makes the clients of a bot. */
export function createClients(parts: ClientParts): AppClients {
  const clients = new Map<string, AppClient>()
  return {
    of(app) {
      let client = clients.get(app.appId)
      if (!client) {
        client = new PlatformClient(app, parts)
        clients.set(app.appId, client)
      }
      return client
    },
  }
}

type Effect = NonNullable<ApiCall['effect']>

/** A call with everything decided that does not change between attempts. */
interface PreparedCall {
  readonly call: ApiCall
  readonly method: NonNullable<ApiCall['method']>
  readonly api: string
  readonly path: string
  readonly effect: Effect
  readonly body: HttpExchange['body']
  readonly headers: Record<string, string>
  readonly timeoutMs: number
}

class PlatformClient implements AppClient {
  readonly appId: string
  readonly domain: string
  readonly [transportKey]: SdkTransport
  readonly #app: App
  readonly #parts: ClientParts
  readonly #holds: Holds

  constructor(app: App, parts: ClientParts) {
    this.appId = app.appId
    this.domain = app.domain
    this.#app = app
    this.#parts = parts
    this.#holds = new Holds(app.appId, parts.metrics)
    this[transportKey] = sdkTransport(app.domain, (call) => this.request(call))
  }

  async request<Data = unknown>(call: ApiCall): Promise<Data> {
    const method = call.method ?? 'GET'
    const api = `${method} ${call.path}`
    const { run, writing } = currentScope()
    if (writing) throw coreError('STORAGE_CALL_INSIDE_WRITE', { message: `${api} was called inside database.write` })
    const effect = call.effect ?? effectOf(method)
    if (effect !== 'keyed' && effect !== 'once')
      return this.#send<Data>(prepare(call, method, api, effect, this.#parts))

    const asked = run?.effect({ api, receiver: call.receiver, key: call.key })
    if (run?.ended) throw coreError('API_RUN_ENDED', { message: `${api} was called after its run had ended` })
    if (asked?.stored) return asked.stored.result as Data
    const key = asked?.key ?? call.key ?? randomUUID()
    if (effect === 'once' && asked && !(await this.#parts.claimEffect(this.appId, key)))
      throw coreError('API_EFFECT_UNCERTAIN', {
        message: `${api} may have happened in an earlier run that ended before it was recorded; it is not repeated`,
      })
    const keyed = effect === 'keyed' ? withKey(call, key) : call
    const result = await this.#send<Data>(prepare(keyed, method, api, effect, this.#parts))
    if (asked) run?.keep(key, result)
    return result
  }

  paginate<Item = unknown>(call: ApiCall): AsyncIterable<Item> {
    return paginate<Item>((page) => this.request(page), call)
  }

  async #send<Data>(prepared: PreparedCall): Promise<Data> {
    const { metrics, options } = this.#parts
    const { call, method, api, effect } = prepared
    const policy = retryPolicy(call.retry, options)
    const startedAt = performance.now()
    let outcome: ReturnType<typeof outcomeOf> = 'ok'
    try {
      for (let attempt = 1; ; attempt++) {
        const { run } = currentScope()
        if (run?.ended) throw coreError('API_RUN_ENDED', { message: `${api} was called after its run had ended` })
        try {
          await this.#holds.wait(api, call.signal)
          return await this.#attempt<Data>(prepared, attempt)
        } catch (error) {
          if (!isLarkspurError(error)) throw error
          this.#holds.note(api, error)
          const delayMs = retryDelayMs(error, attempt, effect, policy, this.#parts.random ?? Math.random)
          if (delayMs === undefined) throw error
          metrics.callRetriesTotal.add({ app: this.appId })
          await pause(delayMs, call.signal, api)
        }
      }
    } catch (error) {
      outcome = outcomeOf(error)
      throw error
    } finally {
      metrics.callsTotal.add({ app: this.appId, outcome })
      metrics.callSeconds.observe({ method }, (performance.now() - startedAt) / 1000)
    }
  }

  #attempt<Data>(prepared: PreparedCall, attempt: number): Promise<Data> {
    const work = (): Promise<Data> => this.#authorised<Data>(prepared, true)
    if (!traces.call.hasSubscribers) return work()
    const { method, call } = prepared
    return traces.call.tracePromise(work, { appId: this.appId, method, path: call.path, attempt })
  }

  /** One attempt; a refused token is replaced once. */
  async #authorised<Data>(prepared: PreparedCall, mayReplace: boolean): Promise<Data> {
    const { call } = prepared
    const given = typeof call.token === 'object' ? call.token.value : call.token
    const token = given ?? (await this.#token(call))
    try {
      return (await this.#exchange(prepared, token)) as Data
    } catch (error) {
      if (!isLarkspurError(error) || error.code !== 'API_TOKEN_REFUSED' || given !== undefined) throw error
      if (token === undefined || !mayReplace) throw error
      await this.#dropToken(call, token)
      return this.#authorised<Data>(prepared, false)
    }
  }

  #token(call: ApiCall): string | undefined | Promise<string> {
    const { pool } = this.#parts
    if (call.asUser !== undefined)
      return pool.userToken({ appId: this.appId, tenantKey: this.#app.tenantKey, openId: call.asUser })
    if (call.auth === 'none') return undefined
    return pool.token(this.#app, call.auth ?? 'tenant')
  }

  async #dropToken(call: ApiCall, token: string): Promise<void> {
    const { pool } = this.#parts
    if (call.asUser !== undefined)
      await pool.userTokenRefused({ appId: this.appId, tenantKey: this.#app.tenantKey, openId: call.asUser }, token)
    else pool.refused(this.#app, call.auth === 'app' ? 'app' : 'tenant', token)
  }

  async #exchange(prepared: PreparedCall, token: string | undefined): Promise<unknown> {
    const { call, method, api, path, body, headers, timeoutMs } = prepared
    const answer = await this.#parts.transport.send({
      ...{ method, origin: this.domain, path, body, timeoutMs },
      headers: token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` },
      signal: call.signal,
    })
    return readAnswer(call, answer, api)
  }
}

async function readAnswer(call: ApiCall, answer: HttpAnswer, api: string): Promise<unknown> {
  if (call.answer === 'bytes' || call.answer === 'stream') {
    const type = String(answer.headers['content-type'] ?? '')
    if (answer.status >= 400 || type.includes('application/json')) throw await refusedDownload(answer, api)
    return call.answer === 'bytes' ? answer.bytes() : answer
  }
  const envelope = await readEnvelopeOf(answer, api)
  return call.answer === 'envelope' ? envelope : envelope.data
}

function prepare(
  call: ApiCall,
  method: PreparedCall['method'],
  api: string,
  effect: Effect,
  { options }: ClientParts,
): PreparedCall {
  const path = callPath(call)
  const json = call.body !== undefined && !isForm(call.body)
  const headers = json ? { 'content-type': 'application/json; charset=utf-8', ...call.headers } : { ...call.headers }
  const body = json ? JSON.stringify(call.body) : (call.body as HttpExchange['body'])
  return { call, method, api, path, effect, body, headers, timeoutMs: call.timeoutMs ?? options.timeoutMs }
}

function isForm(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.prototype.toString.call(body) === '[object FormData]'
}

/** GET has no effect; PUT, PATCH and DELETE may be repeated; a POST may not, unless the call says so. */
function effectOf(method: string): Effect {
  if (method === 'GET') return 'none'
  return method === 'POST' ? 'once' : 'repeatable'
}

function withKey(call: ApiCall, key: string): ApiCall {
  if (key.length > 50)
    throw coreError('API_REQUEST_INVALID', {
      message: `the key of a call has ${key.length} characters; the platform takes 50`,
    })
  if (call.uuidIn === 'query') return { ...call, query: { ...call.query, uuid: key } }
  return { ...call, body: { ...(call.body as object), uuid: key } }
}

async function pause(delayMs: number, signal: AbortSignal | undefined, api: string): Promise<void> {
  try {
    await sleep(delayMs, undefined, signal ? { signal } : {})
  } catch (cause) {
    throw coreError('API_CANCELLED', { message: `${api} was cancelled while it waited to be repeated`, cause })
  }
}

function outcomeOf(error: unknown): 'ok' | 'refused' | 'rate_limited' | 'permission' | 'token' | 'network' | 'timeout' {
  switch ((error as Partial<LarkspurError>).category) {
    case 'rate_limit':
      return 'rate_limited'
    case 'permission':
      return 'permission'
    case 'authentication':
      return 'token'
    case 'network':
      return 'network'
    case 'timeout':
      return 'timeout'
    default:
      return 'refused'
  }
}
