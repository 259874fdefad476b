import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { type ClientRequest, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

/** Where an app wants its events and callbacks, and how they are sealed. */
export interface WebhookTarget {
  /** `http:` or `https:`. */
  requestUrl: string
  /** Encrypt Key; without it bodies are plain and unsigned. */
  encryptKey: string | undefined
}

/** How one request to a webhook ended. */
export type WebhookOutcome =
  | { outcome: 'answered'; status: number; body: string }
  | { outcome: 'timeout' }
  /** `dns`: the host's name has no address. */
  | { outcome: 'not-connected'; dns: boolean }

/** Limit for the TCP connection (docs: event-subscription-guide). */
const connectLimitMs = 2000
const maxAnswerBytes = 1024 * 1024

/**
 * Encrypts a body as the platform does: AES-256-CBC with the SHA-256 of the Encrypt Key, IV in front, base64
 * (docs: encrypt-key-encryption-configuration-case).
 */
export function encryptBody(encryptKey: string, body: string): string {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(encryptKey).digest(), iv)
  return Buffer.concat([iv, cipher.update(body), cipher.final()]).toString('base64')
}

/** `X-Lark-Signature`: hex SHA-256 of timestamp, nonce, Encrypt Key and the body as sent (docs: as `encryptBody`). */
export function signBody(encryptKey: string, timestamp: string, nonce: string, body: string): string {
  return createHash('sha256')
    .update(timestamp + nonce + encryptKey + body)
    .digest('hex')
}

/** Posts envelopes to request URLs: sealed, on a connection of their own each, within the documented limits. */
export class WebhookClient {
  readonly #now: () => number
  readonly #running = new Set<ClientRequest>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Posts one envelope; `limitMs` (real) is for everything, the connection included. */
  post(target: WebhookTarget, envelope: string, limitMs: number): Promise<WebhookOutcome> {
    const { encryptKey } = target
    const body = encryptKey === undefined ? envelope : JSON.stringify({ encrypt: encryptBody(encryptKey, envelope) })
    const headers: Record<string, string | number> = {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    }
    if (encryptKey !== undefined) {
      const timestamp = String(Math.floor(this.#now() / 1000))
      const nonce = randomBytes(16).toString('hex')
      headers['X-Lark-Request-Timestamp'] = timestamp
      headers['X-Lark-Request-Nonce'] = nonce
      headers['X-Lark-Signature'] = signBody(encryptKey, timestamp, nonce, body)
    }
    return this.#exchange(new URL(target.requestUrl), headers, body, limitMs)
  }

  /** Breaks off all running requests. */
  close(): void {
    for (const running of this.#running) running.destroy()
  }

  #exchange(
    url: URL,
    headers: Record<string, string | number>,
    body: string,
    limitMs: number,
  ): Promise<WebhookOutcome> {
    return new Promise((resolve) => {
      const send = url.protocol === 'https:' ? requestHttps : requestHttp
      const request = send(url, { method: 'POST', headers, agent: false })
      this.#running.add(request)
      const end = (outcome: WebhookOutcome) => {
        clearTimeout(whole)
        clearTimeout(connecting)
        this.#running.delete(request)
        resolve(outcome)
        request.destroy()
      }
      const whole = setTimeout(end, limitMs, { outcome: 'timeout' } as const)
      const connecting = setTimeout(end, connectLimitMs, { outcome: 'not-connected', dns: false } as const)
      request.on('socket', (socket) => socket.on('connect', () => clearTimeout(connecting)))
      request.on('error', (error: NodeJS.ErrnoException) =>
        end({ outcome: 'not-connected', dns: error.syscall === 'getaddrinfo' }),
      )
      request.on('response', (response) => {
        const parts: Buffer[] = []
        let bytes = 0
        response.on('data', (part: Buffer) => {
          bytes += part.length
          parts.push(part)
          // What is too long to be an answer must not fill the memory.
          if (bytes > maxAnswerBytes) end({ outcome: 'answered', status: response.statusCode ?? 0, body: '' })
        })
        response.on('end', () =>
          end({ outcome: 'answered', status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }),
        )
        response.on('error', () => end({ outcome: 'not-connected', dns: false }))
      })
      request.end(body)
    })
  }
}
