import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { SandboxSettingsChange } from './control.ts'
import { type FaultKind, faultKinds } from './fault-kinds.ts'
import { frameHeader } from './frame.ts'
import type { Sandbox } from './start-sandbox.ts'
import {
  afterTest,
  envelopeOf,
  firstApp,
  headersOf,
  openSandbox,
  request,
  sendText,
  tenantToken,
  WireClient,
} from './testing/open-sandbox.ts'

const api = 'POST /open-apis/im/v1/messages'

async function groupOf(sandbox: Sandbox): Promise<string> {
  const [chat] = await sandbox.chats()
  return chat?.chatId ?? ''
}

/** A link, and what is said while the settings hold; the words in the order in which they arrived. */
async function wordsPushed(settings: SandboxSettingsChange, words: readonly string[]): Promise<string[]> {
  const sandbox = await openSandbox({ settings })
  const client = await WireClient.connect(sandbox)
  for (const text of words) await sandbox.say({ user: 'alice', text })
  await client.until(() => client.data.length >= words.length * (settings.pushCopies ?? 1))
  return client.data.map((frame) => JSON.parse(envelopeOf(frame).event.message.content).text)
}

describe('faults of calls', () => {
  it('cut an answer in the middle, after the effect', async () => {
    const sandbox = await openSandbox()
    const token = await tenantToken(sandbox)
    const chatId = await groupOf(sandbox)
    await sandbox.addFault({ api, times: 1, drop: 'midway' })
    await expect(sendText(sandbox, token, chatId, 'half')).rejects.toThrow('terminated')
    expect(await sandbox.messages({ chatId })).toMatchObject([{ text: 'half' }])
    expect(await sandbox.ledger()).toMatchObject([{ accepted: true, answered: false }])
  })

  it('limit the rate with the documented status and headers', async () => {
    const sandbox = await openSandbox()
    await sandbox.addFault({ code: 99991400, times: 1 })
    const { status, headers, body } = await request(sandbox, 'GET', '/open-apis/bot/v3/info')
    expect({ status, code: body.code }).toEqual({ status: 429, code: 99991400 })
    expect(headers.get('x-ogw-ratelimit-limit')).toBe('50')
    expect(headers.get('x-ogw-ratelimit-reset')).toBe('1')
  })
})

describe('faults that no answer could carry', () => {
  it.each([
    [{ status: 99 }, '"status" is a whole number from 200 to 599, received 99'],
    [{ code: 'x' }, '"code" is a whole number'],
    [{ times: -1 }, '"times" is a whole number'],
    [{ delayMs: 1e12 }, '"delayMs" is a whole number'],
    [{ drop: 'always' }, '"drop" is before, after or midway'],
    [{ headers: { 'a b': 'c' } }, 'header "a b" cannot be sent'],
    [{ headers: { a: 'c\n' } }, 'header "a" cannot be sent'],
    [{ api: 'typo' }, 'There is no API "typo"; the nearest is "'],
    [{ api: 'POST /open-apis/im/v1/message' }, 'the nearest is "POST /open-apis/im/v1/messages".'],
    [{ api: '/open-apis/bot/v3/info' }, 'the nearest is "GET /open-apis/bot/v3/info".'],
    [{ api: 'POST /callback/ws/endpoints' }, 'the nearest is "POST /callback/ws/endpoint".'],
    [{ api: 'GET /open-apis/im/v1/chats/oc_1' }, 'the nearest is "GET /open-apis/im/v1/chats/:chat_id".'],
    [{ api: 7 }, 'There is no API 7'],
    [{ appId: 'cli_1' }, 'There is no app "cli_1"'],
    [{ delay: 5 }, 'A fault has no "delay"; it has times, status, code, delayMs, api'],
  ])('are refused: %j', async (fault, sentence) => {
    const sandbox = await openSandbox()
    await expect(sandbox.addFault(fault as never)).rejects.toThrow(sentence)
    expect(await sandbox.faultCounts()).toEqual([])
  })
})

describe('faults of tokens', () => {
  it('void one kind and leave the others', async () => {
    const sandbox = await openSandbox()
    const token = await tenantToken(sandbox)
    expect(await sandbox.voidTokens({ kind: 'user' })).toEqual({ count: 0 })
    expect((await request(sandbox, 'GET', '/open-apis/bot/v3/info', { token })).status).toBe(200)
    expect(await sandbox.voidTokens({ kind: 'tenant' })).toEqual({ count: 1 })
    expect((await request(sandbox, 'GET', '/open-apis/bot/v3/info', { token })).body.code).toBe(99991663)
  })
})

describe('faults of delivery', () => {
  it('push each event several times with one event_id', async () => {
    expect(await wordsPushed({ pushCopies: 3 }, ['hi'])).toEqual(['hi', 'hi', 'hi'])
  })

  it('push in batches from back to front, and what is left over as well', async () => {
    const words = ['1', '2', '3', '4', '5']
    expect(await wordsPushed({ reversedBatch: 2 }, words)).toEqual(['2', '1', '4', '3', '5'])
  })

  it('send chunks last first', async () => {
    const sandbox = await openSandbox({ settings: { chunks: 3, chunkOrder: 'reversed' } })
    const client = await WireClient.connect(sandbox)
    await sandbox.say({ user: 'alice', text: 'hi' })
    await client.until(() => client.data.length === 3)
    expect(client.data.map((frame) => frameHeader(frame, 'seq'))).toEqual(['2', '1', '0'])
    expect(new Set(client.data.flatMap((frame) => headersOf(frame, 'message_id'))).size).toBe(1)
  })

  it('keep the last chunk back', async () => {
    const sandbox = await openSandbox({ settings: { chunks: 3, chunkOrder: 'incomplete' } })
    const client = await WireClient.connect(sandbox)
    await sandbox.say({ user: 'alice', text: 'hi' })
    await client.until(() => client.data.length === 2)
    expect(client.data.map((frame) => frameHeader(frame, 'seq'))).toEqual(['0', '1'])
  })
})

describe('faults of webhooks and uuids', () => {
  it('sign by another clock', async () => {
    const sandbox = await openSandbox({ settings: { webhookSkewMs: -3_600_000 } })
    let signedAtMs = 0
    const server = createServer((request, response) => {
      signedAtMs = Number(request.headers['x-lark-request-timestamp']) * 1000
      response.end('{}')
    }).listen(0, '127.0.0.1')
    afterTest(() => server.close())
    await once(server, 'listening')
    const requestUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const app = await sandbox.addApp({ requestUrl, encryptKey: 'key' })
    await sandbox.openMenu({ user: 'alice', appId: app.appId, eventKey: 'help' })
    await sandbox.waitForDeliveries()
    expect(Math.round((Date.now() - signedAtMs) / 60_000)).toBe(60)
  })

  it('let a uuid that comes again have an effect again', async () => {
    const sandbox = await openSandbox({ settings: { collapseUuids: false } })
    const token = await tenantToken(sandbox)
    const chatId = await groupOf(sandbox)
    for (const text of ['one', 'two']) await sendText(sandbox, token, chatId, text, { uuid: 'same' })
    expect(await sandbox.messages({ chatId })).toMatchObject([{ text: 'one' }, { text: 'two' }])
  })
})

describe('faults of links', () => {
  it('answer pings late', async () => {
    const sandbox = await openSandbox()
    const client = await WireClient.connect(sandbox)
    await sandbox.configure({ pongDelayMs: 50 })
    client.ping()
    await sandbox.say({ user: 'alice', text: 'hi' })
    await client.until(() => client.data.length === 1)
    expect(client.pongs).toEqual([])
    await client.until(() => client.pongs.length === 1)
  })

  it('flood them with garbage, between which events still arrive', async () => {
    const sandbox = await openSandbox()
    const client = await WireClient.connect(sandbox)
    let messages = 0
    client.socket.removeAllListeners('message')
    client.socket.on('message', () => {
      messages += 1
    })
    expect(await sandbox.pushGarbage({ appId: firstApp(sandbox).appId, count: 25 })).toEqual({ links: 1 })
    await sandbox.say({ user: 'alice', text: 'hi' })
    await new Promise<void>((resolve) => client.socket.on('message', () => messages === 26 && resolve()))
    expect(await sandbox.links()).toMatchObject([{ state: 'open', dataFrames: 26 }])
  })
})

describe('the list of faults', () => {
  it.each(faultKinds.map((kind: FaultKind) => [kind.name, kind] as const))(
    '%s is a verb that works',
    async (_, kind) => {
      const sandbox = await openSandbox()
      const run = sandbox[kind.verb] as (argument: unknown) => Promise<unknown>
      await expect(run.call(sandbox, kind.argument)).resolves.not.toThrow()
    },
  )

  it('is in the README', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const missing = faultKinds.filter(({ name, verb }) => !readme.includes(`| ${name} | \`${verb}\` |`))
    expect(missing).toEqual([])
  })
})
