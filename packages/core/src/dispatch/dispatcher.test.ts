import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { currentScope } from '../observe/context.ts'
import { appId, DispatchBench, openTestInbox } from '../testing/dispatch-bench.ts'

const messageType = 'im.message.receive_v1'

function messageOf(event: { body: unknown }): string {
  return (event.body as { message: { message_id: string } }).message.message_id
}

describe('the dispatcher', () => {
  test('runs events of one chat one at a time and in order, also under load', async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store)
    const ran: string[] = []
    let running = 0
    let most = 0
    bench.handlers.on('bot', messageType, async (event) => {
      running += 1
      most = Math.max(most, running)
      await new Promise(setImmediate)
      ran.push(messageOf(event))
      running -= 1
    })
    bench.dispatcher.start()
    const ids = Array.from({ length: 60 }, (_, index) => `om_${String(index).padStart(3, '0')}`)
    await Promise.all(ids.map((id) => bench.push(id)))
    await bench.settledCount(60)
    await bench.dispatcher.drain()
    expect(ran).toEqual(ids)
    expect(most).toBe(1)
  })

  test('runs chats beside each other, never more than the concurrency', async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store, { concurrency: 4 })
    let running = 0
    let most = 0
    bench.handlers.on('bot', messageType, async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise(setImmediate)
      await new Promise(setImmediate)
      running -= 1
    })
    bench.dispatcher.start()
    await Promise.all(Array.from({ length: 200 }, (_, index) => bench.push(`om_${index}`, `oc_${index % 50}`)))
    await bench.settledCount(200)
    await bench.dispatcher.drain()
    expect(most).toBe(4)
    expect(new Set(bench.settled.map(({ event }) => event.key)).size).toBe(200)
    expect(bench.settled).toHaveLength(200)
  })

  test('a repeated run calls only the handlers that have not finished', async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store)
    const calls: string[] = []
    bench.handlers.on('a', messageType, () => void calls.push('first'))
    let failures = 1
    bench.handlers.on('b', messageType, (event) => {
      calls.push(`second, attempt ${event.attempt}`)
      if (failures-- > 0) throw new Error('not yet')
    })
    bench.handlers.on('c', messageType, () => void calls.push('third'))
    bench.dispatcher.start()
    await bench.push('om_1')
    await bench.settledCount(1, 'done')
    await bench.dispatcher.drain()
    expect(calls).toEqual(['first', 'second, attempt 1', 'third', 'second, attempt 2'])
    expect(bench.failures).toMatchObject([{ plugin: 'b', next: 'retry' }])
  })

  test('gives an event up after its attempts, and the chat goes on', async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store, { maxAttempts: 3 })
    const ran: string[] = []
    bench.handlers.on('bot', messageType, (event) => {
      if (messageOf(event) === 'om_poison') throw new Error('never')
      ran.push(messageOf(event))
    })
    bench.dispatcher.start()
    await bench.push('om_poison')
    await bench.push('om_next')
    await bench.settledCount(1, 'done')
    await bench.dispatcher.drain()
    expect(ran).toEqual(['om_next'])
    expect(bench.failures.map(({ next }) => next)).toEqual(['retry', 'retry', 'dead'])
    expect(await inbox.store.dead.list({})).toMatchObject([{ key: 'message:om_poison', error: 'Error: never' }])
  })

  test('ends the run of a handler that hangs: its signal aborts, its calls are refused, the chat goes on', async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store, { handlerTimeoutMs: 20, maxAttempts: 1 })
    const signals: AbortSignal[] = []
    const runs: (boolean | undefined)[] = []
    bench.handlers.on('bot', messageType, async (event) => {
      if (messageOf(event) !== 'om_hangs') return
      signals.push(event.signal)
      const { run } = currentScope()
      await new Promise((resolve) => event.signal.addEventListener('abort', resolve))
      runs.push(run?.ended)
    })
    bench.dispatcher.start()
    await bench.push('om_hangs')
    await bench.push('om_next')
    await bench.settledCount(2)
    await bench.dispatcher.drain()
    expect(signals[0]?.aborted).toBe(true)
    expect(runs).toEqual([true])
    expect(bench.failures[0]?.error).toMatchObject({ code: 'DISPATCH_HANDLER_TIMEOUT' })
    expect(bench.settled.map(({ settlement }) => settlement.outcome)).toEqual(['dead', 'done'])
  })

  test('keyed calls and steps have the same key in every run, and their stored results are replayed', async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store)
    const keys: string[][] = []
    const stored: unknown[] = []
    let steps = 0
    bench.handlers.on('bot', messageType, async (event) => {
      const { run } = currentScope()
      const first = run?.effect({ api: 'POST /x', receiver: 'oc_1' })
      const second = run?.effect({ api: 'POST /x', receiver: 'oc_1' })
      const other = run?.effect({ api: 'POST /x', receiver: 'oc_2' })
      keys.push([first?.key ?? '', second?.key ?? '', other?.key ?? ''])
      stored.push(first?.stored?.result)
      if (first && !first.stored) run?.keep(first.key, { id: 7 })
      expect(await event.step('count', () => ++steps)).toBe(1)
      if (event.attempt === 1) throw new Error('again')
    })
    bench.dispatcher.start()
    await bench.push('om_1')
    await bench.settledCount(1, 'done')
    await bench.dispatcher.drain()
    expect(keys[0]).toEqual(keys[1])
    expect(new Set(keys[0]).size).toBe(3)
    expect(keys[0]?.[0]).toMatch(/^[0-9a-f]{40}$/)
    expect(stored).toEqual([undefined, { id: 7 }])
    expect(steps).toBe(1)
  })

  test('stop() keeps the event from later handlers, in this run and in a retry', async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store)
    const calls: string[] = []
    bench.handlers.on('a', messageType, (event) => {
      calls.push('first')
      if (event.attempt === 1) throw new Error('again')
    })
    bench.handlers.on('b', messageType, (event) => {
      calls.push('second')
      event.stop()
    })
    bench.handlers.on('c', messageType, () => void calls.push('third'))
    bench.dispatcher.start()
    await bench.push('om_1')
    await bench.settledCount(1, 'done')
    await bench.dispatcher.drain()
    expect(calls).toEqual(['first', 'second', 'first'])
  })

  test('middleware wraps the handlers in order; one that throws is a failed run', async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store)
    const order: string[] = []
    bench.handlers.use('bot', async (event, next) => {
      order.push('outer in')
      if (event.attempt === 1) throw new Error('closed')
      await next()
      order.push('outer out')
    })
    bench.handlers.use('bot', async (_event, next) => {
      order.push('inner in')
      await next()
      order.push('inner out')
    })
    bench.handlers.on('bot', messageType, () => void order.push('handler'))
    bench.dispatcher.start()
    await bench.push('om_1')
    await bench.settledCount(1, 'done')
    await bench.dispatcher.drain()
    expect(order).toEqual(['outer in', 'outer in', 'inner in', 'handler', 'inner out', 'outer out'])
    expect(bench.failures).toMatchObject([{ handler: 'bot/use#1', next: 'retry' }])
  })

  test('drain lets running handlers finish and hands the rest back for another process', async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store, { concurrency: 1, pollMs: 60_000 })
    const ran: string[] = []
    let release: () => void = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    bench.handlers.on('bot', messageType, async (event) => {
      await gate
      ran.push(messageOf(event))
    })
    bench.dispatcher.start()
    await bench.push('om_1', 'oc_1')
    await bench.push('om_2', 'oc_2')
    while (bench.dispatcher.running === 0) await new Promise(setImmediate)
    const drained = bench.dispatcher.drain()
    release()
    await drained
    expect(ran).toEqual(['om_1'])

    const second = new DispatchBench(inbox.store, { ownerId: 'second' })
    second.handlers.on('bot', messageType, (event) => void ran.push(messageOf(event)))
    second.dispatcher.start()
    await second.settledCount(1, 'done')
    await second.dispatcher.drain()
    expect(ran).toEqual(['om_1', 'om_2'])
    expect(second.settled[0]?.event.crashes).toBe(0)
  })

  test('drain ends handlers that do not finish in time, and their events run again elsewhere with the same keys', async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store, { drainMs: 20 })
    const keys: (string | undefined)[] = []
    bench.handlers.on('bot', messageType, async () => {
      keys.push(currentScope().run?.effect({ api: 'POST /x' }).key)
      await new Promise(() => {})
    })
    bench.dispatcher.start()
    await bench.push('om_1')
    while (keys.length === 0) await new Promise(setImmediate)
    await bench.dispatcher.drain()
    expect(bench.settled).toEqual([])

    const second = new DispatchBench(inbox.store, { ownerId: 'second' })
    second.handlers.on('bot', messageType, () => {
      keys.push(currentScope().run?.effect({ api: 'POST /x' }).key)
    })
    second.dispatcher.start()
    await second.settledCount(1, 'done')
    await second.dispatcher.drain()
    expect(keys[0]).toBe(keys[1])
  })

  test('a lane that is lost to another owner ends its run, and nothing of it is recorded', async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store, { leaseMs: 60, extendMs: 1_000_000 })
    const aborted: boolean[] = []
    bench.handlers.on('bot', messageType, async (event) => {
      event.signal.addEventListener('abort', () => aborted.push(true))
      await sleep(150)
    })
    bench.dispatcher.start()
    await bench.push('om_1')
    const second = new DispatchBench(inbox.store, { ownerId: 'second', leaseMs: 10_000 })
    const ran: string[] = []
    second.handlers.on('bot', messageType, (event) => void ran.push(messageOf(event)))
    second.dispatcher.start()
    await second.settledCount(1, 'done')
    await second.dispatcher.drain()
    await bench.dispatcher.drain()
    expect(ran).toEqual(['om_1'])
    expect(bench.settled).toEqual([])
    expect(second.settled[0]?.event.crashes).toBe(1)
  })

  test("the time inside next() is not the middleware's, and next() tells what failed", async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store, { handlerTimeoutMs: 400, maxAttempts: 1 })
    const told: unknown[] = []
    bench.handlers.use('bot', async (_event, next) => {
      const { failures } = await next()
      told.push(failures)
    })
    bench.handlers.on('a', messageType, () => sleep(250))
    bench.handlers.on('b', messageType, async () => {
      await sleep(250)
      throw new Error('b failed')
    })
    bench.dispatcher.start()
    await bench.push('om_1')
    await bench.settledCount(1)
    await bench.dispatcher.drain()
    expect(told).toEqual([[expect.objectContaining({ message: 'b failed' })]])
    expect(bench.failures.map(({ handler }) => handler)).toEqual([`b/${messageType}#1`])
  })

  test('an event that is taken away ends the handler inside middleware too', async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store, { drainMs: 10 })
    const runs: (boolean | undefined)[] = []
    const begun = Promise.withResolvers<void>()
    bench.handlers.use('bot', (_event, next) => next())
    bench.handlers.on('bot', messageType, async (event) => {
      const { run } = currentScope()
      begun.resolve()
      await new Promise((resolve) => event.signal.addEventListener('abort', resolve))
      runs.push(run?.ended)
    })
    bench.dispatcher.start()
    await bench.push('om_1')
    await begun.promise
    await bench.dispatcher.drain()
    await new Promise(setImmediate)
    expect(runs).toEqual([true])
    expect(bench.settled).toEqual([])
  })

  test('a row that cannot be read ends as a dead letter', async () => {
    await using inbox = await openTestInbox()
    const bench = new DispatchBench(inbox.store, { maxAttempts: 2 })
    bench.handlers.on('bot', messageType, () => {})
    const broken = {
      appId,
      key: 'message:om_1',
      kind: 'event',
      type: messageType,
      lane: 'chat:oc_1',
      tenantKey: '',
    } as const
    await inbox.store.put({ ...broken, body: '{"half' }, undefined)
    bench.dispatcher.start()
    await bench.settledCount(1, 'dead')
    await bench.dispatcher.drain()
    expect(bench.failures.map(({ handler, next }) => `${handler} ${next}`)).toEqual(['event retry', 'event dead'])
  })
})
