import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { controlVerbs } from './control.ts'
import { connectSandbox } from './http-control.ts'
import { type Sandbox, startSandbox } from './start-sandbox.ts'
import {
  discover,
  envelopeOf,
  firstApp,
  openSandbox,
  request,
  sendText,
  tenantToken,
  WireClient,
} from './testing/open-sandbox.ts'

let sandbox: Sandbox | undefined

/** Whatever was done to it, the sandbox serves the next one as ever. */
afterEach(async () => {
  if (!sandbox) return
  await sandbox.reset()
  await sandbox.dropLinks()
  await sandbox.waitForLinks({ count: 0 })
  const client = await WireClient.connect(sandbox)
  const { chatId } = await sandbox.say({ user: 'alice', text: 'still there?' })
  expect((await sendText(sandbox, await tenantToken(sandbox), chatId, 'yes')).status).toBe(200)
  await client.until(() =>
    client.data.some((frame) => envelopeOf(frame).event.message?.content.includes('still there?')),
  )
  await sandbox.close()
  sandbox = undefined
})

/** One that ends after the test, when it was seen to live on. */
async function oneThatLivesOn(options: Parameters<typeof startSandbox>[0] = {}): Promise<Sandbox> {
  sandbox = await startSandbox(options)
  return sandbox
}

function multipart(parts: readonly string[], boundary = 'xyz'): { body: string; headers: Record<string, string> } {
  return { body: parts.join('\r\n'), headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } }
}

describe('malformed frames', () => {
  it.each([
    ['text', '{"ping": true}'],
    ['bytes that are no frame', Buffer.from('ffffffffffffffff', 'hex')],
    ['nothing', Buffer.alloc(0)],
    ['a frame that was cut off', Buffer.from('08011002', 'hex')],
  ])('are counted, and the link stays: %s', async (_name, data) => {
    const lives = await oneThatLivesOn()
    const client = await WireClient.connect(lives)
    client.socket.send(data)
    client.ping()
    await client.until(() => client.pongs.length === 1)
    expect(await lives.links()).toMatchObject([{ state: 'open', badFrames: 1 }])
  })

  it('end the link when they are over a megabyte', async () => {
    const lives = await oneThatLivesOn()
    const client = await WireClient.connect(lives)
    client.socket.send(Buffer.alloc(1024 * 1024 + 1))
    await client.until(() => client.closeCode !== undefined)
    expect(client.closeCode).toBe(1009)
  })

  it('acknowledge nothing when they name no push, and a foreign link may acknowledge', async () => {
    const lives = await oneThatLivesOn({ settings: { repushMs: [] } })
    const client = await WireClient.connect(lives)
    const { eventIds } = await lives.say({ user: 'alice', text: 'hi' })
    await client.until(() => client.data.length === 1)
    const [frame] = client.data
    if (!frame) throw new Error('no frame')
    client.send({ ...frame, headers: [['type', 'event']] })
    client.send({
      ...frame,
      headers: [
        ['type', 'event'],
        ['message_id', 'unknown'],
      ],
    })
    client.ack(frame)
    await lives.waitForDeliveries()
    expect(await lives.deliveries({ eventId: eventIds[0] ?? '' })).toMatchObject([{ state: 'acked', acks: 1 }])
  })
})

describe('malformed bodies', () => {
  const path = '/open-apis/im/v1/messages?receive_id_type=open_id'

  it.each([
    ['no JSON', '{"a":', 9499],
    ['a list, as an SDK without a body may send', '[]', 9499],
    ['a number', '7', 9499],
    ['null', 'null', 9499],
    ['deeper than a stack', '['.repeat(200_000), 9499],
    ['fields of other types', '{"receive_id": {}, "msg_type": [], "content": 1}', 99992402],
    ['names that objects have', '{"__proto__": {"receive_id": "x"}, "constructor": 1}', 99992402],
  ])('are refused by a documented code: %s', async (_name, body, code) => {
    const lives = await oneThatLivesOn()
    const answer = await request(lives, 'POST', path, { token: await tenantToken(lives), body })
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 400, code })
  })

  it.each([
    ['no boundary', { body: 'x', headers: { 'content-type': 'multipart/form-data' } }],
    ['no end', multipart(['--xyz', 'Content-Disposition: form-data; name="image"; filename="a.png"', '', 'x'])],
    ['no parts', multipart(['--xyz--', ''])],
    ['no names', multipart(['--xyz', 'Content-Disposition: form-data', '', 'x', '--xyz--', ''])],
  ])('are refused as uploads: %s', async (_name, options) => {
    const lives = await oneThatLivesOn()
    const token = await tenantToken(lives)
    const answer = await request(lives, 'POST', '/open-apis/im/v1/images', { token, ...options })
    expect(answer.status).toBe(400)
    expect([9499, 234001]).toContain(answer.body.code)
  })

  it('that promise more than they bring end with their socket', async () => {
    const lives = await oneThatLivesOn()
    await new Promise((resolve) => {
      const socket = connect(Number(new URL(lives.url).port), '127.0.0.1', () => {
        socket.write('POST /open-apis/im/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"a"')
        socket.end()
      })
      socket
        .on('error', () => {})
        .on('close', resolve)
        .resume()
    })
  })
})

describe('huge uploads', () => {
  it('are refused by size: what an image, a file and a request may have', async () => {
    const lives = await oneThatLivesOn()
    const token = await tenantToken(lives)
    const upload = async (path: string, field: string, megabytes: number) => {
      const form = new FormData()
      form.set(field === 'image' ? 'image_type' : 'file_type', field === 'image' ? 'message' : 'stream')
      if (field === 'file') form.set('file_name', 'a.bin')
      form.set(field, new Blob([new Uint8Array(megabytes * 1024 * 1024)]), 'a.bin')
      const response = await fetch(lives.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: form,
      })
      return [response.status, ((await response.json()) as { code: number }).code]
    }
    expect(await upload('/open-apis/im/v1/images', 'image', 11)).toEqual([400, 234006])
    expect(await upload('/open-apis/im/v1/files', 'file', 31)).toEqual([400, 234006])
    expect(await upload('/open-apis/im/v1/files', 'file', 33)).toEqual([413, 9499])
  })
})

describe('huge bodies', () => {
  it('of calls get their answer, however huge', async () => {
    const lives = await oneThatLivesOn()
    const body = ' '.repeat(40 * 1024 * 1024)
    const answer = await request(lives, 'POST', '/open-apis/im/v1/messages', { body })
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 413, code: 9499 })
  })

  it('of verbs bring whole files, and are refused in a sentence beyond', async () => {
    const lives = await oneThatLivesOn()
    const remote = await connectSandbox(lives.url)
    const data = Buffer.alloc(3 * 1024 * 1024).toString('base64')
    const { key } = await remote.upload({ kind: 'file', data })
    expect((await remote.download({ key })).data).toBe(data)
    const tooLong = 'A'.repeat(45 * 1024 * 1024)
    await expect(remote.upload({ kind: 'file', data: tooLong })).rejects.toThrow('The body is over 46137344 bytes.')
  })
})

describe('a file name with half a character', () => {
  it('is served with its bytes', async () => {
    const lives = await oneThatLivesOn()
    const { key } = await lives.upload({ kind: 'file', data: 'aGk=', fileName: '\ud800.txt' })
    const response = await fetch(`${lives.url}/sandbox/page/resource?key=${key}`)
    expect([response.status, await response.text()]).toEqual([200, 'hi'])
  })
})

describe('strangers', () => {
  it('are refused with a documented code: tokens, apps, secrets, tickets and paths that nobody knows', async () => {
    const lives = await oneThatLivesOn()
    const info = (token: string) => request(lives, 'GET', '/open-apis/bot/v3/info', { token })
    expect([(await info('t-1')).body.code, (await info('x')).body.code]).toEqual([99991663, 99991671])
    const app = firstApp(lives)
    expect((await discover(lives, { ...app, appSecret: 'wrong' })).body.code).toBe(1000040345)
    expect((await discover(lives, { ...app, appId: 'cli_0000000000000000' })).body.code).toBe(1000040346)
    const stranger = new WireClient(`${lives.url.replace('http', 'ws')}/ws/v2?ticket=unknown`)
    await stranger.until(() => stranger.closeCode !== undefined)
    expect(await lives.links()).toEqual([])
    expect((await request(lives, 'GET', '/nowhere')).status).toBe(404)
  })

  it('share the events when they are a second client of one app', async () => {
    const lives = await oneThatLivesOn()
    const one = await WireClient.connect(lives)
    const two = await WireClient.connect(lives)
    for (let count = 0; count < 40; count += 1) await lives.say({ user: 'alice', text: 'hi' })
    const all = () => [...one.data, ...two.data].map((frame) => envelopeOf(frame).header.event_id)
    await expect.poll(() => all().length).toBe(40)
    expect(new Set(all()).size).toBe(40)
    expect(one.data.length).toBeGreaterThan(0)
    expect(two.data.length).toBeGreaterThan(0)
  })

  it('may be the bot that is not there: what people say waits for it', async () => {
    const lives = await oneThatLivesOn()
    await lives.say({ user: 'alice', text: 'anybody?' })
    expect(await lives.deliveries()).toMatchObject([{ state: 'pending', failures: ['not-connected'] }])
    const client = await WireClient.connect(lives)
    await lives.repushNow()
    await client.until(() => client.data.length === 1)
    client.socket.terminate()
    await lives.waitForLinks({ count: 0 })
    await lives.say({ user: 'alice', text: 'gone again?' })
    expect((await lives.deliveries({ state: 'pending' })).length).toBe(2)
  })
})

describe('a port that is taken', () => {
  it('is said in a sentence, and the sandbox that has it lives on', async () => {
    const lives = await oneThatLivesOn()
    const port = Number(new URL(lives.url).port)
    await expect(startSandbox({ port })).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is in use; choose another with --port, or --port 0 for a free one.`,
    )
  })
})

describe('control verbs', () => {
  /** How JavaScript itself complains. */
  const engineWords = /Cannot read|not a function|not iterable|is not defined|undefined \(/
  const bodies = ['', '{', '[]', 'null', '{}', '{"user": 7, "appId": 7, "chatId": 7, "messageId": {}, "timeoutMs": 1}']

  it('answer every odd argument with a result or a sentence', { timeout: 20_000 }, async () => {
    const lives = await openSandbox()
    const odd: unknown[] = []
    for (const verb of controlVerbs) {
      for (const body of bodies) {
        // Without a time limit of their own these wait for what does not come.
        if (verb.startsWith('waitFor') && !body.includes('timeoutMs')) continue
        const answer = await request(lives, 'POST', `/sandbox/${verb}`, { body })
        const { error } = answer.body
        const isSentence = answer.status === 400 && error.endsWith('.') && !engineWords.test(error)
        if (answer.status !== 200 && !isSentence) odd.push([verb, body, answer.status, error])
      }
    }
    expect(odd).toEqual([])
  })

  it.each([1e9, 100_001, -1, 1.5, '7'])('push no event and no garbage %j times', async (count) => {
    const lives = await oneThatLivesOn()
    const { appId } = firstApp(lives)
    const sentence = `is a whole number from 0 to 100000, received ${JSON.stringify(count)}.`
    const event = { appId, eventType: 'x', event: {}, count: count as number }
    await expect(lives.pushEvent(event)).rejects.toThrow(`The "count" of pushEvent ${sentence}`)
    await expect(lives.pushGarbage({ count: count as number })).rejects.toThrow(`of pushGarbage ${sentence}`)
  })

  it.each(['no base64!', 'abcde', '=abc', undefined])('take no data that is no base64: %j', async (data) => {
    const lives = await oneThatLivesOn()
    await expect(lives.upload({ kind: 'file', data: data as string })).rejects.toThrow('base64')
    await expect(lives.pushRaw({ appId: firstApp(lives).appId, data: data as string })).rejects.toThrow('base64')
  })

  it('take base64 of any tool: with line breaks, without padding, safe for addresses', async () => {
    const lives = await oneThatLivesOn()
    for (const data of ['-_-_\nAA==\n', '+/+/AA']) {
      const { key } = await lives.upload({ kind: 'file', data })
      expect((await lives.download({ key })).data).toBe('+/+/AA==')
    }
  })

  it('refuse JSON that is deeper than the stack, going in and coming out', async () => {
    const lives = await oneThatLivesOn()
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`
    const event = `{"appId":"${firstApp(lives).appId}","eventType":"x","event":${deep}}`
    const refusal = { status: 400, body: { error: 'The JSON is nested too deeply.' } }
    expect(await request(lives, 'POST', '/sandbox/pushEvent', { body: event })).toMatchObject(refusal)
    await request(lives, 'POST', '/sandbox/addFault', { body: `{"times":0,"body":${deep}}` })
    expect(await request(lives, 'POST', '/sandbox/faultCounts', { body: '{}' })).toMatchObject(refusal)
  })
})
