import type { Readable } from 'node:stream'
import type { Retry } from '../config/retry.ts'
import type { UserToken } from '../credentials/user-tokens.ts'

/** HTTP methods that the platform uses. */
export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A value in a query string; arrays become repeated keys, undefined ones are left out. */
export type QueryValue = string | number | boolean | undefined | readonly (string | number | boolean)[]

/** A call of a platform API, made with {@link AppClient.request}. */
export interface ApiCall {
  /** Default GET. */
  readonly method?: HttpMethod | undefined
  /**
   * Path under the app's domain, e.g. `/open-apis/im/v1/messages/:message_id/reply`. `:name` parts are filled from
   * `params`, percent-encoded; an absolute URL is refused, because the token would go with it.
   */
  readonly path: string
  readonly params?: Readonly<Record<string, string>> | undefined
  readonly query?: Readonly<Record<string, QueryValue>> | undefined
  /** Sent as JSON. A FormData is sent as multipart. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** `ou_…`: make the call as this user, with a token from plugin-auth. Excludes `token` and `auth`. */
  readonly asUser?: string | undefined
  /** A ready token that is used as it is: never stored, never refreshed, masked in logs. Excludes `asUser` and `auth`. */
  readonly token?: string | UserToken | undefined
  /** Which kind of token: default `tenant`; `app` for the few calls that want the app's own; `none` sends none. */
  readonly auth?: 'tenant' | 'app' | 'none' | undefined
  /** Deadline of one attempt, milliseconds. Default 15,000. */
  readonly timeoutMs?: number | undefined
  /**
   * How it is repeated when it fails, and its deadline: numbers, a function that decides, or `false` for one attempt. Laid
   * over `retry` of the app and of the bot.
   */
  readonly retry?: Retry | undefined
  /** Cancels the call, also while it waits. Inside a handler the end of the run does so too. */
  readonly signal?: AbortSignal | undefined
  /**
   * What a repetition would do. `none`: nothing happens, repeat freely (default for GET). `keyed`: the API takes an
   * idempotency key in `uuidIn`. `once`: no key, at most once, by a ledger row written before the call inside a
   * handler. `repeatable`: an effect that repeating does not double (PUT, PATCH of a state; the default for them and DELETE).
   * A POST is `keyed` where the platform documents a `uuid` (messages, replies, forwards, new chats), else `once`: say
   * `none` for a POST that only reads.
   */
  readonly effect?: 'none' | 'keyed' | 'once' | 'repeatable' | undefined
  /** Where a keyed call carries its key: `body.uuid` (default for messages and replies) or `query.uuid` (forwards, new chats). */
  readonly uuidIn?: 'body' | 'query' | undefined
  /** Idempotency key, at most 50 characters; default: made by the handler run, else random. */
  readonly key?: string | undefined
  /** Who the effect happens to; part of the key made by the run. */
  readonly receiver?: string | undefined
  /**
   * `oc_…`: the chat in which a message appears, where only a message of it is named (a reply). The platform allows 5
   * messages a second to one chat; default: `receive_id` of the body, else the message that is answered.
   */
  readonly chatId?: string | undefined
  /**
   * What the call gives: `data` (default) is that of the envelope; `envelope` the whole JSON, an {@link ApiEnvelope};
   * `bytes` the raw body as a Buffer; `stream` an {@link ApiStream}. The type of the result follows it.
   */
  readonly answer?: 'data' | 'envelope' | 'bytes' | 'stream' | undefined
}

/** The JSON that platform APIs answer (open.feishu.cn docs: api-call-guide); some have fields beside `data`. */
export interface ApiEnvelope<Data = unknown> {
  /** 0: anything else is thrown. */
  readonly code: number
  readonly msg?: string | undefined
  /** Absent where an API gives nothing, or puts its fields beside `code`. */
  readonly data?: Data | undefined
}

/** An answer whose body is read by the caller, of a call with `answer: 'stream'`. */
export interface ApiStream {
  /** HTTP status. */
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Must be read or destroyed: until then it holds a connection. */
  readonly stream: Readable
}

/** The way out to the platform for one app. */
export interface AppClient {
  /** `cli_…` */
  readonly appId: string
  /** Origin of the open platform that this app lives on. */
  readonly domain: string
  /**
   * Calls an API with the right token, deadline, retry and rate limit.
   *
   * An HTTP error and a `code` other than 0 are the same: a LarkspurError, category by platform code, with log id and
   * missing scopes. Inside a handler, calls with an effect get a key, and a repeated run replays their results.
   * `Data` is the shape of the answer's `data`; it is taken on trust. A call that is put together at run time, whose
   * `answer` is not known, gives `unknown`.
   * @throws API_REFUSED, API_RATE_LIMITED, API_PERMISSION_DENIED, API_TOKEN_REFUSED, API_UNREACHABLE, API_TIMEOUT,
   * API_ANSWER_UNREADABLE, API_REQUEST_INVALID, API_RUN_ENDED, API_CANCELLED, API_EFFECT_UNCERTAIN, STORAGE_CALL_INSIDE_WRITE,
   * CREDENTIAL_REFUSED, CREDENTIAL_TOKEN_FAILED, CREDENTIAL_NO_USER_TOKENS
   */
  request<Data = unknown>(call: ApiCall & { readonly answer?: 'data' | undefined }): Promise<Data>
  /** `Beside` is the shape of what the API puts beside `data`. */
  request<Data = unknown, Beside = unknown>(
    call: ApiCall & { readonly answer: 'envelope' },
  ): Promise<ApiEnvelope<Data> & Beside>
  request(call: ApiCall & { readonly answer: 'bytes' }): Promise<Buffer>
  request(call: ApiCall & { readonly answer: 'stream' }): Promise<ApiStream>
  request(call: ApiCall): Promise<unknown>
  /**
   * Reads a list page by page, following `page_token` until `has_more` is false; throws where a page fails.
   * Each page costs one call.
   */
  paginate<Item = unknown>(call: ApiCall): AsyncIterable<Item>
}
