import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { App } from '../config/app.ts'
import type { Log } from '../observe/log.ts'
import { createWebhook } from './route.ts'
import { rememberRequests } from './seen-requests.ts'
import { decrypt } from './verify.ts'

const encryptKey = 'encrypt-key-canary'
const verificationToken = 'token-canary'
const appId = 'cli_0123456789abcdef'
const nowMs = 1_760_000_000_000

function webhook(
  options: {
    receive?: (envelope: unknown) => Promise<unknown>
    keys?: readonly [string | undefined, string | undefined]
  } = {},
) {
  const [key, token] = options.keys ?? [encryptKey, verificationToken]
  const envelopes: unknown[] = []
  const reasons: string[] = []
  const lines: string[] = []
  const write = (...line: unknown[]): void => void lines.push(JSON.stringify(line))
  const log: Log = { trace: write, debug: write, info: write, warn: write, error: write, child: () => log }
  const app: App = {
    appId,
    domain: 'https://open.feishu.cn',
    receive: 'webhook',
    tenantKey: '',
    admins: [],
    enabled: true,
    secret: () => 'app-secret',
    encryptKey: () => key,
    verificationToken: () => token,
  }
  const route = createWebhook({
    app,
    receive: async (envelope) => {
      envelopes.push(envelope)
      return options.receive?.(envelope)
    },
    log,
    refused: { add: ({ reason }) => reasons.push(reason) },
    now: () => nowMs,
  })
  return { route, envelopes, reasons, lines }
}

function encrypt(plain: string | Buffer, key = encryptKey): string {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(key).digest(), iv)
  return Buffer.concat([iv, cipher.update(plain), cipher.final()]).toString('base64')
}

const event = (change: Record<string, unknown> = {}, header: Record<string, unknown> = {}) => ({
  schema: '2.0',
  header: { event_id: 'e1', event_type: 'x', token: verificationToken, app_id: appId, ...header },
  event: { text: 'words' },
  ...change,
})

interface Sent {
  body?: string
  timestamp?: number | string
  nonce?: string
  key?: string
  signature?: string | null
  headers?: Record<string, string>
  method?: string
}

function send(plain: unknown, sent: Sent = {}): Request {
  const text = typeof plain === 'string' ? plain : JSON.stringify(plain)
  const { timestamp = nowMs / 1000, nonce = 'n', key = encryptKey, method = 'POST' } = sent
  const body = sent.body ?? JSON.stringify({ encrypt: encrypt(text) })
  const proper = createHash('sha256').update(`${timestamp}${nonce}${key}${body}`).digest('hex')
  const signature = sent.signature === undefined ? proper : sent.signature
  const headers = new Headers({
    'content-type': 'application/json; charset=utf-8',
    'x-lark-request-timestamp': String(timestamp),
    'x-lark-request-nonce': nonce,
    ...(signature !== null && { 'x-lark-signature': signature }),
    ...sent.headers,
  })
  return new Request('http://bot/webhook', { method, headers, ...(method === 'POST' && { body }) })
}

test("the platform's own example decrypts", () => {
  expect(decrypt('P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=', 'test key')?.toString()).toBe('hello world')
})

test('a signed event is handed on as it was sent, and answered with HTTP 200', async () => {
  const { route, envelopes, reasons } = webhook()
  const response = await route(send(event()))
  expect([response.status, await response.json()]).toEqual([200, {}])
  expect(envelopes).toEqual([event()])
  expect(reasons).toEqual([])
})

test('the answer to a callback is the body', async () => {
  const { route } = webhook({ receive: async () => ({ toast: { type: 'info', content: '好' } }) })
  expect(await (await route(send(event()))).json()).toEqual({ toast: { type: 'info', content: '好' } })
})

test('an event that could not be stored is answered with HTTP 500, and taken when the very same request comes again', async () => {
  let calls = 0
  const { route, envelopes } = webhook({
    receive: async () => {
      calls += 1
      if (calls === 1) throw new Error('store away')
    },
  })
  const body = JSON.stringify({ encrypt: encrypt(JSON.stringify(event())) })
  expect((await route(send('', { body }))).status).toBe(500)
  expect((await route(send('', { body }))).status).toBe(200)
  expect(envelopes).toHaveLength(2)
})

test('the check of the address is answered, signed or not', async () => {
  const { route, envelopes } = webhook()
  const check = { type: 'url_verification', challenge: 'c-1', token: verificationToken }
  for (const signature of [undefined, null]) {
    const response = await route(send(check, signature === null ? { signature } : {}))
    expect([response.status, await response.json()]).toEqual([200, { challenge: 'c-1' }])
  }
  expect(envelopes).toEqual([])
})

test('an event of the old shape is taken', async () => {
  const { route, envelopes } = webhook()
  const old = { uuid: 'u', token: verificationToken, type: 'event_callback', event: { type: 'x', app_id: appId } }
  expect((await route(send(old))).status).toBe(200)
  expect(envelopes).toEqual([old])
})

test.each([
  ['with spaces', JSON.stringify({ encrypt: encrypt(JSON.stringify(event())) }, null, 4)],
  ['with escapes', JSON.stringify({ encrypt: encrypt(JSON.stringify(event())) }).replace('encrypt', '\\u0065ncrypt')],
  ['with other keys', JSON.stringify({ other: '键', encrypt: encrypt(JSON.stringify(event())) })],
])('a signature over a body %s counts, for the bytes are signed and not their meaning', async (_, body) => {
  const { route } = webhook()
  expect((await route(send('', { body }))).status).toBe(200)
})

test.each<[string, Request, string]>([
  ['without a signature', send(event(), { signature: null }), 'signature'],
  ['with an empty signature', send(event(), { signature: '' }), 'signature'],
  ['with a short signature', send(event(), { signature: 'ab' }), 'signature'],
  ['signed with another key', send(event(), { key: 'other' }), 'signature'],
  ['301 s old', send(event(), { timestamp: nowMs / 1000 - 301 }), 'time'],
  ['301 s in the future', send(event(), { timestamp: nowMs / 1000 + 301 }), 'time'],
  ['without a time', send(event(), { timestamp: '' }), 'time'],
  ['with a time that is none', send(event(), { timestamp: 'soon' }), 'time'],
  ['encrypted with another key', send('', { body: JSON.stringify({ encrypt: encrypt('{}', 'other') }) }), 'encryption'],
  ['that is not encrypted', send('', { body: JSON.stringify(event()) }), 'encryption'],
  ['with too little to decrypt', send('', { body: '{"encrypt":"AAAA"}' }), 'encryption'],
  [
    'with too little to decrypt and no signature',
    send('', { body: '{"encrypt":"AAAA"}', signature: null }),
    'encryption',
  ],
  ['with a number to decrypt', send('', { body: '{"encrypt":7}' }), 'encryption'],
  ['that is no JSON', send('', { body: 'hello' }), 'json'],
  ['that is empty', send('', { body: '' }), 'json'],
  ['that is a list', send('', { body: '[]' }), 'json'],
  ['whose inside is no JSON', send('hello'), 'json'],
  ['whose inside is a list', send('[]'), 'json'],
  ['deeper than 64', send(JSON.stringify(event()).replace('"words"', '['.repeat(70) + ']'.repeat(70))), 'json'],
  ['with a __proto__', send(JSON.stringify(event()).replace('"text"', '"__proto__"')), 'json'],
  ['with another token', send(event({}, { token: 'guess' })), 'token'],
  ['without a token', send(event({}, { token: undefined })), 'token'],
  ['with the token beside the header', send(event({ token: verificationToken }, { token: undefined })), 'token'],
  ['of another app', send(event({}, { app_id: 'cli_ffffffffffffffff' })), 'app'],
  [
    'that checks the address with another token',
    send({ type: 'url_verification', challenge: 'c', token: 'x' }),
    'token',
  ],
  [
    'that checks the address in the clear',
    send('', { body: '{"type":"url_verification"}', signature: null }),
    'encryption',
  ],
  ['that is a form', send(event(), { headers: { 'content-type': 'text/plain' } }), 'content_type'],
  ['that is compressed', send(event(), { headers: { 'content-encoding': 'gzip' } }), 'content_type'],
])('a request %s is refused by the one constant answer', async (_, request, reason) => {
  const { route, envelopes, reasons, lines } = webhook()
  const response = await route(request)
  expect([response.status, await response.text()]).toEqual([401, 'refused'])
  expect(envelopes).toEqual([])
  expect(reasons).toEqual([reason])
  expect(lines.join('\n')).not.toMatch(/canary|words/)
})

test('exactly five minutes off is still taken', async () => {
  const { route } = webhook()
  expect((await route(send(event(), { timestamp: nowMs / 1000 - 300 }))).status).toBe(200)
  expect((await route(send(event(), { timestamp: nowMs + 300_000 }))).status).toBe(200)
})

test('a request that was taken is refused when it is played again', async () => {
  const { route, reasons } = webhook()
  const body = JSON.stringify({ encrypt: encrypt(JSON.stringify(event())) })
  expect((await route(send('', { body }))).status).toBe(200)
  expect((await route(send('', { body }))).status).toBe(401)
  expect(reasons).toEqual(['replay'])
})

test('a body past the limit is refused, whether it says its length or not', async () => {
  const { route } = webhook()
  const long = send('', { body: 'x'.repeat(1024 * 1024 + 1) })
  expect((await route(long)).status).toBe(413)
  const lying = send('', { body: 'x', headers: { 'content-length': '99999999' } })
  expect((await route(lying)).status).toBe(413)
})

test('only POST is answered', async () => {
  const { route } = webhook()
  expect((await route(send(event(), { method: 'GET' }))).status).toBe(405)
})

test.each<[string, readonly [string | undefined, string | undefined]]>([
  ['encryptKey', [undefined, 'token']],
  ['verificationToken', ['key', undefined]],
  ['encryptKey and verificationToken', ['', '']],
])('without %s there is no webhook at all', (missing, keys) => {
  expect(() => webhook({ keys })).toThrow(
    expect.objectContaining({ code: 'WEBHOOK_KEYS_MISSING', message: expect.stringContaining(`no ${missing}`) }),
  )
})

test('no body that anybody makes up gets through or breaks anything', async () => {
  const { route, envelopes } = webhook()
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc.base64String().map((encrypted) => JSON.stringify({ encrypt: encrypted })),
    fc
      .uint8Array({ minLength: 32, maxLength: 96 })
      .map((bytes) => JSON.stringify({ encrypt: Buffer.from(bytes).toString('base64') })),
  )
  await fc.assert(
    fc.asyncProperty(body, fc.boolean(), async (text, signed) => {
      const response = await route(send('', { body: text, ...(signed ? {} : { signature: null }) }))
      expect(response.status).toBe(401)
    }),
    { numRuns: 300, seed: 7 },
  )
  expect(envelopes).toEqual([])
})

test('the memory for taken requests is bounded and forgets the old', () => {
  const seen = rememberRequests(1000, 100)
  for (let count = 0; count < 10_000; count += 1) seen.add(`k${count}`, 0)
  expect(seen.size).toBe(100)
  expect(seen.add('k9999', 500)).toBe(false)
  expect(seen.add('late', 1001)).toBe(true)
  expect(seen.size).toBe(1)
})
