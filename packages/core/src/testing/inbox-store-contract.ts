import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { InboxStore, Lease, NewEvent, Owner, PutResult, Settlement } from '../inbox/inbox-store.ts'
import { modelCheck } from './inbox-model-check.ts'

const appId = 'cli_00000000000000aa'
const me: Owner = { id: 'me', leaseMs: 60_000 }
/** Its leases have run out as soon as they are given. */
const dead: Owner = { id: 'dead', leaseMs: 0 }
const everything = { appIds: [appId], names: [] }

let made = 0

/** An event of its own. */
export function newEvent(fields: Partial<NewEvent> = {}): NewEvent {
  made++
  return {
    appId,
    key: `event:${made}`,
    kind: 'event',
    type: 'im.message.receive_v1',
    lane: 'chat:oc_1',
    tenantKey: 'tenant',
    body: `{"n":${made}}`,
    ...fields,
  }
}

function storedResult(result: PutResult): Extract<PutResult, { outcome: 'stored' }> {
  if (result.outcome !== 'stored') return expect.fail('the event was known')
  return result
}

function leaseOf(result: PutResult): Lease {
  return storedResult(result).lease ?? expect.fail('no lease came with the event')
}

const done = (seq: number): Settlement => ({ outcome: 'done', seq })
const nothing = { finished: [], results: {} }
const failed = (seq: number, delayMs = 0): Settlement => ({ outcome: 'retry', seq, delayMs, error: 'oops', ...nothing })
const given = (seq: number): Settlement => ({ outcome: 'dead', seq, error: 'oops', ...nothing })
const parked = (seq: number, wakeKey: string, waitMs = 60_000, results = {}): Settlement => ({
  outcome: 'waiting',
  seq,
  wakeKey,
  resultKey: 'answer',
  waitMs,
  finished: [],
  results,
})

/** The promises of an inbox, on one database. `open` gives an empty inbox that may run events. */
export function inboxStoreContract(name: string, open: () => Promise<InboxStore>): void {
  describe(`the inbox on ${name}`, () => {
    let store: InboxStore
    beforeEach(async () => {
      store = await open()
    })
    afterEach(() => store[Symbol.asyncDispose]())

    const claim = (owner = me, filter: { appIds: string[]; names: string[] } = everything, limit = 100) =>
      store.claim(owner, filter, limit)
    const keysOf = (lanes: Awaited<ReturnType<typeof claim>>) => lanes.map(({ events }) => events.map(({ key }) => key))
    const takeOne = async (owner = me) => (await claim(owner))[0] ?? expect.fail('no lane was due')

    describe('storing', () => {
      test('takes an idle lane with the event', async () => {
        const result = storedResult(await store.put(newEvent(), me))
        expect(result).toMatchObject({ taken: true, lease: { appId, lane: 'chat:oc_1', tail: 1 } })
        expect(await claim({ id: 'other', leaseMs: 1000 })).toEqual([])
      })

      test('answers known for an event that is there, whatever became of it', async () => {
        const event = newEvent()
        const first = await store.put(event, me)
        expect(await store.put(event, me)).toEqual({ outcome: 'known' })
        await store.settle(leaseOf(first), done(storedResult(first).seq), 'release')
        expect(await store.put(event, me)).toEqual({ outcome: 'known' })
      })

      test('stores one of two equal events that arrive in one turn', async () => {
        const event = newEvent()
        const outcomes = await Promise.all([store.put(event, me), store.put(event, me)])
        expect(outcomes.map(({ outcome }) => outcome)).toEqual(['stored', 'known'])
      })

      test('keeps apps apart', async () => {
        const event = newEvent()
        const other = 'cli_00000000000000bb'
        expect(await store.put(event, me)).toMatchObject({ taken: true })
        expect(await store.put({ ...event, appId: other }, me)).toMatchObject({ outcome: 'stored', taken: true })
        await store.put(newEvent({ appId: other, lane: 'free' }), undefined)
        expect(await claim()).toEqual([])
        expect(await claim(me, { appIds: [other], names: [] })).toHaveLength(1)
      })

      test('gives the events of a lane rising numbers and tails, also in one commit', async () => {
        const results = await Promise.all([1, 2, 3].map(() => store.put(newEvent(), me)))
        expect(results.map(leaseOf).map(({ tail }) => tail)).toEqual([1, 2, 3])
        expect(results.map((result) => storedResult(result).taken)).toEqual([true, false, false])
        const seqs = results.map((result) => storedResult(result).seq)
        expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
        const later = await store.put(newEvent(), me)
        expect(leaseOf(later)).toMatchObject({ tail: 4, fence: leaseOf(results[0] as PutResult).fence })
      })

      test('shows by a gap in the tails that others added events in between', async () => {
        const [first, others, last] = [newEvent(), newEvent(), newEvent()]
        const lease = leaseOf(await store.put(first, me))
        await store.put(others, undefined)
        const after = await store.put(last, me)
        expect([lease.tail, leaseOf(after).tail]).toEqual([1, 3])
        expect((await store.next(lease))?.events.map(({ key }) => key)).toEqual([first.key, others.key, last.key])
      })

      test('stores the others when one event of a group cannot be stored', async () => {
        const broken = { ...newEvent(), body: undefined as unknown as string }
        const results = await Promise.allSettled([newEvent(), broken, newEvent()].map((event) => store.put(event, me)))
        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      })

      test('gives no lease for a lane that another owner has', async () => {
        await store.put(newEvent(), me)
        expect(storedResult(await store.put(newEvent(), { id: 'other', leaseMs: 1000 })).lease).toBeUndefined()
      })

      test('leaves the lane to others without an owner', async () => {
        const event = newEvent({ tenantKey: 't', body: '{"text":"hello"}' })
        expect(storedResult(await store.put(event, undefined)).lease).toBeUndefined()
        const { events } = await takeOne()
        expect(events).toMatchObject([{ ...event, attempts: 0, crashes: 0, finished: [], results: {} }])
        expect(events[0]?.receivedAtMs).toBeGreaterThan(0)
      })

      test('keeps odd characters, and replaces U+0000', async () => {
        const odd = newEvent({ key: 'event:\u0000"\'\\😀', lane: 'lane\u0000\n', body: '{"text":"\\u0000 😀 \u0000"}' })
        const lease = leaseOf(await store.put(odd, dead))
        expect(lease.lane).toBe('lane\uFFFD\n')
        expect(await store.put(odd, me)).toEqual({ outcome: 'known' })
        const { events } = await takeOne()
        expect(events).toMatchObject([{ key: 'event:\uFFFD"\'\\😀', body: '{"text":"\\u0000 😀 \uFFFD"}' }])
      })
    })

    describe('running', () => {
      test('releases the lane after its last event', async () => {
        const first = await store.put(newEvent(), me)
        expect(await store.settle(leaseOf(first), done(storedResult(first).seq), 'release')).toEqual({
          lane: 'released',
        })
        expect(await claim()).toEqual([])
        expect(await store.put(newEvent(), me)).toMatchObject({ taken: true })
      })

      test('does not release a lane to which an event was added', async () => {
        const first = await store.put(newEvent(), me)
        const second = newEvent()
        await store.put(second, undefined)
        const settled = await store.settle(leaseOf(first), done(storedResult(first).seq), 'release')
        expect(settled).toMatchObject({ lane: 'held' })
        const next = await store.next(leaseOf(first))
        expect(next?.events).toMatchObject([{ key: second.key }])
        expect(next?.lease.tail).toBe(2)
      })

      test('hands events out in order, ten at a time, and forgets none', async () => {
        const events = Array.from({ length: 23 }, () => newEvent())
        for (const event of events) await store.put(event, undefined)
        const seen: string[] = []
        let lane = await takeOne()
        for (;;) {
          expect(lane.events.length).toBeLessThanOrEqual(10)
          let held = true
          for (const [index, { seq, key }] of lane.events.entries()) {
            seen.push(key)
            const last = index === lane.events.length - 1
            held = (await store.settle(lane.lease, done(seq), last ? 'release' : 'keep')).lane === 'held'
          }
          if (!held) break
          lane = (await store.next(lane.lease)) ?? expect.fail('the lane was lost')
        }
        expect(seen).toEqual(events.map(({ key }) => key))
      })

      test('gives an empty lane back by itself', async () => {
        const first = await store.put(newEvent(), me)
        await store.settle(leaseOf(first), done(storedResult(first).seq), 'keep')
        expect(await store.next(leaseOf(first))).toBeUndefined()
        expect(await store.put(newEvent(), me)).toMatchObject({ taken: true })
      })

      test('yields a lane to the end of the queue', async () => {
        const [hot, other] = [newEvent({ lane: 'hot' }), newEvent({ lane: 'other' })]
        const first = await store.put(hot, me)
        const second = newEvent({ lane: 'hot' })
        await store.put(second, me)
        await store.put(other, undefined)
        const before = await store.nowMs()
        await vi.waitFor(async () => expect(await store.nowMs()).toBeGreaterThan(before))
        const settled = await store.settle(leaseOf(first), done(storedResult(first).seq), 'yield')
        expect(settled).toEqual({ lane: 'released' })
        expect(keysOf(await claim(me, everything, 1))).toEqual([[other.key]])
        expect(keysOf(await claim(me, everything, 1))).toEqual([[second.key]])
      })

      test('holds the order of a lane while an event is retried, and lets other lanes go on', async () => {
        const [first, second, other] = [newEvent(), newEvent(), newEvent({ lane: 'other' })]
        const put = await store.put(first, me)
        const settled = await store.settle(
          leaseOf(put),
          { ...failed(storedResult(put).seq), finished: ['a/1'], results: { a: { b: '\u0000' } } } as Settlement,
          'keep',
        )
        expect(settled).toEqual({ lane: 'released' })
        await store.put(second, me)
        await store.put(other, undefined)
        const lanes = await claim()
        expect(keysOf(lanes)).toEqual([[first.key, second.key], [other.key]])
        expect(lanes[0]?.events[0]).toMatchObject({
          attempts: 1,
          crashes: 0,
          finished: ['a/1'],
          results: { a: { b: '\u0000' } },
        })
        expect(lanes[0]?.events[1]).toMatchObject({ attempts: 0, finished: [], results: {} })
      })

      test('waits for the back-off', async () => {
        const put = await store.put(newEvent(), me)
        await store.settle(leaseOf(put), failed(storedResult(put).seq, 60_000), 'release')
        expect(await claim()).toEqual([])
        expect(storedResult(await store.put(newEvent(), me)).lease).toBeUndefined()
      })

      test('counts nothing twice when a settlement is repeated', async () => {
        const put = await store.put(newEvent(), me)
        const [lease, settlement] = [leaseOf(put), failed(storedResult(put).seq)]
        await store.settle(lease, settlement, 'release')
        expect((await store.settle(lease, settlement, 'release')).lane).not.toBe('held')
        expect((await takeOne()).events[0]?.attempts).toBe(1)
      })

      test('never lets two owners have a lane', async () => {
        for (let i = 0; i < 40; i++) await store.put(newEvent({ lane: `lane ${i}` }), undefined)
        const claims = await Promise.all(
          [1, 2, 3, 4].map((n) => claim({ id: `owner ${n}`, leaseMs: 60_000 }, everything, 15)),
        )
        const lanes = claims.flat().map(({ lease }) => lease.lane)
        expect(new Set(lanes).size).toBe(lanes.length)
      })

      test('takes nothing for an empty filter', async () => {
        await store.put(newEvent(), undefined)
        expect(await claim(me, { appIds: [], names: [] })).toEqual([])
        expect(await store.extend(me, [])).toEqual([])
        await store.giveBack([])
        expect(await store.dead.retry([])).toBe(0)
      })
    })

    describe('leases', () => {
      test('charges a crash to the event that ran when the owner died, and to no other', async () => {
        const [first, second] = [newEvent(), newEvent()]
        await store.put(first, dead)
        await store.put(second, dead)
        await store.put(newEvent({ lane: 'idle' }), undefined)
        const crashes = (await claim()).flatMap(({ events }) => events.map((event) => [event.key, event.crashes]))
        expect(crashes).toHaveLength(3)
        expect(Object.fromEntries(crashes)).toMatchObject({ [first.key]: 1, [second.key]: 0 })
      })

      test('charges nothing to the owner that takes its own lane again', async () => {
        await store.put(newEvent(), dead)
        expect((await takeOne(dead)).events).toMatchObject([{ crashes: 0 }])
      })

      test('refuses what comes late from the owner before', async () => {
        const put = await store.put(newEvent(), dead)
        const lease = leaseOf(put)
        const taken = await takeOne()
        expect(await store.settle(lease, done(storedResult(put).seq), 'release')).toEqual({ lane: 'lost' })
        expect(await store.extend(dead, [lease])).toEqual([lease])
        expect(await store.next(lease)).toBeUndefined()
        await store.giveBack([lease])
        expect(await store.settle(taken.lease, done(storedResult(put).seq), 'release')).toEqual({ lane: 'released' })
      })

      test('extends exactly the leases that hold', async () => {
        const kept = leaseOf(await store.put(newEvent({ lane: 'kept' }), dead))
        const left = leaseOf(await store.put(newEvent({ lane: 'left' }), dead))
        const longer = { id: dead.id, leaseMs: 60_000 }
        expect(await store.extend(longer, [kept, { ...left, fence: left.fence + 1 }])).toMatchObject([{ lane: 'left' }])
        expect((await claim()).map(({ lease }) => lease.lane)).toEqual(['left'])
      })

      test('gives lanes back without a crash', async () => {
        const lease = leaseOf(await store.put(newEvent(), me))
        await store.giveBack([lease])
        expect((await takeOne({ id: 'other', leaseMs: 1000 })).events).toMatchObject([{ crashes: 0, attempts: 0 }])
      })
    })

    describe('dead letters', () => {
      test('frees the lane, is listed without its body, and runs once when redriven', async () => {
        const [poison, next] = [newEvent(), newEvent()]
        const put = await store.put(poison, me)
        await store.put(next, me)
        const { seq } = storedResult(put)
        expect(await store.settle(leaseOf(put), given(seq), 'yield')).toEqual({ lane: 'released' })
        expect(keysOf(await claim())).toEqual([[next.key]])
        const listed = await store.dead.list({ appId })
        expect(listed).toMatchObject([
          { seq, key: poison.key, error: 'oops', attempts: 1, crashes: 0, lane: poison.lane },
        ])
        expect(listed[0]).not.toHaveProperty('body')
        expect(await store.dead.list({ appId: 'cli_00000000000000bb' })).toEqual([])
        expect(await store.dead.list({ type: 'other' })).toEqual([])
        expect(await store.dead.list({ before: seq })).toEqual([])

        expect(await store.dead.retry([seq, seq + 1000])).toBe(1)
        expect(await store.dead.retry([seq])).toBe(0)
        expect(await store.dead.list({})).toEqual([])
        expect(await store.put(poison, me)).toEqual({ outcome: 'known' })
      })

      test('redrives with its body, and counts from the beginning', async () => {
        const poison = newEvent()
        const put = await store.put(poison, me)
        await store.settle(leaseOf(put), given(storedResult(put).seq), 'release')
        await store.dead.retry([storedResult(put).seq])
        expect((await takeOne()).events).toMatchObject([
          { key: poison.key, body: poison.body, attempts: 0, crashes: 0 },
        ])
      })
    })

    describe('waiting', () => {
      test('frees the lane, and runs again with the answer', async () => {
        const [asking, next] = [newEvent(), newEvent()]
        const put = await store.put(asking, me)
        const settlement = parked(storedResult(put).seq, 'key')
        expect(await store.settle(leaseOf(put), settlement, 'release')).toEqual({ lane: 'released' })
        expect(await store.put(next, me)).toMatchObject({ taken: true, lease: { tail: expect.any(Number) } })
        expect(await store.wake(appId, 'other', 1)).toBe(0)
        expect(await store.wake('cli_00000000000000bb', 'key', 1)).toBe(0)
        expect(await store.wake(appId, 'key', { text: '"yes"\u0000' })).toBe(1)
        expect(await store.wake(appId, 'key', 'again')).toBe(0)
        expect(await store.wakeExpired(10)).toBe(0)
      })

      test('puts a woken event at the end of its lane, and its holder learns of it', async () => {
        const asking = newEvent()
        const put = await store.put(asking, me)
        const lease = leaseOf(put)
        await store.settle(lease, parked(storedResult(put).seq, 'key', 60_000, { before: 1 }), 'release')
        const running = await store.put(newEvent(), dead)
        expect(await store.wake(appId, 'key', ['yes'])).toBe(1)
        const [taken] = await claim()
        expect(taken?.events).toMatchObject([
          { seq: storedResult(running).seq, crashes: 1 },
          { key: asking.key, crashes: 0, attempts: 0, results: { before: 1, answer: ['yes'] } },
        ])
      })

      test('gives two waits for one key the same answer', async () => {
        for (const lane of ['a', 'b']) {
          const put = await store.put(newEvent({ lane }), me)
          await store.settle(leaseOf(put), parked(storedResult(put).seq, 'key'), 'release')
        }
        expect(await store.wake(appId, 'key', 7)).toBe(2)
        const lanes = await claim()
        expect(lanes.map(({ events }) => events[0]?.results)).toEqual([{ answer: 7 }, { answer: 7 }])
      })

      test('wakes with expired after the deadline', async () => {
        const put = await store.put(newEvent(), me)
        await store.settle(leaseOf(put), parked(storedResult(put).seq, 'key', 0), 'release')
        expect(await store.wakeExpired(10)).toBe(1)
        expect(await store.wakeExpired(10)).toBe(0)
        expect((await takeOne()).events).toMatchObject([{ results: { answer: { expired: true } } }])
      })

      test('keeps an answer that is faster than the park', async () => {
        expect(await store.wake(appId, 'key', 'early', 60_000)).toBe(0)
        const put = await store.put(newEvent(), me)
        await store.settle(leaseOf(put), parked(storedResult(put).seq, 'key'), 'keep')
        await store.next(leaseOf(put))
        await store.giveBack([leaseOf(put)])
        expect((await takeOne()).events).toMatchObject([{ results: { answer: 'early' } }])
      })

      test('loses no answer that races with the park', async () => {
        const puts = await Promise.all(
          Array.from({ length: 30 }, (_, n) => store.put(newEvent({ lane: `race ${n}` }), me)),
        )
        await Promise.all(
          puts.flatMap((put, n) => [
            store.settle(leaseOf(put), parked(storedResult(put).seq, `race ${n}`), 'release'),
            store.wake(appId, `race ${n}`, n, 60_000),
          ]),
        )
        await store.giveBack(puts.map(leaseOf))
        const answers = (await claim()).flatMap(({ events }) => events.map(({ results }) => results.answer))
        expect(answers.sort((a, b) => Number(a) - Number(b))).toEqual(puts.map((_, n) => n))
      })

      test('forgets an answer that is not to be kept', async () => {
        await store.wake(appId, 'key', 'early')
        const put = await store.put(newEvent(), me)
        await store.settle(leaseOf(put), parked(storedResult(put).seq, 'key'), 'release')
        expect(await claim()).toEqual([])
      })
    })

    describe('tasks', () => {
      test('are claimed by their names alone', async () => {
        await store.put(newEvent({ kind: 'task', type: 'report', lane: 'report:1' }), undefined)
        await store.put(newEvent({ kind: 'tick', type: 'digest', lane: 'digest' }), undefined)
        expect(await claim()).toEqual([])
        expect((await claim(me, { appIds: [appId], names: ['digest'] })).map(({ lease }) => lease.lane)).toEqual([
          'digest',
        ])
      })

      test('wait for their due time, and do not hold their lane up', async () => {
        const [delayed, now] = [newEvent({ dueAtMs: (await store.nowMs()) + 300 }), newEvent()]
        expect(storedResult(await store.put(delayed, me)).lease).toBeUndefined()
        expect(await claim()).toEqual([])
        expect((await store.counts())[0]).toMatchObject({ ready: 0, waiting: 1 })
        const put = await store.put(now, me)
        expect(put).toMatchObject({ taken: true })
        await store.settle(leaseOf(put), done(storedResult(put).seq), 'release')
        await vi.waitFor(async () => expect(keysOf(await claim())).toEqual([[delayed.key]]), 3000)
      })

      test('run at once when their due time has passed', async () => {
        expect(await store.put(newEvent({ dueAtMs: (await store.nowMs()) - 1000 }), me)).toMatchObject({ taken: true })
      })
    })

    describe('records', () => {
      test('claims an effect once per app', async () => {
        expect(await store.claimEffect(appId, 'a\u0000')).toBe(true)
        expect(await store.claimEffect(appId, 'a\u0000')).toBe(false)
        expect(await store.claimEffect('cli_00000000000000bb', 'a\u0000')).toBe(true)
        const claims = await Promise.all([1, 2, 3, 4].map(() => store.claimEffect(appId, 'race')))
        expect(claims.filter(Boolean)).toHaveLength(1)
      })

      test('lists the running instances', async () => {
        const instance = (id: string) => ({ id, host: 'host', pid: process.pid, pluginsHash: `hash of ${id}` })
        await store.beat(instance('a'))
        expect(await store.beat(instance('b'))).toEqual([instance('a'), instance('b')])
        await store.leave('a')
        expect(await store.beat(instance('b'))).toEqual([instance('b')])
      })

      test('counts by app and state', async () => {
        expect(await store.counts()).toEqual([])
        const put = async (lane: string) => {
          const result = await store.put(newEvent({ lane }), me)
          return [leaseOf(result), storedResult(result).seq] as const
        }
        const [[a, aSeq], [b, bSeq]] = [await put('a'), await put('b')]
        await store.settle(a, given(aSeq), 'release')
        await store.settle(b, parked(bSeq, 'key'), 'release')
        await put('c')
        const [d, dSeq] = await put('d')
        await store.settle(d, done(dSeq), 'release')
        await store.put(newEvent({ appId: 'cli_00000000000000bb' }), undefined)
        expect(await store.counts()).toEqual([
          { appId, ready: 1, waiting: 1, dead: 1, oldestReadyMs: expect.any(Number) },
          { appId: 'cli_00000000000000bb', ready: 1, waiting: 0, dead: 0, oldestReadyMs: expect.any(Number) },
        ])
      })

      test('sweeps what is past its retention, in batches, and nothing else', async () => {
        const puts = await Promise.all(
          Array.from({ length: 1200 }, (_, n) => store.put(newEvent({ lane: `l${n}` }), me)),
        )
        await Promise.all(puts.map((put) => store.settle(leaseOf(put), done(storedResult(put).seq), 'release')))
        const [ready, poison] = [newEvent({ lane: 'ready' }), await store.put(newEvent({ lane: 'poison' }), me)]
        await store.put(ready, undefined)
        await store.settle(leaseOf(poison), given(storedResult(poison).seq), 'release')
        await store.claimEffect(appId, 'effect')
        expect(await store.sweep({ doneMs: 3_600_000, deadMs: 3_600_000 })).toBe(0)
        expect(await store.sweep({ doneMs: -1000, deadMs: 3_600_000 })).toBe(1200)
        expect(await store.sweep({ doneMs: -1000, deadMs: -1000 })).toBe(2)
        expect(await store.claimEffect(appId, 'effect')).toBe(true)
        expect(keysOf(await claim())).toEqual([[ready.key]])
      })

      test('answers pings, and refuses work after it was closed', async () => {
        await store.ping()
        const other = await open()
        await other[Symbol.asyncDispose]()
        await expect(other.put(newEvent(), me)).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE' })
      })
    })

    test('loses, swaps and repeats nothing in ten thousand events with failures everywhere', async () => {
      const report = await modelCheck(store, { events: 10_000, lanes: 50, workers: 12, seed: 7 })
      expect(report).toEqual({ done: 10_000, lost: 0, inversions: 0, doneTwice: 0, overlaps: 0 })
    }, 60_000)
  })
}
