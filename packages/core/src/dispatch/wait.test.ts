import { describe, expect, test } from 'vitest'
import { appId, DispatchBench, openTestInbox } from '../testing/dispatch-bench.ts'

const messageType = 'im.message.receive_v1'

function messageOf(event: { body: unknown }): string {
  return (event.body as { message: { message_id: string } }).message.message_id
}

describe('a handler that waits', () => {
  test('a handler that waits frees its chat, and runs again from its start with the answer', async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store)
    const seen: string[] = []
    bench.handlers.on('bot', messageType, async (event) => {
      const id = messageOf(event)
      if (id !== 'om_asks') return void seen.push(id)
      try {
        const answer = await event.wait<string>({ name: 'colour', wakeKey: 'ask:oc_1', waitMs: 60_000 })
        seen.push(`answered ${answer.answer}`)
      } catch {
        seen.push('must never be seen')
      }
    })
    bench.dispatcher.start()
    await bench.push('om_asks')
    await bench.push('om_other')
    await bench.settledCount(2)
    expect(seen).toEqual(['om_other'])
    expect(await inbox.store.wake(appId, 'ask:oc_1', { answer: 'blue' })).toBe(1)
    await bench.settledCount(2, 'done')
    await bench.dispatcher.drain()
    expect(seen).toEqual(['om_other', 'answered blue'])
  })

  test('a wait whose time has passed is answered with that news', async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store)
    const answers: unknown[] = []
    bench.handlers.on('bot', messageType, async (event) => {
      answers.push(await event.wait({ name: 'colour', wakeKey: 'ask', waitMs: 1 }))
    })
    bench.dispatcher.start()
    await bench.push('om_1')
    await bench.settledCount(1, 'done')
    await bench.dispatcher.drain()
    expect(answers).toEqual([{ expired: true }])
  })

  test('an answer that looks like the end of the time is an answer all the same', async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store)
    const answers: unknown[] = []
    bench.handlers.on('bot', messageType, async (event) => {
      answers.push(await event.wait({ name: 'colour', wakeKey: 'ask', waitMs: 60_000 }))
    })
    bench.dispatcher.start()
    await bench.push('om_1')
    await bench.settledCount(1, 'waiting')
    await inbox.store.wake(appId, 'ask', { answer: { expired: true } })
    await bench.settledCount(1, 'done')
    await bench.dispatcher.drain()
    expect(answers).toEqual([{ expired: false, answer: { expired: true } }])
  })

  test('a handler that waits for a person outlives another one that failed for good', async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store, { maxAttempts: 1 })
    const answers: unknown[] = []
    bench.handlers.on('a', messageType, async (event) => {
      answers.push(await event.wait({ name: 'colour', wakeKey: 'ask', waitMs: 60_000 }))
    })
    let failed = 0
    bench.handlers.on('b', messageType, () => {
      failed += 1
      throw new Error('never')
    })
    bench.dispatcher.start()
    await bench.push('om_1')
    await bench.settledCount(1, 'waiting')
    expect(bench.failures.map(({ next }) => next)).toEqual(['dead'])
    await inbox.store.wake(appId, 'ask', { answer: 'blue' })
    await bench.settledCount(1, 'done')
    await bench.dispatcher.drain()
    expect(answers).toEqual([{ expired: false, answer: 'blue' }])
    expect(failed).toBe(1)
  })
})
