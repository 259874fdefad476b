import { request as httpRequest } from 'node:http'
import { EventDispatcher, WSClient } from '@larksuiteoapi/node-sdk'
import { describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import type { Sandbox } from './start-sandbox.ts'
import {
  afterTest,
  discover,
  envelopeOf,
  firstApp,
  headersOf,
  openSandbox,
  request,
  silent,
  WireClient,
} from './testing/open-sandbox.ts'

const ping = { appId: '', eventType: 'test.ping', event: { words: 'hello' } }

async function pushOne(sandbox: Sandbox): Promise<string> {
  const { eventIds } = await sandbox.pushEvent({ ...ping, appId: firstApp(sandbox).appId })
  return eventIds[0] ?? ''
}

/** The status and the handshake headers of a refused upgrade. */
function refusal(url: string): Promise<{ status: number | undefined; headers: (string | string[] | undefined)[] }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url)
    socket.on('open', () => reject(new Error('the handshake was accepted')))
    socket.on('error', () => {})
    socket.on('unexpected-response', (_request, { statusCode, headers }) => {
      const names = ['handshake-status', 'handshake-msg', 'handshake-autherrcode']
      resolve({ status: statusCode, headers: names.map((name) => headers[name]) })
      socket.terminate()
    })
  })
}

describe('endpoint discovery', () => {
  it('answers an address whose ids stand behind the first key, and all four settings of clients', async () => {
    const sandbox = await openSandbox()
    const { status, body } = await discover(sandbox)
    expect({ status, code: body.code }).toEqual({ status: 200, code: 0 })
    const keys = [...new URL(body.data.URL).searchParams.keys()]
    expect(keys).toEqual(['fpid', 'aid', 'device_id', 'access_key', 'service_id', 'ticket'])
    expect(new URL(body.data.URL).searchParams.get('device_id')).toMatch(/^\d{19}$/)
    expect(body.data.ClientConfig).toEqual({
      ReconnectCount: -1,
      ReconnectInterval: 120,
      ReconnectNonce: 30,
      PingInterval: 120,
    })
  })

  it('refuses unknown apps and wrong secrets, with data or without', async () => {
    const sandbox = await openSandbox()
    const { appId } = firstApp(sandbox)
    const ask = async (body: unknown) => (await request(sandbox, 'POST', '/callback/ws/endpoint', { body })).body
    expect(await ask({ AppID: appId, AppSecret: 'wrong' })).toMatchObject({ code: 1000040345, data: {} })
    expect(await ask({ AppID: 'cli_0000000000000000', AppSecret: 'x' })).toMatchObject({ code: 1000040346, data: {} })
    expect((await ask('garbage')).code).toBe(1000040346)
    await sandbox.configure({ endpointErrorData: 'absent' })
    expect(await ask({ AppID: appId, AppSecret: 'wrong' })).toEqual({ code: 1000040345, msg: expect.any(String) })
  })

  it('leads back to the host by which it was asked', async () => {
    const sandbox = await openSandbox()
    const { appId, appSecret } = firstApp(sandbox)
    const { port } = new URL(sandbox.url)
    const answer = await new Promise<string>((resolve, reject) => {
      const options = { port, method: 'POST', path: '/callback/ws/endpoint', headers: { host: `feishu.test:${port}` } }
      const asking = httpRequest(options, async (response) =>
        resolve(Buffer.concat(await response.toArray()).toString()),
      )
      asking.on('error', reject).end(JSON.stringify({ AppID: appId, AppSecret: appSecret }))
    })
    expect(new URL(JSON.parse(answer).data.URL).host).toBe(`feishu.test:${port}`)
  })

  it('can be told to fail with any code', async () => {
    const sandbox = await openSandbox()
    await sandbox.addFault({
      api: 'POST /callback/ws/endpoint',
      times: 1,
      status: 200,
      body: { code: 1000040343, msg: 'internal error', data: {} },
    })
    expect(await discover(sandbox)).toMatchObject({ status: 200, body: { code: 1000040343 } })
    expect((await discover(sandbox)).body.code).toBe(0)
  })
})

describe('the handshake', () => {
  it('takes each ticket once', async () => {
    const sandbox = await openSandbox()
    const { body } = await discover(sandbox)
    const first = new WireClient(body.data.URL)
    await new Promise((resolve) => first.socket.once('open', resolve))
    expect(await refusal(body.data.URL)).toEqual({ status: 403, headers: ['403', 'ticket is invalid', '0'] })
    const other = body.data.URL.replace('/ws/v2', '/ws/v3')
    expect((await refusal(other)).status).toBe(404)
  })

  it('refuses more links than the limit with the codes in its headers', async () => {
    const sandbox = await openSandbox({ settings: { maxLinksPerApp: 2 } })
    await WireClient.connect(sandbox)
    await WireClient.connect(sandbox)
    const { body } = await discover(sandbox)
    expect(await refusal(body.data.URL)).toEqual({
      status: 403,
      headers: ['514', 'the number of connections exceeded the limit', '1000040350'],
    })
  })
})

describe('a link', () => {
  it('answers pings with the settings of clients, which can change meanwhile', async () => {
    const sandbox = await openSandbox()
    const client = await WireClient.connect(sandbox)
    await sandbox.configure({
      clientConfig: { ReconnectCount: 1, ReconnectInterval: 2, ReconnectNonce: 3, PingInterval: 4 },
    })
    client.ping()
    await client.until(() => client.pongs.length === 1)
    expect(headersOf(client.pongs[0], 'type')).toEqual(['pong'])
    expect(envelopeOf(client.pongs[0]).PingInterval).toBe(4)
    await sandbox.configure({ pong: false })
    client.ping()
    client.socket.ping()
    await new Promise((resolve) => client.socket.once('pong', resolve))
    expect(client.pongs).toHaveLength(1)
    expect(await sandbox.links()).toMatchObject([{ pings: 3, state: 'open' }])
  })

  it('carries data frames with all headers, the JSON envelope and the required fields', async () => {
    const sandbox = await openSandbox()
    const client = await WireClient.connect(sandbox)
    const eventId = await pushOne(sandbox)
    await client.until(() => client.data.length === 1)
    const [frame] = client.data
    expect(headersOf(frame, 'type', 'sum', 'seq')).toEqual(['event', '1', '0'])
    const [messageId, traceId, timestamp] = headersOf(frame, 'message_id', 'trace_id', 'timestamp')
    expect([messageId, traceId]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^\w{32}$/)])
    expect(Number(timestamp)).toBeGreaterThan(1_700_000_000_000)
    expect(envelopeOf(frame)).toEqual({
      schema: '2.0',
      header: {
        event_id: eventId,
        event_type: 'test.ping',
        create_time: expect.stringMatching(/^\d{13}$/),
        token: expect.any(String),
        app_id: firstApp(sandbox).appId,
        tenant_key: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
      event: { words: 'hello' },
    })
  })

  it('ends by a Close frame and the end of TCP, by the end alone, or by a reset', async () => {
    const sandbox = await openSandbox()
    const codes: Record<string, number | undefined> = {}
    for (const how of ['close', 'end', 'reset'] as const) {
      const client = await WireClient.connect(sandbox)
      await sandbox.dropLinks({ how, code: 1001 })
      await client.until(() => client.closeCode !== undefined)
      codes[how] = client.closeCode
      await sandbox.waitForLinks({ count: 0 })
    }
    expect(codes).toEqual({ close: 1001, end: 1006, reset: 1006 })
  })

  it('swallows everything when it is stalled, and counts it', async () => {
    const sandbox = await openSandbox()
    const client = await WireClient.connect(sandbox)
    await sandbox.stallLinks()
    await pushOne(sandbox)
    client.ping()
    await expect.poll(async () => (await sandbox.links())[0]?.swallowedFrames).toBe(1)
    expect(await sandbox.links()).toMatchObject([{ state: 'stalled', pings: 1 }])
    expect(client.frames).toEqual([])
    await expect(sandbox.waitForLinks({ timeoutMs: 10 })).rejects.toThrow('0 links instead of 1')
    await sandbox.dropLinks()
    await client.until(() => client.closeCode !== undefined)
  })

  it('survives messages that are no frames', async () => {
    const sandbox = await openSandbox()
    const client = await WireClient.connect(sandbox)
    for (const garbage of ['text', Buffer.from([1, 2, 3]), Buffer.alloc(0), Buffer.alloc(1000, 0xff)]) {
      client.socket.send(garbage)
    }
    client.send({ seqId: 0, logId: 0, service: 0, method: 1, headers: [], payload: undefined })
    client.send({
      seqId: 0,
      logId: 0,
      service: 0,
      method: 9,
      headers: [['message_id', 'x']],
      payload: Buffer.from('{'),
    })
    client.ping()
    await client.until(() => client.pongs.length === 1)
    expect(await sandbox.links()).toMatchObject([{ badFrames: 4, pings: 2 }])
  })

  it('carries raw bytes, for tests of what a client survives', async () => {
    const sandbox = await openSandbox()
    const client = await WireClient.connect(sandbox)
    const messages: [string, boolean][] = []
    client.socket.removeAllListeners('message')
    client.socket.on('message', (data: Buffer, isBinary) => messages.push([data.toString(), isBinary]))
    const { appId } = firstApp(sandbox)
    expect(await sandbox.pushRaw({ appId, data: 'no frame', encoding: 'text' })).toEqual({ links: 1 })
    await sandbox.pushRaw({ appId, data: Buffer.from('bytes').toString('base64') })
    await expect
      .poll(() => messages)
      .toEqual([
        ['no frame', false],
        ['bytes', true],
      ])
  })
})

describe('the first data frame', () => {
  it('is lost by the node SDK when it shares the segment of the handshake, and arrives when pushed again', async () => {
    const sandbox = await openSandbox({ settings: { firstData: 'at-once' } })
    await pushOne(sandbox)
    const { appId, appSecret } = firstApp(sandbox)
    const received: string[] = []
    const client = new WSClient({ appId, appSecret, domain: sandbox.url, logger: silent })
    afterTest(() => client.close({ force: true }))
    const eventDispatcher = new EventDispatcher({ logger: silent })
    await client.start({
      eventDispatcher: eventDispatcher.register({
        'test.ping': (data: { words: string }) => received.push(data.words),
      }),
    })
    await sandbox.waitForLinks()
    await expect.poll(async () => (await sandbox.links())[0]?.pings).toBe(1)
    expect(await sandbox.links()).toMatchObject([{ dataFrames: 1, acks: 0 }])
    await pushOne(sandbox)
    await expect.poll(async () => (await sandbox.deliveries({ state: 'acked' })).length).toBe(1)
    expect(received).toEqual(['hello'])
  })
})
