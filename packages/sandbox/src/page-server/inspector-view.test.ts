import { describe, expect, it } from 'vitest'
import type { Frame } from '../frame.ts'
import type { Sandbox } from '../start-sandbox.ts'
import { firstApp, openSandbox, request, sendText, tenantToken, WireClient } from '../testing/open-sandbox.ts'
import type { CallBodies, InspectorRows } from './inspector-records.ts'

async function query<T>(sandbox: Sandbox, path: string): Promise<T> {
  return (await request(sandbox, 'GET', `/sandbox/page/${path}`)).body as T
}

describe('the inspector', () => {
  it('tells events with their pushes and what was pushed', async () => {
    const sandbox = await openSandbox()
    const client = await WireClient.connect(sandbox)
    const { messageId, chatId, eventIds } = await sandbox.say({ user: 'alice', text: 'hello' })
    await client.until(({ data }) => data.length === 1)
    client.ack(client.data[0] as Frame)
    await sandbox.waitForDeliveries()
    const { events } = await query<InspectorRows>(sandbox, 'inspector')
    expect(events).toEqual([
      expect.objectContaining({
        eventId: eventIds[0],
        eventType: 'im.message.receive_v1',
        state: 'acked',
        messageIds: [messageId],
        chatIds: [chatId],
      }),
    ])
    expect(events[0]?.pushes.at(-1)).toMatchObject({ outcome: 'acked', elapsedMs: expect.any(Number) })
    const pushed = await query<{ event: { message: object } }>(sandbox, `inspector/event?id=${eventIds[0]}`)
    expect(pushed.event.message).toMatchObject({ message_id: messageId })
  })

  it('tells when the next push is due, and each one that failed', async () => {
    const sandbox = await openSandbox()
    await sandbox.say({ user: 'alice', text: 'hello' })
    const [waiting] = await sandbox.deliveries()
    expect(waiting).toMatchObject({ pushes: [{ outcome: 'not-connected' }], failures: ['not-connected'] })
    expect((waiting?.nextPushAtMs ?? 0) - (waiting?.createTimeMs ?? 0)).toBeGreaterThanOrEqual(15_000)
    for (let push = 0; push < 4; push += 1) await sandbox.repushNow()
    const [givenUp] = await sandbox.deliveries()
    expect(givenUp).toMatchObject({ state: 'given-up', attempts: 5 })
    expect(givenUp).not.toHaveProperty('nextPushAtMs')
  })

  it('tells calls with their bodies and without secrets', async () => {
    const sandbox = await openSandbox()
    const { chatId } = await sandbox.say({ user: 'alice', text: 'hello' })
    const token = await tenantToken(sandbox)
    const sent = await sendText(sandbox, token, chatId, 'answer')
    const { calls } = await query<InspectorRows>(sandbox, 'inspector')
    expect(calls.map(({ api }) => api)).toEqual([
      'POST /open-apis/auth/v3/tenant_access_token/internal',
      'POST /open-apis/im/v1/messages',
    ])
    expect(calls[1]).toMatchObject({ chatIds: [chatId], messageIds: [sent.body.data.message_id] })
    const bodies = await query<CallBodies>(sandbox, `inspector/call?seq=${calls[1]?.seq}`)
    expect(bodies.query).toEqual({ receive_id_type: 'chat_id' })
    expect(JSON.parse(bodies.request.text ?? '')).toMatchObject({ receive_id: chatId, msg_type: 'text' })
    expect(JSON.parse(bodies.response?.text ?? '')).toEqual(sent.body)
    const login = JSON.stringify(await query(sandbox, `inspector/call?seq=${calls[0]?.seq}`))
    expect(login).toContain(firstApp(sandbox).appId)
    expect(login).not.toContain(firstApp(sandbox).appSecret)
    expect(login).not.toContain(token)
  })

  it('tells callbacks with their answer', async () => {
    const sandbox = await openSandbox()
    const { appId } = firstApp(sandbox)
    await sandbox.pushCallback({ appId, eventType: 'card.action.trigger', event: { action: { tag: 'button' } } })
    const { callbacks } = await query<InspectorRows>(sandbox, 'inspector')
    expect(callbacks).toMatchObject([{ eventType: 'card.action.trigger', outcome: 'not-connected', code: 200340 }])
    const body = await query(sandbox, `inspector/callback?seq=${callbacks[0]?.seq}`)
    expect(body).toMatchObject({ pushed: { event: { action: { tag: 'button' } } } })
  })

  it('says so when a body is gone', async () => {
    const sandbox = await openSandbox()
    const gone = await request(sandbox, 'GET', '/sandbox/page/inspector/call?seq=7')
    expect(gone).toMatchObject({ status: 400, body: { error: expect.stringContaining('call 7') } })
    await sandbox.reset()
    expect(await query(sandbox, 'inspector')).toEqual({ events: [], callbacks: [], calls: [] })
  })
})
