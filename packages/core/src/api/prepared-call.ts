import { coreError } from '../errors/catalogue.ts'
import type { ApiCall, HttpMethod, QueryValue } from './call.ts'

/** What repeating a call would do. */
export type Effect = NonNullable<ApiCall['effect']>

/** A call that was checked, with its path filled in. */
export interface PreparedCall {
  readonly call: ApiCall
  readonly method: HttpMethod
  /** Method and path template: names the API in metrics, logs, errors and rate limits. */
  readonly api: string
  readonly template: string
  /** Encoded path, without query. */
  readonly path: string
  /** Encoded query, without `?`. */
  readonly query: string
  readonly effect: Effect
  readonly uuidIn: 'body' | 'query'
  /** What the limit of messages counts: the chat or user that gets one, the message that is changed. */
  readonly receiver: string | undefined
}

const answers: ReadonlySet<string> = new Set(['data', 'envelope', 'bytes', 'stream'])
const methods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** Where the APIs that take an idempotency key take it (open.feishu.cn docs: im-v1 message create, reply, forward). */
const keyedBody = /^\/open-apis\/im\/v1\/messages(?:\/[^/]+\/reply)?$/
const keyedQuery =
  /^\/open-apis\/im\/v1\/(?:messages\/[^/]+\/forward|threads\/[^/]+\/forward|messages\/merge_forward|chats)$/

/** Changes of one message are limited as messages to one chat are (open.feishu.cn docs: im-v1 message patch). */
const changedMessage = /^\/open-apis\/im\/v1\/messages\/[^/]+$/

/**
 * Checks a call and fills its path in.
 * @throws API_REQUEST_INVALID
 */
export function prepareCall(call: ApiCall): PreparedCall {
  const { path: given, method = 'GET', params, query } = call
  if (typeof given !== 'string' || !given.startsWith('/') || given.startsWith('//'))
    invalid(
      `path must begin with one "/", it is ${shown(given)}`,
      'Give the path alone: the domain is that of the app.',
    )
  if (!methods.has(method)) invalid(`method must be one of ${[...methods].join(', ')}, it is ${shown(method)}`)
  if (/[?#\\\s]/.test(given))
    invalid(`path ${shown(given)} holds "?", "#", a backslash or a blank`, 'Use `query` and `params`.')
  if (call.answer !== undefined && !answers.has(call.answer))
    invalid(`answer must be one of ${[...answers].join(', ')}, it is ${shown(call.answer)}`)
  const identities = (['token', 'asUser', 'auth'] as const).filter((name) => call[name] !== undefined)
  if (identities.length > 1)
    invalid(
      `${method} ${given} was given ${identities.join(' and ')}, each of which says whose token is sent`,
      'Keep one: `token` for a ready token, `asUser` for a user, `auth` for the app itself.',
    )
  const path = given.includes('/:') ? fillPath(given, params) : given
  if (path.includes('/.') && /\/\.{1,2}(?:\/|$)/.test(path)) invalid(`path ${shown(given)} leads out of its API`)
  const template = params || path !== given ? given : templateOf(given)
  const takesKey =
    method === 'POST' ? (keyedBody.test(path) ? 'body' : keyedQuery.test(path) ? 'query' : undefined) : undefined
  return {
    ...{ call, method, path, template },
    api: `${method} ${template}`,
    query: query ? encodeQuery(query) : '',
    effect: call.effect ?? usualEffect(method, takesKey !== undefined),
    uuidIn: call.uuidIn ?? takesKey ?? 'body',
    receiver: receiverOf(call, method, path, takesKey !== undefined),
  }
}

function receiverOf(
  { chatId, body }: ApiCall,
  method: HttpMethod,
  path: string,
  takesKey: boolean,
): string | undefined {
  if (method === 'PATCH' || method === 'PUT') return changedMessage.test(path) ? path : undefined
  // A new chat takes a key too.
  if (!takesKey || path.endsWith('/chats')) return undefined
  const { receive_id: receiver } = (body ?? {}) as { receive_id?: unknown }
  return chatId ?? (typeof receiver === 'string' ? receiver : path)
}

function usualEffect(method: HttpMethod, takesKey: boolean): Effect {
  if (method === 'GET') return 'none'
  if (method !== 'POST') return 'repeatable'
  return takesKey ? 'keyed' : 'once'
}

function fillPath(template: string, params: ApiCall['params']): string {
  return template.replaceAll(/(?<=\/):([A-Za-z_]\w*)(?=\/|$)/g, (_, name: string) => {
    const value = params?.[name]
    if (typeof value !== 'string' || value === '')
      return invalid(`path ${template} needs params.${name} as a text, it is ${shown(value)}`)
    // Servers and proxies resolve dots even when they are encoded.
    if (value === '.' || value === '..') return invalid(`params.${name} of ${template} is ${shown(value)}`)
    return encodeURIComponent(value)
  })
}

function encodeQuery(query: Readonly<Record<string, QueryValue>>): string {
  let text = ''
  for (const name in query) {
    const value = query[name]
    if (value === undefined || value === null) continue
    for (const each of Array.isArray(value) ? (value as readonly unknown[]) : [value])
      text += `${text === '' ? '' : '&'}${encodeURIComponent(name)}=${encodeURIComponent(String(each))}`
  }
  return text
}

const templates = new Map<string, string>()

/** A path in which ids were filled in already, with `:id` in their places: ids are neither logged nor counted apart. */
function templateOf(path: string): string {
  let template = templates.get(path)
  if (template === undefined) {
    template = path
      .split('/')
      .map((segment) => (looksLikeId(segment) ? ':id' : segment))
      .join('/')
    if (templates.size >= 500) templates.clear()
    templates.set(path, template)
  }
  return template
}

// Words of the platform's paths are lower-case letters and `_`, versions `v3`; whatever else stands there is an id.
function looksLikeId(segment: string): boolean {
  return segment !== '' && !/^(?:[a-z_-]{1,40}|v\d{1,2}|open-apis|[a-z][A-Za-z]{0,30})$/.test(segment)
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 100)
}

function invalid(message: string, hint?: string): never {
  throw coreError('API_REQUEST_INVALID', { message, hint })
}
