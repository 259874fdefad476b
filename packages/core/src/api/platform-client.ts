import type { App } from '../config/app.ts'
import type { Retry } from '../config/retry.ts'
import type { CredentialPool } from '../credentials/credential-pool.ts'
import { coreError } from '../errors/catalogue.ts'
import { isLarkspurError, type LarkspurError } from '../errors/larkspur-error.ts'
import { currentScope } from '../observe/context.ts'
import type { KernelMetrics } from '../observe/kernel-metrics.ts'
import type { Log } from '../observe/log.ts'
import { traces } from '../observe/tracing.ts'
import { mayBeRefusal, readAnswer } from './answer.ts'
import { isForm, type WrittenBody, writeForm } from './body.ts'
import type { ApiCall, ApiStream, AppClient } from './call.ts'
import { type ClaimEffect, withEffect } from './effects.ts'
import { paginate } from './paginate.ts'
import { type PreparedCall, prepareCall } from './prepared-call.ts'
import { type CallEnds, type InstanceShare, type RateLimitOptions, RateLimits } from './rate-limits.ts'
import { type RetryPolicy, retryDelayMs, retryPolicy } from './retry.ts'
import { type SdkTransport, sdkTransport, transportKey } from './sdk-transport.ts'
import { type HttpAnswer, type HttpRequest, headerOf, markUnsent, type Transport } from './transport.ts'

/** What the clients of a bot share. */
export interface ClientParts {
  readonly transport: Transport
  readonly pool: CredentialPool
  readonly options: Omit<RetryPolicy, 'decide'> & RateLimitOptions & { readonly timeoutMs: number }
  /** Of the bot, over the numbers in `options`. */
  readonly retry?: Retry | undefined
  /** Asked again and again: instances come and go. */
  readonly share: () => InstanceShare
  readonly metrics: KernelMetrics
  readonly log: Log
  readonly claimEffect: ClaimEffect
  /** Random numbers from 0 to 1, for the jitter; replaced in tests. */
  readonly random?: (() => number) | undefined
}

/** A call whose attempts are all alike, but for the token. */
interface Sendable {
  readonly prepared: PreparedCall
  readonly request: Omit<HttpRequest, 'headers'>
  /** Names and values in turn, without the token. */
  readonly headers: readonly string[]
}

/** The client of one app: token, attempts, rate limits, effects. */
export class PlatformClient implements AppClient {
  readonly appId: string
  readonly [transportKey]: SdkTransport
  readonly #app: App
  readonly #parts: ClientParts
  readonly #limits: RateLimits
  readonly #retry: RetryPolicy

  constructor(app: App, parts: ClientParts) {
    this.appId = app.appId
    this.#app = app
    this.#parts = parts
    this.#limits = new RateLimits(app.appId, parts.options, parts.share, parts.metrics)
    this.#retry = retryPolicy(retryPolicy(parts.options, parts.retry), app.retry)
    this[transportKey] = sdkTransport(app.domain, (call) => this.request(call))
  }

  get domain(): string {
    return this.#app.domain
  }

  async request<Data = unknown>(call: ApiCall): Promise<Data> {
    // A client may be older than the command that took its app out of use.
    if (!this.#app.enabled)
      throw coreError('CREDENTIAL_APP_DISABLED', { message: `app ${this.appId} was disabled or removed` })
    const prepared = prepareCall(call)
    const { api, effect } = prepared
    const { run, writing } = currentScope()
    if (writing) throw coreError('STORAGE_CALL_INSIDE_WRITE', { message: `${api} was called inside database.write` })
    expectRunning(api)
    if (effect === 'none' || effect === 'repeatable') return (await this.#send(prepared, undefined)) as Data
    const { appId } = this
    const { claimEffect } = this.#parts
    return (await withEffect(prepared, run, { appId, claimEffect }, (key) => this.#send(prepared, key))) as Data
  }

  paginate<Item = unknown>(call: ApiCall): AsyncIterable<Item> {
    return paginate<Item>((page) => this.request(page), call)
  }

  /** Ends the calls that wait. */
  close(): void {
    this.#limits.close()
  }

  async #send(prepared: PreparedCall, key: string | undefined): Promise<unknown> {
    const { metrics } = this.#parts
    const { body } = prepared.call
    const form = isForm(body) ? await writeForm(body) : undefined
    const sendable = toSendable(prepared, key, form, this.domain, this.#parts.options.timeoutMs)
    const startedAt = performance.now()
    let outcome: CallOutcome | undefined = 'ok'
    try {
      return await this.#repeat(sendable, startedAt)
    } catch (error) {
      outcome = outcomeOf(error as LarkspurError)
      throw error
    } finally {
      if (outcome) metrics.callsTotal.add({ app: this.appId, outcome })
      metrics.callSeconds.observe({ method: prepared.method }, (performance.now() - startedAt) / 1000)
    }
  }

  async #repeat(sendable: Sendable, startedAt: number): Promise<unknown> {
    const { call, api, effect } = sendable.prepared
    const { metrics, random = Math.random } = this.#parts
    const policy = retryPolicy(this.#retry, call.retry)
    const deadlineAt = startedAt + policy.deadlineMs
    const ends = (): CallEnds => ({ signals: signalsOf(call), deadlineAt, deadlineMs: policy.deadlineMs })
    for (let attempt = 1; ; attempt++) {
      try {
        const waiting = this.#limits.pass(sendable.prepared, ends)
        if (waiting) await waiting
        // The run may have ended during a wait.
        if (waiting || attempt > 1) expectRunning(api)
        return await this.#attempt(inTime(sendable, deadlineAt), attempt)
      } catch (error) {
        if (!isLarkspurError(error)) throw error
        this.#limits.note(api, error)
        const delayMs = retryDelayMs(error, attempt, effect, policy, random)
        if (delayMs === undefined || performance.now() + delayMs >= deadlineAt) throw error
        metrics.callRetriesTotal.add({ app: this.appId })
        await this.#limits.pause(api, delayMs, ends())
      }
    }
  }

  #attempt(sendable: Sendable, attempt: number): Promise<unknown> {
    if (!traces.call.hasSubscribers) return this.#authorised(sendable, attempt)
    const { method, template } = sendable.prepared
    const trace = { appId: this.appId, method, path: template, attempt }
    return traces.call.tracePromise(() => this.#authorised(sendable, attempt), trace)
  }

  /** One attempt; a refused token is replaced once. */
  async #authorised(sendable: Sendable, attempt: number): Promise<unknown> {
    const { call } = sendable.prepared
    const given = typeof call.token === 'object' ? call.token.value : call.token
    if (given !== undefined) return this.#exchange(sendable, given, attempt).catch(explainGiven)
    const asked = this.#token(call)
    const token = typeof asked === 'object' ? await asked : asked
    try {
      return await this.#exchange(sendable, token, attempt)
    } catch (error) {
      if (token === undefined || !isLarkspurError(error) || error.code !== 'API_TOKEN_REFUSED') throw error
      await this.#dropToken(call, token)
      const next = await this.#token(call)
      // The platform stands by its token, so it is the call that takes none of this kind.
      if (next === token) throw error
      return this.#exchange(sendable, next, attempt)
    }
  }

  #token(call: ApiCall): string | undefined | Promise<string> {
    const { pool } = this.#parts
    if (call.asUser !== undefined) return pool.userToken(this.#user(call.asUser))
    if (call.auth === 'none') return undefined
    return pool.token(this.#app, call.auth ?? 'tenant')
  }

  async #dropToken(call: ApiCall, token: string): Promise<void> {
    const { pool } = this.#parts
    if (call.asUser !== undefined) await pool.userTokenRefused(this.#user(call.asUser), token)
    else pool.refused(this.#app, call.auth === 'app' ? 'app' : 'tenant', token)
  }

  #user(openId: string) {
    // The tenant of the event being handled, if it came to this app: core knows no other.
    const { appId, tenantKey } = currentScope()
    return { appId: this.appId, tenantKey: (appId === this.appId && tenantKey) || this.#app.tenantKey, openId }
  }

  async #exchange(sendable: Sendable, token: string | undefined, attempt: number): Promise<unknown> {
    const { prepared, request, headers } = sendable
    const { api, call } = prepared
    const { transport, log } = this.#parts
    const complete = {
      ...request,
      headers: token === undefined ? headers : [...headers, 'authorization', `Bearer ${token}`],
    }
    const startedAt = performance.now()
    let answer: HttpAnswer | ApiStream | undefined
    let failure: LarkspurError | undefined
    try {
      answer = call.answer === 'stream' ? await transport.stream(complete) : await transport.send(complete)
      if ('stream' in answer) {
        if (!mayBeRefusal(answer)) return answer
        const { status, headers: answered, stream } = answer
        answer = { status, headers: answered, body: Buffer.concat(await stream.toArray()) }
      }
      const kind = call.answer === 'stream' ? 'envelope' : call.answer
      return readAnswer(answer, api, kind, [token ?? '', this.#app.secret()])
    } catch (error) {
      failure = error as LarkspurError
      throw error
    } finally {
      // Never query values, body or token.
      log.debug('platform call', {
        api,
        attempt,
        status: answer?.status,
        code: failure ? (failure.platform?.code ?? failure.code) : 0,
        logId: answer && headerOf(answer, 'x-tt-logid'),
        durationMs: Math.round(performance.now() - startedAt),
      })
    }
  }
}

function toSendable(
  prepared: PreparedCall,
  key: string | undefined,
  form: WrittenBody | undefined,
  origin: string,
  usualTimeoutMs: number,
): Sendable {
  const { call, method, api, path, uuidIn } = prepared
  let { query } = prepared
  let body: string | Uint8Array | undefined
  const headers = ['user-agent', 'larkspur']
  if (form) {
    headers.push('content-type', form.type)
    body = form.bytes
  } else if (call.body !== undefined) {
    const keyed = key !== undefined && uuidIn === 'body' ? withUuid(call.body as { uuid?: unknown }, key) : call.body
    headers.push('content-type', 'application/json; charset=utf-8')
    body = JSON.stringify(keyed)
  }
  if (key !== undefined && uuidIn === 'query') query += `${query && '&'}uuid=${encodeURIComponent(key)}`
  for (const name in call.headers) headers.push(name, call.headers[name] ?? '')
  const { timeoutMs = usualTimeoutMs, signal } = call
  return {
    prepared,
    headers,
    request: { ...{ origin, method, api, timeoutMs, signal, body }, path: query ? `${path}?${query}` : path },
  }
}

/** A key that the author wrote into the body goes as it is. */
function withUuid(body: { uuid?: unknown }, key: string): object {
  return { ...body, uuid: body.uuid ?? key }
}

/** A ready token is the caller's to renew. */
function explainGiven(error: unknown): never {
  if (!isLarkspurError(error) || error.code !== 'API_TOKEN_REFUSED') throw error
  throw coreError('API_TOKEN_REFUSED', {
    message: `${error.message}; the token was given with the call and has ended or is of the wrong kind`,
    hint: 'Get a new token and give that; for a token that Larkspur renews, use asUser or no token at all.',
    platform: error.platform,
    cause: error,
  })
}

function expectRunning(api: string): void {
  if (currentScope().run?.ended)
    throw markUnsent(coreError('API_RUN_ENDED', { message: `${api} was called after its run had ended` }))
}

function signalsOf({ signal }: ApiCall): readonly AbortSignal[] {
  return [signal, currentScope().run?.signal].filter((each) => each !== undefined)
}

/** No attempt outlives the deadline of its call. */
function inTime(sendable: Sendable, deadlineAt: number): Sendable {
  const { request } = sendable
  const leftMs = deadlineAt - performance.now()
  if (leftMs >= request.timeoutMs) return sendable
  return { ...sendable, request: { ...request, timeoutMs: Math.max(1, Math.ceil(leftMs)) } }
}

type CallOutcome = 'ok' | 'refused' | 'rate_limited' | 'permission' | 'token' | 'network' | 'timeout'

/** How a call counts; one that its caller gave up does not. */
function outcomeOf({ category, code }: LarkspurError): CallOutcome | undefined {
  if (code === 'API_CANCELLED' || code === 'API_RUN_ENDED') return undefined
  if (category === 'authentication') return 'token'
  if (category === 'rate_limit') return 'rate_limited'
  return category === 'permission' || category === 'network' || category === 'timeout' ? category : 'refused'
}
