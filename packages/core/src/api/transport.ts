import type { Dispatcher } from 'undici'
import { coreError } from '../errors/catalogue.ts'
import type { LarkspurError } from '../errors/larkspur-error.ts'
import type { ApiStream, HttpMethod } from './call.ts'
import { openDispatcher, type TransportProxy } from './dispatcher.ts'

/** One HTTP request, ready to be written. */
export interface HttpRequest {
  /** `https://open.feishu.cn`, without a slash at its end. */
  readonly origin: string
  /** Path and query, encoded. */
  readonly path: string
  readonly method: HttpMethod
  /** Names and values in turn. */
  readonly headers: readonly string[]
  readonly body?: string | Uint8Array | undefined
  /** From asking to the last byte of the answer, waiting for a free connection included. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** Names the request in errors, e.g. `POST /open-apis/im/v1/messages`. */
  readonly api: string
}

/** One HTTP answer, read to its end. */
export interface HttpAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** What {@link createTransport} takes: the groups `api` and `proxy` of the options. */
export interface TransportOptions {
  /** Connections to one host. */
  readonly maxConnections: number
  /** Longest wait for an answer, milliseconds; for requests that bring no limit of their own. */
  readonly timeoutMs: number
  readonly proxy?: TransportProxy | undefined
  /** Longest answer that is read. Default 128 MiB: downloads of the platform end at 100 MB (open.feishu.cn docs: im-v1). */
  readonly maxAnswerBytes?: number | undefined
}

/** HTTP with keep-alive, deadlines and proxies. Knows nothing of tokens or platform codes. */
export interface Transport extends AsyncDisposable {
  /** @throws API_UNREACHABLE, API_TIMEOUT, API_CANCELLED, API_ANSWER_UNREADABLE, API_REQUEST_INVALID */
  send(request: HttpRequest): Promise<HttpAnswer>
  /** As {@link send}, but resolves with the headers; `timeoutMs` is then the longest silence between two parts. */
  stream(request: HttpRequest): Promise<ApiStream>
  /** Posts JSON to an absolute URL; `json` is undefined when the answer is none. */
  postJson(
    url: string,
    body: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly status: number; readonly json: unknown; readonly logId: string | undefined }>
}

const unsent = new WeakSet<object>()
const jsonHeaders: readonly string[] = ['content-type', 'application/json; charset=utf-8']

/** Whether a request that failed with this error surely never reached the server, so that repeating it is safe. */
export function neverSent(error: object): boolean {
  return unsent.has(error)
}

/** Says that the request which failed with this error was never sent. */
export function markUnsent(error: LarkspurError): LarkspurError {
  unsent.add(error)
  return error
}

/** Makes the transport of a bot. Nothing is loaded or opened before the first request. */
export function createTransport(options: TransportOptions): Transport {
  const { maxAnswerBytes = 128 * 1024 * 1024 } = options
  let opening: Promise<Dispatcher> | undefined
  let dispatcher: Dispatcher | undefined
  let closed = false

  const open = async (): Promise<Dispatcher> => {
    opening ??= openDispatcher(options)
    dispatcher = await opening
    return dispatcher
  }
  const exchange = (via: Dispatcher, request: HttpRequest): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => new Exchange(request, maxAnswerBytes, resolve, reject).begin(via))

  const send = (request: HttpRequest): Promise<HttpAnswer> => {
    if (closed) return Promise.reject(closedError(request))
    return dispatcher ? exchange(dispatcher, request) : open().then((opened) => exchange(opened, request))
  }
  return {
    send,
    async stream(request) {
      const { origin, path, method, headers, timeoutMs, signal } = request
      if (closed) throw closedError(request)
      const via = dispatcher ?? (await open())
      try {
        const {
          statusCode,
          headers: answered,
          body,
        } = await via.request({
          ...{ origin, path, method, headers: headers as string[], body: request.body ?? null },
          ...{ headersTimeout: timeoutMs, bodyTimeout: timeoutMs, ...(signal && { signal }) },
        })
        return { status: statusCode, headers: answered, stream: body }
      } catch (error) {
        throw signal?.aborted ? cancelled(request) : failureOf(error as Error, request, 0, 0)
      }
    },
    async postJson(url, body) {
      const { origin, pathname: path } = new URL(url)
      const { timeoutMs } = options
      const text = JSON.stringify(body)
      const api = `POST ${path}`
      const answer = await send({ origin, path, api, method: 'POST', headers: jsonHeaders, body: text, timeoutMs })
      return { status: answer.status, json: parseJson(answer.body), logId: headerOf(answer, 'x-tt-logid') }
    },
    async [Symbol.asyncDispose]() {
      closed = true
      const opened = await opening?.catch(() => undefined)
      await opened?.destroy()
    },
  }
}

/** The value of a header; the first of several. */
export function headerOf({ headers }: Pick<HttpAnswer, 'headers'>, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** The JSON in a body, or undefined when it holds none. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

function closedError({ api }: HttpRequest): LarkspurError {
  return markUnsent(coreError('API_CANCELLED', { message: `${api}: the bot is closed`, platform: { api } }))
}

function cancelled({ api }: HttpRequest): LarkspurError {
  return coreError('API_CANCELLED', { message: `${api} was cancelled through its signal`, platform: { api } })
}

/** What an error of undici means. */
function failureOf(
  error: Error,
  { api, origin, timeoutMs }: HttpRequest,
  status: number,
  bytes: number,
): LarkspurError {
  const code = (error as { code?: unknown }).code
  // Where several addresses were tried, the message is empty.
  const reason = error.message || String(code ?? error.name)
  const platform = { api, httpStatus: status || undefined }
  if (code === 'UND_ERR_INVALID_ARG')
    return coreError('API_REQUEST_INVALID', { message: `${api} cannot be sent: ${reason}`, platform })
  if (status > 0) {
    const message = `the answer of ${api} (HTTP ${status}) broke off after ${bytes} bytes: ${reason}`
    return coreError('API_ANSWER_UNREADABLE', { message, platform, cause: error })
  }
  if (typeof code === 'string' && /^UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT$/.test(code))
    return coreError('API_TIMEOUT', {
      message: `${api}: ${origin} was silent for ${timeoutMs} ms`,
      platform,
      cause: error,
    })
  return coreError('API_UNREACHABLE', {
    message: `${origin} could not be reached (${api}): ${reason}`,
    platform,
    cause: error,
  })
}

/** One request on its way; undici calls it back. Settles once. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: HttpRequest
  readonly #maxBytes: number
  readonly #resolve: (answer: HttpAnswer) => void
  readonly #reject: (error: LarkspurError) => void
  #controller: Dispatcher.DispatchController | undefined
  #timer: NodeJS.Timeout | undefined
  #status = 0
  #headers: HttpAnswer['headers'] = {}
  #chunks: Buffer[] = []
  #bytes = 0
  #settled = false

  constructor(
    request: HttpRequest,
    maxBytes: number,
    resolve: (answer: HttpAnswer) => void,
    reject: (error: LarkspurError) => void,
  ) {
    this.#request = request
    this.#maxBytes = maxBytes
    this.#resolve = resolve
    this.#reject = reject
  }

  begin(via: Dispatcher): void {
    const { origin, path, method, headers, body, timeoutMs, signal } = this.#request
    if (signal?.aborted) {
      this.#onAbort()
      return
    }
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    // One timer for waiting, connecting and reading; undici's own are off (see dispatcher.ts).
    this.#timer = setTimeout(this.#onTimeout, timeoutMs)
    via.dispatch({ origin, path, method, headers: headers as string[], body: body ?? null }, this)
  }

  // Called just before the request is written: until then the server has seen nothing of it.
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) controller.abort(cancelled(this.#request))
    else this.#controller = controller
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: HttpAnswer['headers']): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length
    this.#chunks.push(chunk)
    if (this.#bytes <= this.#maxBytes) return
    const message = `${this.#request.api} answered more than ${this.#maxBytes} bytes`
    this.#fail(coreError('API_ANSWER_UNREADABLE', { message, retryable: false }))
  }

  onResponseEnd(): void {
    if (!this.#settle()) return
    const [first] = this.#chunks
    const body = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks)
    this.#resolve({ status: this.#status, headers: this.#headers, body })
  }

  onResponseError(_: unknown, error: Error): void {
    if (!this.#settled) this.#fail(failureOf(error, this.#request, this.#status, this.#bytes))
  }

  readonly #onAbort = (): void => this.#fail(cancelled(this.#request))

  readonly #onTimeout = (): void => {
    const { api, timeoutMs } = this.#request
    const answering = this.#status > 0 ? 'the answer was not complete' : 'there was no answer'
    const stage = this.#controller ? answering : 'no connection was free'
    this.#fail(coreError('API_TIMEOUT', { message: `${api}: ${stage} after ${timeoutMs} ms`, platform: { api } }))
  }

  #fail(error: LarkspurError): void {
    if (!this.#settle()) return
    if (!this.#controller) markUnsent(error)
    this.#reject(error)
    this.#controller?.abort(error)
  }

  #settle(): boolean {
    if (this.#settled) return false
    this.#settled = true
    clearTimeout(this.#timer)
    this.#request.signal?.removeEventListener('abort', this.#onAbort)
    return true
  }
}
