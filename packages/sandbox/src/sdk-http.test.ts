import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import {
  AESCipher,
  adaptDefault,
  adaptExpress,
  adaptKoa,
  adaptKoaRouter,
  CardActionHandler,
  EventDispatcher,
  generateChallenge,
} from '@larksuiteoapi/node-sdk'
import { describe, expect, it } from 'vitest'
import { firstApp, openSandbox, silent } from './testing/open-sandbox.ts'
import { requestPath, requestUrlOf } from './testing/request-url.ts'
import { encryptBody } from './webhook.ts'

type Listens = EventDispatcher | CardActionHandler
interface KoaContext {
  originalUrl: string | undefined
  req: IncomingMessage
  request: object
  body?: unknown
}

const encryptKey = 'test key'
const options = { autoChallenge: true }
const next = async () => {}

/** What Koa does around middleware: it makes the context, and sends the body that was put into it. */
function underKoa(middleware: (context: KoaContext, next: () => Promise<void>) => Promise<void>): RequestListener {
  return async (req, response) => {
    const context: KoaContext = { originalUrl: req.url, req, request: {} }
    await middleware(context, next)
    response.end(typeof context.body === 'string' ? context.body : JSON.stringify(context.body))
  }
}

/** What Express adds to a response. */
function underExpress(handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>): RequestListener {
  return (request, response) =>
    void handler(request, Object.assign(response, { json: (value: unknown) => response.end(JSON.stringify(value)) }))
}

const adaptors: [name: string, adapt: (handler: Listens) => RequestListener][] = [
  ['adaptDefault', (handler) => adaptDefault(requestPath, handler, options)],
  ['adaptExpress', (handler) => underExpress(adaptExpress(handler, options))],
  ['adaptKoa', (handler) => underKoa(adaptKoa(requestPath, handler, options))],
  ['adaptKoaRouter', (handler) => underKoa(adaptKoaRouter(handler, options))],
]

const event = { operator: {}, token: 'c-1', action: { tag: 'button', value: { item: 7 } }, host: 'im_message' }

describe.each(adaptors)("the official node SDK's %s on the sandbox", (_name, adapt) => {
  it.each([
    ['sealed', { encryptKey }],
    ['plain', {}],
  ])('answers the challenge, hears events and answers callbacks: %s', async (_kind, keys) => {
    const sandbox = await openSandbox()
    const { appId, verificationToken } = firstApp(sandbox)
    const texts: string[] = []
    const dispatcher = new EventDispatcher({ ...keys, verificationToken, logger: silent }).register({
      'im.message.receive_v1': (data: { message: { content: string } }) => {
        texts.push(JSON.parse(data.message.content).text)
      },
      'card.action.trigger': () => ({ toast: { type: 'info', content: '好的' } }),
    })
    const requestUrl = await requestUrlOf(adapt(dispatcher))
    const app = await sandbox.setDelivery({ appId, delivery: 'webhook', requestUrl, ...keys })
    expect(app).toMatchObject({ delivery: 'webhook', callbackDelivery: 'webhook' })
    await sandbox.say({ user: 'alice', text: '你好' })
    expect(await sandbox.waitForDeliveries()).toEqual({ acked: 1, givenUp: 0 })
    expect(texts).toEqual(['你好'])
    const answer = await sandbox.pushCallback({ appId, eventType: 'card.action.trigger', event })
    expect(answer).toMatchObject({ outcome: 'answered', response: { toast: { type: 'info', content: '好的' } } })
  })

  it('serves a handler of cards alone', async () => {
    const sandbox = await openSandbox()
    const { appId, verificationToken } = firstApp(sandbox)
    const clicked: unknown[] = []
    const cards = new CardActionHandler({ encryptKey, verificationToken, logger: silent }, (data: typeof event) => {
      clicked.push(data.action.value)
      return { toast: { type: 'success', content: 'ordered' } }
    })
    await sandbox.setDelivery({ appId, delivery: 'webhook', requestUrl: await requestUrlOf(adapt(cards)), encryptKey })
    const answer = await sandbox.pushCallback({ appId, eventType: 'card.action.trigger', event })
    expect(answer).toMatchObject({ outcome: 'answered', response: { toast: { content: 'ordered' } } })
    expect(clicked).toEqual([{ item: 7 }])
  })
})

describe('the official node SDK reads what the sandbox seals', () => {
  it('does not hand over what was signed with another key', async () => {
    const heard: unknown[] = []
    const dispatcher = new EventDispatcher({ encryptKey: 'another key', logger: silent }).register({
      'im.message.receive_v1': (data: unknown) => heard.push(data),
    })
    const requestUrl = await requestUrlOf(adaptDefault(requestPath, dispatcher))
    const sandbox = await openSandbox({ apps: [{ requestUrl, encryptKey }] })
    await sandbox.say({ user: 'alice', text: 'hello' })
    await sandbox.waitForDeliveries()
    expect(heard).toEqual([])
  })

  it('opens its bodies and answers its challenge', () => {
    const text = JSON.stringify({ type: 'url_verification', challenge: '翠雀', token: 't' })
    const encrypt = encryptBody(encryptKey, text)
    expect(new AESCipher(encryptKey).decrypt(encrypt)).toBe(text)
    expect(generateChallenge({ encrypt }, { encryptKey })).toEqual({
      isChallenge: true,
      challenge: { challenge: '翠雀' },
    })
  })
})
