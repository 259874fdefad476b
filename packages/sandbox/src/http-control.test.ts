import { describe, expect, it } from 'vitest'
import { controlVerbs, type SandboxControl } from './control.ts'
import { connectSandbox } from './http-control.ts'
import { discover, openSandbox, request, sendText, tenantToken, WireClient } from './testing/open-sandbox.ts'

describe('control over HTTP', () => {
  it('has the verbs of the sandbox in this process', async () => {
    const sandbox = await openSandbox()
    const remote = await connectSandbox(`${sandbox.url}/`)
    for (const verb of controlVerbs) expect(remote[verb]).toBeTypeOf('function')
    expect({ url: remote.url, apps: remote.apps, users: remote.users }).toEqual({
      url: sandbox.url,
      apps: sandbox.apps,
      users: sandbox.users,
    })
  })

  it('drives a conversation from end to end', async () => {
    const sandbox = await openSandbox()
    const remote: SandboxControl = await connectSandbox(sandbox.url)
    const client = await WireClient.connect(sandbox)
    const said = await remote.say({ user: 'alice', text: 'hello' })
    await client.until(() => client.data.length === 1)
    const [frame] = client.data
    if (frame) client.ack(frame)
    expect(await remote.waitForDeliveries()).toEqual({ acked: 1, givenUp: 0 })
    const waiting = remote.waitForMessage({ chatId: said.chatId, sender: 'bot', afterSeq: said.seq })
    await sendText(sandbox, await tenantToken(sandbox), said.chatId, 'hi')
    expect(await waiting).toMatchObject({ text: 'hi', sender: { type: 'bot' } })
    expect(await remote.messages({ chatId: said.chatId })).toHaveLength(2)
    expect(await remote.ledger({ accepted: true })).toHaveLength(1)
    expect((await remote.calls()).length).toBeGreaterThan(1)
    expect(await remote.links()).toEqual(await sandbox.links())
    expect((await remote.setClock({ advanceMs: 1000, scale: 2 })).scale).toBe(2)
    expect(await remote.clearFaults()).toBeUndefined()
    await remote.reset()
    expect(await remote.deliveries()).toEqual([])
  })

  it('sees an app that was added', async () => {
    const sandbox = await openSandbox()
    const remote = await connectSandbox(sandbox.url)
    const app = await remote.addApp({ name: 'Late' })
    expect(remote.apps.at(-1)).toEqual(app)
    expect((await discover(sandbox, app)).body.code).toBe(0)
  })

  it('rejects with the same sentences', async () => {
    const sandbox = await openSandbox()
    const remote = await connectSandbox(sandbox.url)
    await expect(remote.say({ user: 'nobody', text: 'x' })).rejects.toThrow('There is no user "nobody"')
    await expect(remote.waitForMessage({ timeoutMs: 5 })).rejects.toThrow('No message after seq 0 in any chat')
    await expect(remote.configure({ chunks: 'many' as never })).rejects.toThrow('"chunks" is a number')
    await expect(remote.configure({ firstData: 'never' as never })).rejects.toThrow('one of after-ping, at-once')
    await expect(remote.configure({ repushMs: [1, 'x'] as never })).rejects.toThrow('a list of numbers')
    await expect(remote.configure({ clientConfig: { Ping: 1 } as never })).rejects.toThrow('ReconnectCount, Reconnect')
    await expect(remote.configure({ pong: 'no' as never })).rejects.toThrow('true or false')
    expect((await remote.configure({ clientConfig: { PingInterval: 9 } })).clientConfig).toMatchObject({
      PingInterval: 9,
      ReconnectInterval: 120,
    })
    await expect(remote.configure({ colour: 1 } as never)).rejects.toThrow('There is no setting "colour"')
    const wrongVerb = await request(sandbox, 'POST', '/sandbox/fly', { body: {} })
    expect(wrongVerb).toMatchObject({ status: 404, body: { error: expect.stringContaining('POST one of addApp') } })
    expect(await request(sandbox, 'POST', '/sandbox/say', { body: '[' })).toMatchObject({ status: 400 })
    expect((await request(sandbox, 'POST', '/sandbox/say', { body: {} })).status).toBe(400)
  })

  it('says when there is no sandbox', async () => {
    await expect(connectSandbox('http://127.0.0.1:1')).rejects.toThrow('No sandbox answers at http://127.0.0.1:1')
  })

  it('ends waiting calls when the sandbox closes', async () => {
    const sandbox = await openSandbox()
    const waits = [sandbox.waitForMessage({ timeoutMs: 60_000 }), sandbox.waitForLinks({ timeoutMs: 60_000 })]
    const results = Promise.allSettled(waits)
    await sandbox.close()
    expect((await results).map((result) => result.status)).toEqual(['rejected', 'rejected'])
  })
})
