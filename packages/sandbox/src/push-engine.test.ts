import { describe, expect, it } from 'vitest'
import type { Sandbox, SandboxOptions } from './start-sandbox.ts'
import { envelopeOf, firstApp, headersOf, openSandbox, WireClient } from './testing/open-sandbox.ts'

const fast: SandboxOptions = { settings: { ackWindowMs: 20 } }

async function push(sandbox: Sandbox, more: { count?: number; header?: Record<string, unknown> } = {}) {
  return sandbox.pushEvent({ appId: firstApp(sandbox).appId, eventType: 'test.ping', event: {}, ...more })
}

describe('delivery', () => {
  it('goes to one link by chance and is settled by its acknowledgement', async () => {
    const sandbox = await openSandbox()
    const clients = await Promise.all([1, 2, 3].map(() => WireClient.connect(sandbox)))
    for (const client of clients) {
      client.socket.on('message', () => {
        const frame = client.data.at(-1)
        if (frame) client.ack(frame)
      })
    }
    await push(sandbox, { count: 300 })
    expect(await sandbox.waitForDeliveries()).toEqual({ acked: 300, givenUp: 0 })
    const counts = clients.map((client) => client.data.length)
    expect(counts.reduce((sum, count) => sum + count)).toBe(300)
    for (const count of counts) expect(count).toBeGreaterThan(40)
  })

  it('accepts the acknowledgement from another connection', async () => {
    const sandbox = await openSandbox()
    const first = await WireClient.connect(sandbox)
    await push(sandbox)
    await first.until(() => first.data.length === 1)
    const second = await WireClient.connect(sandbox)
    await sandbox.dropLinks({ linkId: (await sandbox.links())[0]?.linkId ?? '' })
    const [frame] = first.data
    if (frame) second.ack(frame)
    expect(await sandbox.waitForDeliveries()).toEqual({ acked: 1, givenUp: 0 })
  })

  it('is repeated by the ladder with the same event id, at most four times, then given up', async () => {
    const sandbox = await openSandbox({ ...fast, clockScale: 100_000 })
    const client = await WireClient.connect(sandbox)
    const { eventIds } = await push(sandbox)
    expect(await sandbox.waitForDeliveries()).toEqual({ acked: 0, givenUp: 1 })
    expect(client.data.map((frame) => envelopeOf(frame).header.event_id)).toEqual(Array(5).fill(eventIds[0]))
    expect(new Set(client.data.map((frame) => headersOf(frame, 'message_id')[0])).size).toBe(5)
    expect(await sandbox.deliveries()).toMatchObject([
      { state: 'given-up', attempts: 5, acks: 0, failures: Array(5).fill('timeout') },
    ])
  })

  it('waits 15 s, 5 min, 1 h and 6 h of platform time', async () => {
    const sandbox = await openSandbox()
    await push(sandbox)
    const attempts = async () => (await sandbox.deliveries())[0]?.attempts
    const seen: (number | undefined)[] = [await attempts()]
    for (const waitMs of [15_000, 300_000, 3_600_000, 21_600_000]) {
      await sandbox.setClock({ advanceMs: waitMs - 2000 })
      seen.push(await attempts())
      await sandbox.setClock({ advanceMs: 2000 })
      await expect.poll(attempts).toBe((seen.at(-1) ?? 0) + 1)
      seen.push(await attempts())
    }
    expect(seen).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5])
    expect(await sandbox.deliveries()).toMatchObject([{ state: 'given-up', failures: Array(5).fill('not-connected') }])
  })

  it('is repeated at once when asked, and settles on the link that is there by then', async () => {
    const sandbox = await openSandbox()
    await push(sandbox, { count: 2 })
    expect(await sandbox.deliveries()).toMatchObject([{ failures: ['not-connected'] }, { state: 'pending' }])
    const client = await WireClient.connect(sandbox)
    expect(await sandbox.repushNow()).toEqual({ count: 2 })
    await client.until(() => client.data.length === 2)
    for (const frame of client.data) client.ack(frame)
    expect(await sandbox.waitForDeliveries()).toEqual({ acked: 2, givenUp: 0 })
  })

  it('counts an acknowledgement past its window as late, and pushes again', async () => {
    const sandbox = await openSandbox(fast)
    const client = await WireClient.connect(sandbox)
    await push(sandbox)
    await expect.poll(async () => (await sandbox.deliveries())[0]?.failures).toEqual(['timeout'])
    const [late] = client.data
    if (late) client.ack(late)
    await expect.poll(async () => (await sandbox.deliveries())[0]?.lateAcks).toBe(1)
    await sandbox.configure({ ackWindowMs: 3000 })
    await sandbox.repushNow()
    await client.until(() => client.data.length === 2)
    const [, again] = client.data
    if (again) client.ack(again)
    await sandbox.waitForDeliveries()
    expect(await sandbox.deliveries()).toMatchObject([{ state: 'acked', attempts: 2, acks: 2, lateAcks: 1 }])
  })

  it.each([[{ code: 500 }], [{}], [{ code: 'ok' }]])('takes the acknowledgement %j for a refusal', async (answer) => {
    const sandbox = await openSandbox()
    const client = await WireClient.connect(sandbox)
    await push(sandbox)
    await client.until(() => client.data.length === 1)
    const [frame] = client.data
    if (frame) client.ack(frame, answer)
    await expect.poll(async () => (await sandbox.deliveries())[0]?.failures).toEqual(['refused'])
  })

  it('reaches nobody while muted, and the ladder goes on after that', async () => {
    const sandbox = await openSandbox({ settings: { ackWindowMs: 20, muteEvents: true } })
    const client = await WireClient.connect(sandbox)
    await push(sandbox)
    await expect.poll(async () => (await sandbox.deliveries())[0]?.failures).toEqual(['timeout'])
    expect(client.data).toEqual([])
    await sandbox.configure({ muteEvents: false })
    await sandbox.repushNow()
    await client.until(() => client.data.length === 1)
  })

  it('can push one event twice', async () => {
    const sandbox = await openSandbox()
    const client = await WireClient.connect(sandbox)
    await push(sandbox, { count: 2, header: { event_id: 'twice' } })
    await client.until(() => client.data.length === 2)
    expect(client.data.map((frame) => envelopeOf(frame).header.event_id)).toEqual(['twice', 'twice'])
    expect(await sandbox.deliveries({ eventId: 'twice' })).toHaveLength(2)
  })

  it('keeps pending deliveries whatever the retention', async () => {
    const sandbox = await openSandbox({ retention: { deliveries: 10 } })
    await push(sandbox, { count: 200 })
    expect(await sandbox.deliveries({ state: 'pending' })).toHaveLength(200)
  })

  it('says what is still pending when nobody acknowledges in time', async () => {
    const sandbox = await openSandbox()
    await push(sandbox)
    await expect(sandbox.waitForDeliveries({ timeoutMs: 10 })).rejects.toThrow(
      '1 deliveries are still pending after 10 ms',
    )
    await expect(sandbox.pushEvent({ appId: 'cli_1', eventType: 'x', event: {} })).rejects.toThrow(
      'There is no app "cli_1"',
    )
  })

  it('starts anew after a reset', async () => {
    const sandbox = await openSandbox()
    await push(sandbox)
    await sandbox.say({ user: 'alice', text: 'hi' })
    await sandbox.configure({ chunks: 3 })
    await sandbox.reset()
    expect(await sandbox.deliveries()).toEqual([])
    expect(await sandbox.waitForDeliveries()).toEqual({ acked: 0, givenUp: 0 })
    expect((await sandbox.configure({})).chunks).toBe(1)
  })
})

describe('callbacks', () => {
  const callback = (sandbox: Sandbox) =>
    sandbox.pushCallback({ appId: firstApp(sandbox).appId, eventType: 'card.action.trigger', event: {} })

  it('give the decoded answer, are pushed once, and state their time in microseconds', async () => {
    const sandbox = await openSandbox(fast)
    const client = await WireClient.connect(sandbox)
    const [result] = await Promise.all([
      callback(sandbox),
      client
        .until(() => client.data.length === 1)
        .then(() => {
          const [frame] = client.data
          const data = Buffer.from('{"toast":{"content":"好"}}').toString('base64')
          if (frame) client.ack(frame, { code: 200, data, headers: null })
        }),
    ])
    expect(result).toMatchObject({ outcome: 'answered', response: { toast: { content: '好' } } })
    expect(envelopeOf(client.data[0]).header.create_time).toMatch(/^\d{16}$/)
    expect(headersOf(client.data[0], 'type')).toEqual(['event'])
    expect(await sandbox.deliveries()).toEqual([])
  })

  it.each([
    [{ code: 200 }, { outcome: 'answered' }],
    [{ code: 500 }, { outcome: 'failed', code: 200671 }],
    [
      { code: 200, data: 'bm8gSlNPTg==' },
      { outcome: 'failed', code: 200672 },
    ],
  ])('understand the answer %j', async (answer, outcome) => {
    const sandbox = await openSandbox()
    const client = await WireClient.connect(sandbox)
    const result = callback(sandbox)
    await client.until(() => client.data.length === 1)
    const [frame] = client.data
    if (frame) client.ack(frame, answer)
    expect(await result).toEqual({ ...outcome, elapsedMs: expect.any(Number) })
  })

  it('end without an answer in time, or without a link', async () => {
    const sandbox = await openSandbox(fast)
    expect((await callback(sandbox)).outcome).toBe('not-connected')
    await WireClient.connect(sandbox)
    expect((await callback(sandbox)).outcome).toBe('timeout')
  })
})
