import type { ServerResponse } from 'node:http'
import { json as jsonOf } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { type Platform, startPlatform } from '../testing/link-platform.ts'
import { appOf } from '../testing/supervised-link.ts'
import { systemClock } from './clock.ts'
import { discoverEndpoint } from './endpoint.ts'

const secret = 'secret-canary-1234567890'

async function discover(platform: Platform, timeoutMs = 2000, signal = new AbortController().signal) {
  const app = appOf(platform.url, { appId: 'cli_0123456789abcdef', appSecret: secret })
  return discoverEndpoint({ app, proxy: {}, timeoutMs, clock: systemClock, signal })
}

const json =
  (body: unknown, status = 200) =>
  (response: ServerResponse) => {
    response.statusCode = status
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
const refused = ['refused', 'CONNECTION_REFUSED'] as const
const limit = ['limit', 'CONNECTION_LIMIT'] as const
const busy = ['busy', 'CONNECTION_FAILED'] as const
const answer = ['answer', 'CONNECTION_FAILED'] as const
const address = ['address', 'CONNECTION_FAILED'] as const
const url = (URL: unknown) => json({ code: 0, msg: '', data: { URL, ClientConfig: {} } })

test.each([
  ['code 1000040345 with data null', json({ code: 1000040345, msg: 'no', data: null }), refused],
  ['code 1000040346 without data', json({ code: 1000040346, msg: 'no' }), refused],
  ['code 514 with empty data', json({ code: 514, msg: 'no', data: {} }), refused],
  ['code 403', json({ code: 403, msg: 'no', data: {} }), refused],
  ['code 1000040344 with HTTP 400', json({ code: 1000040344, msg: 'no' }, 400), refused],
  ['code 1000040350', json({ code: 1000040350, msg: 'no', data: {} }), limit],
  ['code 1000040350 with HTTP 500', json({ code: 1000040350, msg: 'no' }, 500), limit],
  ['code 1', json({ code: 1, msg: 'busy', data: {} }), busy],
  ['code 1000040343', json({ code: 1000040343, msg: 'internal', data: null }), busy],
  ['a code that nobody knows', json({ code: 77, msg: 'news' }), busy],
  ['HTTP 503 with HTML', json('<html>', 503), busy],
  ['HTTP 403 with HTML', json('<html>', 403), answer],
  ['HTTP 404 with code 0', json({ code: 0 }, 404), answer],
  ['HTTP 200 with HTML', json('<html>'), answer],
  ['half of the JSON', json('{"code":0,"data":{"URL":"ws:'), answer],
  ['nothing', json(''), answer],
  ['a list', json([]), answer],
  ['null', json('null'), answer],
  ['a code that is a text', json({ code: '0', data: {} }), answer],
  ['more than anybody reads', json('x'.repeat(200_000)), answer],
  ['code 0 without data', json({ code: 0, msg: '' }), answer],
  ['code 0 with data null', json({ code: 0, msg: '', data: null }), answer],
  ['an address that is a number', url(7), answer],
  ['an address that is none', url('not an address'), answer],
  ['an address elsewhere', url('wss://evil.example/ws'), address],
  ['an address elsewhere in the clear', url('ws://evil.example/ws'), address],
  ['an address that only ends alike', url('wss://evilfeishu.cn/ws'), address],
  ['an address of the platform in the clear', url('ws://msg-frontier.feishu.cn/ws'), address],
  ['an address with the name in the path', url('wss://evil.example/msg-frontier.feishu.cn'), address],
  ['an address with the name as its user', url('wss://msg-frontier.feishu.cn@evil.example/ws'), address],
  ['an http address', url('https://msg-frontier.feishu.cn/ws'), address],
] as const)('an answer with %s is a failure with a reason', async (_, reply, [reason, code]) => {
  await using platform = await startPlatform()
  platform.endpoint = (_request, response) => reply(response)
  const failure = await discover(platform)
  expect(failure).toMatchObject({ reason, error: { code, platform: { api: 'POST /callback/ws/endpoint' } } })
})

test('a redirect is not followed, for the secret would go along', async () => {
  await using platform = await startPlatform()
  platform.endpoint = (_, response) => response.writeHead(307, { location: platform.url }).end()
  expect(await discover(platform)).toMatchObject({ reason: 'answer', error: { platform: { httpStatus: 307 } } })
  expect(platform.pulls()).toBe(1)
})

test.each([
  ['wss://msg-frontier.feishu.cn/ws/v2?a=1&service_id=7'],
  ['wss://msg-frontier.larksuite.com/ws/v2'],
  ['ws://localhost:9/ws'],
])('the address %s is taken', async (given) => {
  await using platform = await startPlatform()
  platform.endpoint = (_, response) => url(given)(response)
  expect(await discover(platform)).toMatchObject({ url: new URL(given), answer: { data: { URL: given } } })
})

test.each([
  [{ PingInterval: 90, ReconnectCount: -1, ReconnectInterval: 90, ReconnectNonce: 25 }, 90_000],
  [{ PingInterval: 0 }, 120_000],
  [{ PingInterval: -5 }, 120_000],
  [{ PingInterval: '90' }, 120_000],
  [{ PingInterval: null }, 120_000],
  [{}, 120_000],
  [null, 120_000],
  [undefined, 120_000],
])('the configuration %j gives a usable ping interval', async (ClientConfig, pingIntervalMs) => {
  await using platform = await startPlatform()
  const data = { URL: 'wss://msg-frontier.feishu.cn/ws', ClientConfig }
  platform.endpoint = (_, response) => json({ code: 0, msg: '', data })(response)
  const endpoint = await discover(platform)
  expect(endpoint).toMatchObject({ pingIntervalMs })
  for (const value of Object.values('answer' in endpoint ? endpoint.answer.data.ClientConfig : {})) {
    expect(value).not.toBeNaN()
  }
})

test('the question holds app id, secret and language', async () => {
  await using platform = await startPlatform()
  const asked = Promise.withResolvers<unknown>()
  platform.endpoint = async (request, response) => {
    const body = await jsonOf(request)
    asked.resolve([request.method, request.url, request.headers.locale, body])
    json({ code: 1 })(response)
  }
  await discover(platform)
  expect(await asked.promise).toEqual([
    'POST',
    '/callback/ws/endpoint',
    'zh',
    { AppID: 'cli_0123456789abcdef', AppSecret: secret },
  ])
})

test.each([
  ['nothing', () => {}],
  ['only a head', (response: ServerResponse) => void response.writeHead(200).write('{')],
])('a platform that answers %s is given up after the deadline, without a socket left', async (_, reply) => {
  await using platform = await startPlatform()
  platform.endpoint = (_request, response) => reply(response)
  expect(await discover(platform, 50)).toMatchObject({ reason: 'timeout', error: { code: 'CONNECTION_FAILED' } })
  while (platform.sockets.size > 0) await new Promise(setImmediate)
})

test('a platform that ends the connection in the middle is unreachable', async () => {
  await using platform = await startPlatform()
  platform.endpoint = (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"code"')
    setImmediate(() => response.destroy())
  }
  expect(await discover(platform)).toMatchObject({ reason: 'unreachable' })
})

test('a platform that is not there is unreachable, and the message says which', async () => {
  const platform = await startPlatform()
  await platform[Symbol.asyncDispose]()
  const failure = await discover(platform)
  expect(failure).toMatchObject({ reason: 'unreachable', error: { message: expect.stringContaining(platform.url) } })
})

test('an abort ends the question at once', async () => {
  await using platform = await startPlatform()
  const stop = new AbortController()
  platform.endpoint = () => stop.abort()
  await discover(platform, 60_000, stop.signal)
})

test('a secret that the platform repeats is not passed on', async () => {
  await using platform = await startPlatform()
  platform.endpoint = (_, response) => json({ code: 514, msg: `wrong: ${secret}` })(response)
  const failure = await discover(platform)
  expect(JSON.stringify(failure)).not.toContain(secret)
  expect(failure).toMatchObject({ error: { message: expect.stringContaining('wrong: ***') } })
})
