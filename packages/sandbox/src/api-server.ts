import type { ServerResponse } from 'node:http'
import type { ApiAnswer, ApiCall, ApiHandler, Platform } from './api-call.ts'
import { type ApiContract, checkParameters, type QueryValues } from './api-contract.ts'
import { authenticate, bearerToken } from './authenticate.ts'
import { type CallBodies, type CallLog, keptBody, maskedToken } from './call-log.ts'
import type { SandboxClock } from './clock.ts'
import type { Effects } from './effects.ts'
import { endpointApi } from './endpoint.ts'
import type { ArmedFault, Faults } from './faults.ts'
import { jsonObject } from './http-body.ts'
import type { RunIds } from './ids.ts'
import { formFields } from './multipart.ts'
import { oauthRefusal, oauthTokenPaths } from './oauth/oauth-api.ts'
import { MissingPart, PlatformError } from './platform-error.ts'
import type { RouteMatch, Routes } from './routes.ts'
import type { AppRecord, UserRecord } from './tenant.ts'

/** A request with its body read. */
export interface ApiRequest {
  method: string
  path: string
  query: QueryValues
  authorization: string | undefined
  /** `host:port` by which the client reached the sandbox. */
  host: string
  /** Empty when the client named none. */
  contentType: string
  /** The header `Prefer`. */
  prefer?: string | undefined
  /** The header `Range`. */
  range?: string | undefined
  body: Buffer
}

interface Outcome {
  status: number
  headers?: Record<string, string>
  /** Text and bytes as they are, anything else as JSON. */
  body: unknown
  code: number
}

/** The APIs that are modelled for callers with a user token. */
const userApis = [
  'GET /open-apis/authen/v1/user_info',
  'GET /open-apis/contact/v3/users/:user_id',
  'GET /open-apis/contact/v3/users/batch',
  'GET /open-apis/contact/v3/users/find_by_department',
  'GET /open-apis/contact/v3/departments/:department_id',
  'GET /open-apis/contact/v3/departments/:department_id/children',
]

/** Families that are modelled for callers with a user token as a whole. */
const userFamilies = [
  '/open-apis/bitable/',
  '/open-apis/sheets/',
  '/open-apis/apaas/',
  '/open-apis/aily/',
  '/open-apis/application/v7/',
  '/open-apis/drive/',
  '/open-apis/docx/',
  '/open-apis/docs/',
  '/open-apis/wiki/',
  '/open-apis/search/',
]

interface CallTrace {
  logId: string
  startedAt: number
  api?: string
  appId?: string
  token?: string
  fault?: ArmedFault
}

/** Answers the platform's OpenAPI: route, fault, token, parameters, handler, ledger and call log, in this order. */
export class ApiServer {
  readonly #platform: Platform
  readonly #clock: SandboxClock
  readonly #ids: RunIds
  readonly #faults: Faults
  readonly #calls: CallLog
  readonly #effects: Effects
  readonly #endpoint: (body: Readonly<Record<string, unknown>>, host: string) => { code: number }
  readonly #routes: Routes<ApiHandler>

  constructor(parts: {
    platform: Platform
    clock: SandboxClock
    ids: RunIds
    routes: Routes<ApiHandler>
    faults: Faults
    effects: Effects
    calls: CallLog
    endpoint: (body: Readonly<Record<string, unknown>>, host: string) => { code: number }
  }) {
    this.#platform = parts.platform
    this.#clock = parts.clock
    this.#ids = parts.ids
    this.#routes = parts.routes
    this.#faults = parts.faults
    this.#calls = parts.calls
    this.#endpoint = parts.endpoint
    this.#effects = parts.effects
  }

  /** Runs one request; the response is written, or its socket destroyed when a fault says so. */
  async handle(request: ApiRequest, response: ServerResponse): Promise<void> {
    const trace: CallTrace = { logId: this.#ids.log(this.#clock.now()), startedAt: performance.now() }
    const match = this.#routes.find(request.method, request.path)
    const isEndpoint = `${request.method} ${request.path}` === endpointApi
    const body = request.contentType.startsWith('multipart/form-data')
      ? formFields(request.contentType, request.body, match?.target?.contract)
      : jsonObject(request.body)
    const api = isEndpoint ? endpointApi : match?.api
    if (api !== undefined) trace.api = api
    this.#identify(trace, request, body)
    const fault = this.#faults.take(api ?? `${request.method} ${request.path}`, trace.appId)
    if (fault) trace.fault = fault
    if (fault?.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs))
    if (fault?.drop === 'before') {
      this.#logCall(trace, request, 0, 0, sentBodies(request))
      response.socket?.destroy()
      return
    }
    let outcome: Outcome
    if (fault && shapesAnswer(fault)) {
      outcome = faultOutcome(fault, trace.logId, match?.target?.contract)
      this.#addFaulted(match, request, body, trace, outcome)
    } else if (isEndpoint) outcome = this.#endpointOutcome(body, request.host)
    else outcome = await this.#apiOutcome(match, request, body, trace)
    const isText = typeof outcome.body === 'string'
    const isRaw = isText || Buffer.isBuffer(outcome.body)
    const headers = {
      'content-type': isText ? 'text/plain' : 'application/json; charset=utf-8',
      'x-tt-logid': trace.logId,
      ...outcome.headers,
    }
    const content = isRaw ? (outcome.body as string | Buffer) : JSON.stringify(outcome.body)
    const bodies = { ...sentBodies(request), response: keptBody(content, headers['content-type']) }
    this.#logCall(trace, request, outcome.status, outcome.code, bodies)
    if (fault?.drop === 'after') {
      response.socket?.destroy()
      return
    }
    if (fault?.drop === 'midway') return endMidway(response, outcome.status, headers, Buffer.from(content))
    response.writeHead(outcome.status, headers)
    response.end(content)
  }

  /** Answers a body that is over the limit. */
  refuseTooLarge(request: Omit<ApiRequest, 'body'>, maxBytes: number, response: ServerResponse): void {
    const trace: CallTrace = { logId: this.#ids.log(this.#clock.now()), startedAt: performance.now() }
    this.#logCall(trace, request, 413, 9499)
    response.writeHead(413, { 'content-type': 'application/json; charset=utf-8', 'x-tt-logid': trace.logId })
    response.end(JSON.stringify(errorBody(9499, `the body is over ${maxBytes} bytes`, trace.logId)))
  }

  #endpointOutcome(body: Record<string, unknown> | undefined, host: string): Outcome {
    const answer = this.#endpoint(body ?? {}, host)
    return { status: 200, body: answer, code: answer.code }
  }

  async #apiOutcome(
    match: RouteMatch<ApiHandler> | undefined,
    request: ApiRequest,
    body: Record<string, unknown> | undefined,
    trace: CallTrace,
  ): Promise<Outcome> {
    if (!match) return { status: 404, body: '404 page not found', code: 99991201 }
    const { target } = match
    if (!target) return notModelled(match.api, trace.logId)
    const { contract, handler } = target
    const answered = trace.fault?.drop === undefined
    let app: AppRecord | undefined
    let user: UserRecord | undefined
    try {
      const caller = authenticate(this.#platform, contract, request.authorization)
      app = caller?.app
      user = caller?.user
      if (user && !isUserApi(match.api)) return notModelled(`${match.api} with a user token`, trace.logId)
      const limit = app && this.#platform.rateLimits.refuseCall(app.appId, contract)
      if (limit) {
        const refusal = limited(limit, trace.logId)
        const call: ApiCall = { app, params: match.params, query: request.query, body: body ?? {} }
        if (contract.effect) this.#effects.refused(match.api, call, refusal, answered)
        return refusal
      }
      if (!body) throw new PlatformError(9499, 'the body is not a JSON object')
      const violations = checkParameters(contract, request.query, body)
      if (violations.length > 0) {
        if (contract.tokens.length === 0) throw new PlatformError(10003)
        const isUpload = contract.body?.some((parameter) => parameter.type === 'file')
        throw new PlatformError(contract.refusal ?? (isUpload ? 234001 : 99992402), undefined, violations)
      }
      const call: ApiCall = {
        app,
        user,
        params: match.params,
        query: request.query,
        body,
        host: request.host,
        prefer: request.prefer,
      }
      const answer = await (contract.effect
        ? this.#effects.run(contract, call, handler, answered)
        : handler(this.#platform, call))
      if (answer.binary) return binaryOutcome(answer.binary, request.range)
      const content = answer.topLevel ?? { data: answer.data ?? {} }
      return { status: 200, body: { code: 0, msg: 'success', ...content }, code: 0 }
    } catch (error) {
      const refusal =
        error instanceof MissingPart ? notAnswered(error.message, trace.logId) : refused(contract, error, trace.logId)
      if (contract.effect && app) {
        const call: ApiCall = { app, params: match.params, query: request.query, body: body ?? {} }
        this.#effects.refused(match.api, call, refusal, answered)
      }
      return refusal
    }
  }

  #addFaulted(
    match: RouteMatch<ApiHandler> | undefined,
    request: ApiRequest,
    body: Record<string, unknown> | undefined,
    trace: CallTrace,
    outcome: Outcome,
  ): void {
    if (!match?.target?.contract.effect || trace.appId === undefined) return
    const app = this.#platform.tenant.app(trace.appId)
    const call: ApiCall = { app, params: match.params, query: request.query, body: body ?? {} }
    this.#effects.refused(match.api, call, outcome, true)
  }

  #identify(trace: CallTrace, request: ApiRequest, body: Record<string, unknown> | undefined): void {
    const token = bearerToken(request.authorization)
    if (token !== undefined) {
      trace.token = maskedToken(token)
      const known = this.#platform.tokens.check(token)
      if (known) trace.appId = known.appId
    }
    const claimed = body?.app_id ?? body?.AppID ?? body?.client_id
    if (trace.appId === undefined && typeof claimed === 'string' && this.#platform.tenant.apps.has(claimed)) {
      trace.appId = claimed
    }
  }

  #logCall(
    trace: CallTrace,
    { method, path }: Omit<ApiRequest, 'body'>,
    status: number,
    code: number,
    bodies?: CallBodies,
  ): void {
    const { api, appId, token, fault, logId, startedAt } = trace
    const durationMs = performance.now() - startedAt
    const caller = { ...(api !== undefined && { api }), ...(appId !== undefined && { appId }) }
    const entry = { atMs: this.#clock.now(), method, path, ...caller, ...(token !== undefined && { token }) }
    const answer = { status, code, durationMs, logId, ...(fault && { faultId: fault.faultId }) }
    this.#calls.add({ ...entry, ...answer }, bodies)
  }
}

function sentBodies({ query, contentType, body }: ApiRequest): CallBodies {
  // Calls without a body, and clients that do not name it, mean JSON.
  return { query, request: keptBody(body, contentType || 'application/json') }
}

/** Half of the body, under the length of the whole. */
function endMidway(response: ServerResponse, status: number, headers: Record<string, string>, content: Buffer): void {
  response.writeHead(status, { ...headers, 'content-length': content.length })
  response.write(content.subarray(0, content.length / 2), () => response.socket?.destroy())
}

function isUserApi(api: string): boolean {
  return userApis.includes(api) || userFamilies.some((path) => api.includes(` ${path}`))
}

function shapesAnswer(fault: ArmedFault): boolean {
  return fault.status !== undefined || fault.code !== undefined || fault.body !== undefined
}

const rateLimitCode = 99991400

function faultOutcome(fault: ArmedFault, logId: string, contract: ApiContract | undefined): Outcome {
  const code = fault.code ?? 0
  const isLimit = code === rateLimitCode && fault.status === undefined
  const documented = isLimit ? 429 : (contract?.errors?.[code] ?? 400)
  const headers = { ...(isLimit && { 'x-ogw-ratelimit-limit': '50', 'x-ogw-ratelimit-reset': '1' }), ...fault.headers }
  return {
    status: fault.status ?? (code === 0 ? 200 : documented),
    headers,
    body: fault.body ?? errorBody(code, fault.msg ?? 'fault', logId),
    code,
  }
}

function binaryOutcome(binary: NonNullable<ApiAnswer['binary']>, range: string | undefined): Outcome {
  const { bytes, contentType, fileName, takesRange } = binary
  const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(fileName.toWellFormed())}`
  const headers = { 'content-type': contentType, 'content-disposition': disposition }
  const [, first, last] = (takesRange && /^bytes=(\d+)-(\d*)$/.exec(range ?? '')) || []
  if (first === undefined) return { status: 200, headers, body: bytes, code: 0 }
  const [start, end] = [Number(first), Math.min(Number(last || bytes.length), bytes.length - 1)]
  if (start > end) return { status: 416, headers: { 'content-range': `bytes */${bytes.length}` }, body: '', code: 0 }
  const content_range = { 'content-range': `bytes ${start}-${end}/${bytes.length}` }
  return { status: 206, headers: { ...headers, ...content_range }, body: bytes.subarray(start, end + 1), code: 0 }
}

function limited(headers: Record<string, string>, logId: string): Outcome {
  const { code, message } = new PlatformError(rateLimitCode)
  return { status: 429, headers, body: errorBody(code, message, logId), code }
}

function notModelled(api: string, logId: string): Outcome {
  return notAnswered(
    `${api} is an API of the platform that this sandbox does not model; see its README, "Limits".`,
    logId,
  )
}

function notAnswered(msg: string, logId: string): Outcome {
  return { status: 501, body: errorBody(99991201, msg, logId), code: 99991201 }
}

function refused(contract: ApiContract, error: unknown, logId: string): Outcome {
  if (!(error instanceof PlatformError)) throw error
  if (oauthTokenPaths.has(contract.path)) {
    const body = oauthRefusal(error)
    return { status: contract.errors?.[body.code] ?? 400, body, code: body.code }
  }
  // Token endpoints refuse with HTTP 200; everywhere else 400 unless documented otherwise.
  const status = contract.tokens.length === 0 ? 200 : (contract.errors?.[error.code] ?? 400)
  const body = errorBody(error.code, error.message, logId)
  if (error.violations.length > 0) Object.assign(body.error, { field_violations: error.violations })
  return { status, body, code: error.code }
}

function errorBody(code: number, msg: string, logId: string): { code: number; msg: string; error: { log_id: string } } {
  return { code, msg, error: { log_id: logId } }
}
