import { isSecretCode, isSecretKey, maskNamedValues } from './secret-keys.ts'

/** `token`: type prefix and three characters are kept (`u-abc***`). `key`: app secrets, keys, passwords keep nothing. */
export type SecretKind = 'token' | 'key'

/** Knows what must not be shown, by name, by shape and by value. Shared by the log, health and error answers of a bot. */
export interface Secrets {
  /**
   * Remembers a value, so that it is masked wherever it appears. Values shorter than 6 characters are not remembered:
   * masking them would garble every text. A token with an end is forgotten then.
   */
  learn(value: string, kind: SecretKind, expiresAtMs?: number): void
  /** Masks what is secret in a text. */
  maskText(text: string): string
  /**
   * A plain copy with secrets masked: safe to print. Depth, width and length are bounded, each with a visible marker.
   * `name` is the key under which the value stands.
   */
  mask(value: unknown, name?: string): unknown
}

/** Longest text that is kept; a longer one is cut with a marker. */
const maxText = 8192
/** A cut must not leave half a secret that nothing recognises any more. */
const cutMargin = 256
const maxDepth = 8
const maxEntries = 100
const maxNodes = 2000
const maxRemembered = 5000

// Tokens of the platform (`t-` tenant, `a-` app, `u-` and `ur-` user, `eyJ…` JSON web tokens), known or not.
// open.feishu.cn docs: “Get access tokens”; user tokens of the newer endpoint are JSON web tokens.
const tokenShape =
  /(?<![\w-])(?:(?:t|a|u|ur)-[\w.~+/=-]{16,}|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?|[tau]-eyJ[\w.-]{16,})/g
const urlUser = /(?<=\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:)[^\s/"']+(?=@)/gi
const mayHold = /(?:^|[^\w-])(?:[tau]|ur)-|eyJ|:\/\/|token|secret|passw|code|verifier|key|authorization|cookie|ticket/i
// What ends a line or moves a cursor for some readers though JSON leaves it as it is.
const oddControls = /[\u007f-\u009f\u2028\u2029]/g

/** Makes an empty memory of secrets. `now` is the time in milliseconds. */
export function createSecrets(now: () => number = Date.now): Secrets {
  const keys = new Set<string>()
  const tokens = new Map<string, number>()
  let known: RegExp | undefined

  const learn: Secrets['learn'] = (value, kind, expiresAtMs = Number.POSITIVE_INFINITY) => {
    if (value.length < 6) return
    // Recognised by shape anyway.
    if (kind === 'token' && value.replace(tokenShape, '') === '') return
    const forms = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]
    const isKnown = kind === 'key' ? keys.has(value) : tokens.has(value)
    for (const form of forms) {
      if (kind === 'key') keys.add(form)
      else tokens.set(form, expiresAtMs)
    }
    // Tokens of users are learnt with every call.
    if (isKnown) return
    if (tokens.size > maxRemembered) forget()
    known = undefined
  }
  const forget = (): void => {
    for (const [token, end] of tokens) if (end <= now()) tokens.delete(token)
    for (const token of tokens.keys()) {
      if (tokens.size <= maxRemembered) break
      tokens.delete(token)
    }
  }
  const knownValues = (): RegExp | undefined => {
    if (known || keys.size + tokens.size === 0) return known
    // Longest first: of two values that begin alike the longer one counts.
    const all = [...keys, ...tokens.keys()].sort((a, b) => b.length - a.length)
    known = new RegExp(all.map((value) => value.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g')
    return known
  }

  const maskText = (text: string): string => {
    let masked = text
    const values = knownValues()
    if (values) masked = masked.replace(values, (value) => (keys.has(value) ? '***' : shortToken(value)))
    if (mayHold.test(masked)) {
      masked = masked.replace(tokenShape, shortToken)
      if (masked.includes('://')) masked = masked.replace(urlUser, '***')
      masked = maskNamedValues(masked, maskSecret)
    }
    return masked
  }
  const cutText = (text: string): string => {
    if (text.length <= maxText) return visible(maskText(text))
    const head = maskText(text.slice(0, maxText + cutMargin))
    return `${visible(head.slice(0, -cutMargin))}… [cut: ${text.length} characters]`
  }
  return { learn, maskText, mask: (value, name = '') => createWalk(cutText).walk(value, name, 0) }
}

function visible(text: string): string {
  return text.replace(oddControls, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** A stack is printed over several lines for people, so only its line ends stay as they are. */
function withoutEscapes(stack: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return stack.replace(/[\u0000-\u0009\u000b-\u001f]/g, (character) => JSON.stringify(character).slice(1, -1))
}

/** `u-abcdef…` → `u-abc***`; a token without a type prefix keeps nothing. */
function shortToken(token: string): string {
  if (token.endsWith('***')) return token
  const prefix = /^(?:(?:t|a|u|ur)-|eyJ)/.exec(token)?.[0]
  return prefix ? `${token.slice(0, prefix.length + (prefix === 'eyJ' ? 0 : 3))}***` : '***'
}

/** A value under a secret name: keeps the scheme of an authorization, and what a token may keep. */
function maskSecret(value: string): string {
  const [, scheme = '', rest = ''] = /^((?:bearer|basic|digest)\s+)?([\s\S]*)$/i.exec(value) ?? []
  const token = /^(?:t|a|u|ur)-[\w.~+/=-]{8,}$/.test(rest) || /^(?:t|a|u|ur)-\w{3}\*\*\*$/.test(rest)
  return `${scheme}${token ? shortToken(rest) : '***'}`
}

interface Walk {
  walk(value: unknown, name: string, depth: number): unknown
}

// One masking of one value: counts its nodes and knows the objects that it stands in.
function createWalk(cutText: (text: string) => string): Walk {
  const open = new Set<object>()
  let nodes = 0

  const walk = (value: unknown, name: string, depth: number): unknown => {
    nodes += 1
    if (nodes > maxNodes) return '[left out: too large]'
    if (value === null || value === undefined || typeof value === 'boolean') return value
    if (name !== '' && isSecretKey(name)) return typeof value === 'string' ? maskSecret(value) : '***'
    if (name === 'code' && isSecretCode(value)) return '***'
    switch (typeof value) {
      case 'string':
        return cutText(value)
      case 'number':
        return Number.isFinite(value) ? value : String(value)
      case 'bigint':
        return String(value)
      case 'symbol':
        return cutText(String(value))
      case 'function':
        return '[function]'
    }
    const object = value as object
    if (open.has(object)) return '[circular]'
    if (depth >= maxDepth) return '[left out: too deep]'
    open.add(object)
    try {
      return inside(object, depth + 1)
    } catch {
      // A getter, a proxy or a toJSON that throws must not cost the line.
      return '[unreadable]'
    } finally {
      open.delete(object)
    }
  }
  const inside = (object: object, depth: number): unknown => {
    if (object instanceof Error) return error(object, depth)
    if (Array.isArray(object)) return list(object, object.length, depth)
    if (object instanceof Map)
      return entries(
        [...object].map(([key, each]) => [String(key), () => each]),
        depth,
      )
    if (object instanceof Set) return list([...object], object.size, depth)
    if (ArrayBuffer.isView(object) || object instanceof ArrayBuffer) return `[${object.byteLength} bytes]`
    if (object instanceof Promise || object instanceof WeakMap || object instanceof WeakSet)
      return `[${object.constructor.name}]`
    if (object instanceof RegExp || object instanceof URL) return cutText(String(object))
    if (object instanceof Date) return Number.isNaN(object.getTime()) ? 'Invalid Date' : object.toISOString()
    if (object instanceof Headers || object instanceof URLSearchParams)
      return entries(
        [...object].map(([key, each]) => [key, () => each]),
        depth,
      )
    if ('toJSON' in object && typeof object.toJSON === 'function') return walk(object.toJSON(), '', depth)
    return entries(fields(object), depth)
  }
  const list = (items: readonly unknown[], length: number, depth: number): unknown[] => {
    const kept = items.slice(0, maxEntries).map((item) => walk(item, '', depth))
    return length > maxEntries ? [...kept, `[left out: ${length - maxEntries} more]`] : kept
  }
  const entries = (all: readonly (readonly [string, () => unknown])[], depth: number): Record<string, unknown> => {
    const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>
    for (const [name, read] of all.slice(0, maxEntries)) copy[cutText(name)] = guarded(read, name, depth)
    if (all.length > maxEntries) copy['…'] = `[left out: ${all.length - maxEntries} more]`
    return copy
  }
  const guarded = (read: () => unknown, name: string, depth: number): unknown => {
    try {
      return walk(read(), name, depth)
    } catch {
      return '[unreadable]'
    }
  }
  // HTTP clients hang request and response, with headers and bodies, on their errors.
  const leftOut = new Set(['config', 'request', 'response', 'stack', 'message', 'name', 'cause', 'toJSON'])
  const error = (thrown: Error, depth: number): Record<string, unknown> => {
    const own = fields(thrown).filter(([name]) => !leftOut.has(name))
    return {
      name: guarded(() => thrown.name, '', depth),
      message: guarded(() => thrown.message, '', depth),
      ...entries(own, depth),
      stack: guarded(() => (typeof thrown.stack === 'string' ? withoutEscapes(thrown.stack) : undefined), '', depth),
      ...(thrown.cause === undefined ? {} : { cause: guarded(() => thrown.cause, '', depth) }),
    }
  }
  return { walk }
}

function fields(object: object): (readonly [string, () => unknown])[] {
  return Object.keys(object).map((name) => [name, () => (object as Record<string, unknown>)[name]] as const)
}
