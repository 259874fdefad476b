/**
 * Names whose values are secrets, compared without case, hyphens and underscores, so that `app_secret`, `appSecret` and
 * `X-App-Secret` are one. The end of a name decides: `tenant_access_token` and `proxy-authorization` count as well.
 */
const secretEnd =
  /(?:accesstoken|refreshtoken|idtoken|apptoken|secret|secretkey|password|passwd|codeverifier|encryptkey|verificationtoken|authorization|cookie|ticket|accesskey|apikey|privatekey|assertion)$/

const decisions = new Map<string, boolean>()

/** Whether a value of this name is a secret, whatever it looks like. `code` depends on its value: {@link isSecretCode}. */
export function isSecretKey(name: string): boolean {
  const known = decisions.get(name)
  if (known !== undefined) return known
  const secret = secretEnd.test(name.toLowerCase().replaceAll(/[-_\s]/g, ''))
  // Names come from programs and are few; a flood of made-up ones must not fill the memory.
  if (decisions.size < 2000) decisions.set(name, secret)
  return secret
}

/**
 * Whether a value named `code` is an OAuth code. Numbers are codes of the platform and stay, and so do names of errors
 * (`ECONNRESET`, `API_RATE_LIMITED`) and SQL states (`57P01`); whatever else is a text is masked.
 */
export function isSecretCode(value: unknown): boolean {
  return typeof value === 'string' && !/^(?:-?\d*|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*|[0-9A-Z]{5})$/.test(value)
}

const inText =
  /(["']?)([\w-]{0,40}(?:access[_-]?token|refresh[_-]?token|id[_-]?token|app[_-]?token|secret(?:[_-]?key)?|password|passwd|code[_-]?verifier|encrypt[_-]?key|verification[_-]?token|authorization|cookie|ticket|access[_-]?key|api[_-]?key|private[_-]?key|code))(\\?["']?\s*[:=]\s*)(\\?["'])?/gi

// `appSecret: must be …` is a sentence about a secret, not one.
const prose = new Set([
  'must',
  'is',
  'was',
  'has',
  'not',
  'no',
  'missing',
  'expected',
  'required',
  'received',
  'invalid',
  'expired',
  'null',
  'undefined',
])

/** Masks `app_secret=…`, `"appSecret":"…"`, `Authorization: Bearer …` inside a text. */
export function maskNamedValues(text: string, maskValue: (value: string) => string): string {
  let result = ''
  let end = 0
  for (const match of text.matchAll(inText)) {
    if (match.index < end) continue
    const [whole, , name = '', , quote] = match
    const start = match.index + whole.length
    const value = valueAt(text, start, quote, /authorization$/i.test(name), /cookie$/i.test(name))
    if (value === '' || prose.has(value) || (/(?:^|[_-])code$/i.test(name) && !isCodeName(name, value))) continue
    result += text.slice(end, start) + maskValue(value)
    end = start + value.length
  }
  return end === 0 ? text : result + text.slice(end)
}

// `errcode: x` and `statusCode=x` are not OAuth codes; `code: waiting for` is prose unless it looks made up.
function isCodeName(name: string, value: string): boolean {
  return name.toLowerCase() === 'code' && isSecretCode(value) && value.length >= 12
}

function valueAt(text: string, start: number, quote: string | undefined, scheme: boolean, line: boolean): string {
  const rest = text.slice(start, start + 8192)
  if (quote) return /^(?:[^"'\\\n]|\\(?!["']).)*/.exec(rest)?.[0] ?? ''
  if (line) return /^[^\r\n]*/.exec(rest)?.[0] ?? ''
  const pattern = scheme ? /^(?:(?:bearer|basic|digest)\s+)?[^\s,;"'&}]+/i : /^[^\s,;"'&})\]]+/
  return pattern.exec(rest)?.[0] ?? ''
}
