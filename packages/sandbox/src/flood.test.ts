import { describe, expect, it } from 'vitest'
import { firstApp, openSandbox, WireClient } from './testing/open-sandbox.ts'

describe('a flood', () => {
  it('counts acknowledged events, in a closed loop and at a rate', async () => {
    const sandbox = await openSandbox()
    const client = await WireClient.connect(sandbox)
    client.socket.on('message', () => {
      for (const frame of client.frames.splice(0)) client.ack(frame)
    })
    const closed = await sandbox.flood({ count: 2000, inFlight: 32 })
    expect(closed).toMatchObject({ events: 2000, unacknowledged: 0 })
    expect(closed.ackMs.p50).toBeLessThanOrEqual(closed.ackMs.p99)
    const open = await sandbox.flood({ count: 200, rate: 2000, appId: firstApp(sandbox).appId })
    expect(open.events).toBe(200)
    expect(await sandbox.deliveries()).toEqual([])
  })

  it('carries events with ids of their own', async () => {
    const sandbox = await openSandbox()
    const client = await WireClient.connect(sandbox)
    const seen: string[] = []
    client.socket.on('message', () => {
      for (const frame of client.frames.splice(0)) {
        const { header, event } = JSON.parse(Buffer.from(frame.payload ?? []).toString())
        seen.push(header.event_id, event.message.message_id, event.message.chat_id)
        client.ack(frame, { code: header.event_id.endsWith('7') ? 500 : 200 })
      }
    })
    expect(await sandbox.flood({ count: 20, inFlight: 4, chats: 2 })).toMatchObject({ events: 19, unacknowledged: 1 })
    expect(new Set(seen).size).toBe(20 + 20 + 2)
    await sandbox.flood({ count: 20, inFlight: 4, chats: 2 })
    expect(new Set(seen).size).toBe(2 * (20 + 20 + 2))
  })

  it('counts what nobody acknowledges in time, and refuses to run without a link or twice', async () => {
    const sandbox = await openSandbox({ settings: { ackWindowMs: 20 } })
    await expect(sandbox.flood({ count: 1 })).rejects.toThrow('has no link')
    await WireClient.connect(sandbox)
    const running = sandbox.flood({ count: 10, inFlight: 10 })
    await expect(sandbox.flood({ count: 1 })).rejects.toThrow('another flood is running')
    expect(await running).toMatchObject({ events: 0, unacknowledged: 10 })
    await expect(sandbox.flood({ count: 0 })).rejects.toThrow('count must be 1 or more')
    await expect(sandbox.flood({ count: 1, rate: -1 })).rejects.toThrow('rate must be above 0')
  })
})
