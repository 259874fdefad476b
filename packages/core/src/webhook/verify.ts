import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'
import type { SeenRequests } from './seen-requests.ts'

/** Why a webhook request was refused: label `reason` of the metric `webhook_refused_total`. Never told to the sender. */
export const refusalReasons = [
  'method',
  'content_type',
  'too_large',
  'signature',
  'time',
  'replay',
  'encryption',
  'json',
  'token',
  'app',
] as const

/** One of {@link refusalReasons}. */
export type RefusalReason = (typeof refusalReasons)[number]

/** What a request is checked against. */
export interface VerifyOptions {
  readonly appId: string
  readonly encryptKey: string
  readonly verificationToken: string
  /** How far the request's time may be from ours, either way. */
  readonly windowMs: number
  readonly nowMs: number
  readonly seen: SeenRequests
}

/**
 * What a request turned out to be: an envelope with a key to forget it by when it could not be stored, the platform's
 * check of the address, or nothing of the platform's.
 */
export type Verified =
  | { readonly kind: 'envelope'; readonly envelope: Envelope; readonly requestKey: string }
  | { readonly kind: 'challenge'; readonly challenge: string }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }

/** A decrypted body. */
export type Envelope = Readonly<Record<string, unknown>>

const maxDepth = 64

/**
 * Checks a request of the platform over the bytes as they came (open.feishu.cn docs: event subscription, Encrypt Key):
 * signature = hex SHA-256(timestamp + nonce + Encrypt Key + raw body). The check of the address may come unsigned; it is
 * believed when it decrypts and holds the Verification Token.
 */
export function verify(headers: Headers, body: Uint8Array, options: VerifyOptions): Verified {
  const signature = headers.get('x-lark-signature')
  let requestKey: string | undefined
  if (signature !== null) {
    const timestamp = headers.get('x-lark-request-timestamp') ?? ''
    const nonce = headers.get('x-lark-request-nonce') ?? ''
    const expected = createHash('sha256').update(`${timestamp}${nonce}${options.encryptKey}`).update(body).digest('hex')
    if (!equalSecrets(signature.toLowerCase(), expected)) return refused('signature')
    if (!(Math.abs(timeOf(timestamp) - options.nowMs) <= options.windowMs)) return refused('time')
    requestKey = expected
  }
  const outer = parseJson(body)
  if (!outer) return refused('json')
  const plain = typeof outer.encrypt === 'string' ? decrypt(outer.encrypt, options.encryptKey) : undefined
  if (!plain) return refused('encryption')
  const envelope = parseJson(plain)
  if (!envelope) return refused('json')
  const header = isRecord(envelope.header) ? envelope.header : envelope
  if (typeof header.token !== 'string' || !equalSecrets(header.token, options.verificationToken))
    return refused('token')
  if (envelope.type === 'url_verification') {
    return typeof envelope.challenge === 'string'
      ? { kind: 'challenge', challenge: envelope.challenge }
      : refused('json')
  }
  if (requestKey === undefined) return refused('signature')
  const appId = header.app_id ?? (isRecord(envelope.event) ? envelope.event.app_id : undefined)
  if (appId !== undefined && appId !== options.appId) return refused('app')
  if (!options.seen.add(requestKey, options.nowMs)) return refused('replay')
  return { kind: 'envelope', envelope, requestKey }
}

/**
 * Decrypts the `encrypt` of a body: base64 of IV (16 bytes) and ciphertext, AES-256-CBC, key = SHA-256(Encrypt Key)
 * (open.feishu.cn docs: event subscription, Encrypt Key). Undefined when it is not that.
 */
export function decrypt(encrypted: string, encryptKey: string): Buffer | undefined {
  const bytes = Buffer.from(encrypted, 'base64')
  if (bytes.length < 32 || bytes.length % 16 !== 0) return undefined
  const key = createHash('sha256').update(encryptKey).digest()
  const decipher = createDecipheriv('aes-256-cbc', key, bytes.subarray(0, 16))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()])
  } catch {
    return undefined
  }
}

function refused(reason: RefusalReason): Verified {
  return { kind: 'refused', reason }
}

/** Compares in a time that tells nothing about where they differ, nor how long the expected one is. */
function equalSecrets(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

/** The platform sends seconds; milliseconds are understood too. NaN when it is no number. */
function timeOf(timestamp: string): number {
  if (!/^\d{1,16}$/.test(timestamp)) return Number.NaN
  const value = Number(timestamp)
  return value > 100_000_000_000 ? value : value * 1000
}

/** The object in the bytes; undefined for other JSON, for no JSON, and for objects that are deeper than any event or meant to harm. */
function parseJson(bytes: Uint8Array): Envelope | undefined {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return undefined
    level = level.filter((each): each is object => typeof each === 'object' && each !== null)
    if (level.some((each) => Object.hasOwn(each as object, '__proto__'))) return undefined
    level = level.flatMap((each) => Object.values(each as object))
  }
  return isRecord(value) ? value : undefined
}

function isRecord(value: unknown): value is Envelope {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
