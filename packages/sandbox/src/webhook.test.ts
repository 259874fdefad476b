import { createDecipheriv, createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { adaptDefault, EventDispatcher } from '@larksuiteoapi/node-sdk'
import { describe, expect, it } from 'vitest'
import { connectSandbox } from './http-control.ts'
import type { Sandbox } from './start-sandbox.ts'
import { firstApp, openSandbox, silent } from './testing/open-sandbox.ts'
import { requestPath, requestUrlOf } from './testing/request-url.ts'
import { encryptBody, signBody } from './webhook.ts'

const encryptKey = 'test key'

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const part of request) body += part
  return body
}

function decrypted(body: string): Record<string, unknown> {
  const sealed = Buffer.from(JSON.parse(body).encrypt, 'base64')
  const decipher = createDecipheriv(
    'aes-256-cbc',
    createHash('sha256').update(encryptKey).digest(),
    sealed.subarray(0, 16),
  )
  return JSON.parse(Buffer.concat([decipher.update(sealed.subarray(16)), decipher.final()]).toString())
}

/** A bot without SDK: answers challenges, hands everything else to `answer`. */
async function plainBot(answer: (response: ServerResponse, body: string, request: IncomingMessage) => void) {
  return requestUrlOf(async (request, response) => {
    const body = await bodyOf(request)
    const envelope = body.includes('"encrypt"') ? decrypted(body) : JSON.parse(body)
    if (envelope.type === 'url_verification') response.end(JSON.stringify({ challenge: envelope.challenge }))
    else answer(response, body, request)
  })
}

async function toWebhook(sandbox: Sandbox, requestUrl: string, more: { encryptKey?: string } = {}) {
  return sandbox.setDelivery({ appId: firstApp(sandbox).appId, delivery: 'webhook', requestUrl, ...more })
}

const click = (sandbox: Sandbox) =>
  sandbox.pushCallback({ appId: firstApp(sandbox).appId, eventType: 'card.action.trigger', event: {} })

describe('a webhook of the official node SDK', () => {
  it('answers the challenge, gets signed and encrypted events, and answers callbacks', async () => {
    const sandbox = await openSandbox()
    const { verificationToken } = firstApp(sandbox)
    const texts: string[] = []
    const dispatcher = new EventDispatcher({ encryptKey, verificationToken, logger: silent }).register({
      'im.message.receive_v1': (data: { message: { content: string } }) => {
        texts.push(JSON.parse(data.message.content).text)
      },
      'card.action.trigger': () => ({ toast: { type: 'info', content: 'done' } }),
    })
    const url = await requestUrlOf(adaptDefault(requestPath, dispatcher, { autoChallenge: true }))
    expect((await toWebhook(sandbox, url, { encryptKey })).delivery).toBe('webhook')
    await sandbox.say({ user: 'alice', text: '你好' })
    expect(await sandbox.waitForDeliveries()).toEqual({ acked: 1, givenUp: 0 })
    expect(texts).toEqual(['你好'])
    expect(await click(sandbox)).toMatchObject({ outcome: 'answered', response: { toast: { content: 'done' } } })
  })
})

describe('webhook delivery', () => {
  it('seals bodies as documented', () => {
    expect(decrypted(JSON.stringify({ encrypt: encryptBody(encryptKey, '{"a":"翠雀"}') }))).toEqual({ a: '翠雀' })
    const plain = createHash('sha256').update('1nonceKEY{}').digest('hex')
    expect(signBody('KEY', '1', 'nonce', '{}')).toBe(plain)
  })

  it('signs what it sends, and goes nowhere else', async () => {
    const seen: { headers: IncomingMessage['headers']; body: string }[] = []
    const url = await plainBot((response, body, { headers }) => {
      seen.push({ headers, body })
      response.end()
    })
    const sandbox = await openSandbox({ apps: [{ requestUrl: url, encryptKey, verificationToken: 'token' }] })
    await sandbox.say({ user: 'alice', text: 'hi' })
    await sandbox.waitForDeliveries()
    const [{ headers, body } = { headers: {}, body: '{}' }] = seen
    const stamp = String(headers['x-lark-request-timestamp'])
    const signature = signBody(encryptKey, stamp, String(headers['x-lark-request-nonce']), body)
    expect(headers['x-lark-signature']).toBe(signature)
    expect(decrypted(body)).toMatchObject({ schema: '2.0', header: { token: 'token' } })
    expect(seen).toHaveLength(1)
  })

  it('sends plain bodies without signature when there is no Encrypt Key, and returns to the long connection', async () => {
    const bodies: string[] = []
    const url = await plainBot((response, body, { headers }) => {
      bodies.push(body)
      expect(headers['x-lark-signature']).toBeUndefined()
      response.end()
    })
    const sandbox = await openSandbox()
    const remote = await connectSandbox(sandbox.url)
    const { appId } = firstApp(sandbox)
    await remote.setDelivery({ appId, delivery: 'webhook', requestUrl: url })
    expect(remote.apps[0]?.delivery).toBe('webhook')
    await sandbox.say({ user: 'alice', text: 'hi' })
    await sandbox.waitForDeliveries()
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ schema: '2.0', header: { app_id: appId } })
    expect((await remote.setDelivery({ appId, delivery: 'websocket' })).delivery).toBe('websocket')
    await sandbox.pushEvent({ appId, eventType: 'test.ping', event: {} })
    expect((await sandbox.deliveries()).at(-1)).toMatchObject({ failures: ['not-connected'] })
    expect(bodies).toHaveLength(1)
  })

  it('repeats by the ladder what is refused, redirected, lost or late, with the same event id', async () => {
    const ids: unknown[] = []
    const answers: ((response: ServerResponse) => void)[] = [
      (response) => response.writeHead(500).end(),
      (response) => response.writeHead(302, { location: '/' }).end(),
      (response) => response.destroy(),
      () => {},
      (response) => response.end(),
    ]
    const url = await plainBot((response, body) => {
      ids.push(JSON.parse(body).header.event_id)
      answers[ids.length - 1]?.(response)
    })
    const sandbox = await openSandbox({ clockScale: 1_000_000, settings: { ackWindowMs: 500 } })
    await toWebhook(sandbox, url)
    const said = await sandbox.say({ user: 'alice', text: 'hi' })
    expect(await sandbox.waitForDeliveries()).toEqual({ acked: 1, givenUp: 0 })
    expect(new Set(ids)).toEqual(new Set(said.eventIds))
    expect(await sandbox.deliveries()).toMatchObject([
      { state: 'acked', attempts: 5, failures: ['refused', 'refused', 'not-connected', 'timeout'] },
    ])
  })

  it.each([
    ['an answer that is no JSON', 'yes', 'failed', 200672],
    ['a toast of an unknown type', '{"toast":{"type":"loud","content":"x"}}', 'failed', 200672],
    ['a card without data', '{"card":{"type":"raw"}}', 'failed', 200673],
    ['a card of an unknown schema', '{"card":{"type":"raw","data":{"schema":"3.0"}}}', 'failed', 200673],
    ['nothing', '', 'answered', undefined],
    ['an empty object', '{}', 'answered', undefined],
  ])('judges %s to a card action', async (_name, body, outcome, code) => {
    const sandbox = await openSandbox()
    await toWebhook(sandbox, await plainBot((response) => response.end(body)))
    const result = await click(sandbox)
    expect([result.outcome, result.code]).toEqual([outcome, code])
  })

  it('tells what a failed callback shows to the user', async () => {
    const sandbox = await openSandbox()
    await toWebhook(sandbox, await plainBot((response) => response.writeHead(404).end()))
    expect(await click(sandbox)).toMatchObject({ outcome: 'failed', code: 200671 })
    await toWebhook(sandbox, await plainBot((response) => response.destroy()))
    expect(await click(sandbox)).toMatchObject({ outcome: 'not-connected', code: 200342 })
    await toWebhook(sandbox, await plainBot(() => {}))
    await sandbox.configure({ ackWindowMs: 20 })
    expect(await click(sandbox)).toMatchObject({ outcome: 'timeout', code: 200341 })
  })

  it('refuses a request URL that fails its challenge, and keeps what was', async () => {
    const sandbox = await openSandbox()
    const wrong = await requestUrlOf((_request, response) => void response.end('{"challenge":"other"}'))
    const broken = await requestUrlOf((_request, response) => void response.writeHead(500).end())
    await expect(toWebhook(sandbox, wrong)).rejects.toThrow('answered HTTP 200 without the challenge')
    await expect(toWebhook(sandbox, broken)).rejects.toThrow('answered HTTP 500')
    await expect(toWebhook(sandbox, 'http://127.0.0.1:1/')).rejects.toThrow('cannot be reached')
    await expect(toWebhook(sandbox, 'ftp://127.0.0.1/')).rejects.toThrow('starts with http:// or https://')
    const { appId } = firstApp(sandbox)
    await expect(sandbox.setDelivery({ appId, delivery: 'pigeon' as never } as never)).rejects.toThrow('"pigeon"')
    expect(sandbox.apps[0]?.delivery).toBe('websocket')
  })
})
