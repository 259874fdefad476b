import { describe, expect, test, vi } from 'vitest'
import type { PutResult, Settlement } from '../inbox/inbox-store.ts'
import {
  appId,
  type ContractInbox,
  dead,
  done,
  everything,
  failed,
  keysOf,
  leaseOf,
  me,
  newEvent,
  storedResult,
} from './inbox-contract-events.ts'

/** What is promised about storing and running events, and about leases. */
export function laneContract(inbox: ContractInbox): void {
  const { claim, takeOne } = inbox
  describe('storing', () => {
    test('takes an idle lane with the event', async () => {
      const result = storedResult(await inbox.store.put(newEvent(), me))
      expect(result).toMatchObject({ taken: true, lease: { appId, lane: 'chat:oc_1', tail: 1 } })
      expect(await claim({ id: 'other', leaseMs: 1000 })).toEqual([])
    })

    test('answers known for an event that is there, whatever became of it', async () => {
      const event = newEvent()
      const first = await inbox.store.put(event, me)
      expect(await inbox.store.put(event, me)).toEqual({ outcome: 'known' })
      await inbox.store.settle(leaseOf(first), done(storedResult(first).seq), 'release')
      expect(await inbox.store.put(event, me)).toEqual({ outcome: 'known' })
    })

    test('stores one of two equal events that arrive in one turn', async () => {
      const event = newEvent()
      const outcomes = await Promise.all([inbox.store.put(event, me), inbox.store.put(event, me)])
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['stored', 'known'])
    })

    test('keeps apps apart', async () => {
      const event = newEvent()
      const other = 'cli_00000000000000bb'
      expect(await inbox.store.put(event, me)).toMatchObject({ taken: true })
      expect(await inbox.store.put({ ...event, appId: other }, me)).toMatchObject({ outcome: 'stored', taken: true })
      await inbox.store.put(newEvent({ appId: other, lane: 'free' }), undefined)
      expect(await claim()).toEqual([])
      expect(await claim(me, { appIds: [other], names: [] })).toHaveLength(1)
    })

    test('gives the events of a lane rising numbers and tails, also in one commit', async () => {
      const results = await Promise.all([1, 2, 3].map(() => inbox.store.put(newEvent(), me)))
      expect(results.map(leaseOf).map(({ tail }) => tail)).toEqual([1, 2, 3])
      expect(results.map((result) => storedResult(result).taken)).toEqual([true, false, false])
      const seqs = results.map((result) => storedResult(result).seq)
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
      const later = await inbox.store.put(newEvent(), me)
      expect(leaseOf(later)).toMatchObject({ tail: 4, fence: leaseOf(results[0] as PutResult).fence })
    })

    test('shows by a gap in the tails that others added events in between', async () => {
      const [first, others, last] = [newEvent(), newEvent(), newEvent()]
      const lease = leaseOf(await inbox.store.put(first, me))
      await inbox.store.put(others, undefined)
      const after = await inbox.store.put(last, me)
      expect([lease.tail, leaseOf(after).tail]).toEqual([1, 3])
      expect((await inbox.store.next(lease))?.events.map(({ key }) => key)).toEqual([first.key, others.key, last.key])
    })

    test('stores the others when one event of a group cannot be stored', async () => {
      const broken = { ...newEvent(), body: undefined as unknown as string }
      const results = await Promise.allSettled(
        [newEvent(), broken, newEvent()].map((event) => inbox.store.put(event, me)),
      )
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    })

    test('gives no lease for a lane that another owner has', async () => {
      await inbox.store.put(newEvent(), me)
      expect(storedResult(await inbox.store.put(newEvent(), { id: 'other', leaseMs: 1000 })).lease).toBeUndefined()
    })

    test('leaves the lane to others without an owner', async () => {
      const event = newEvent({ tenantKey: 't', body: '{"text":"hello"}' })
      expect(storedResult(await inbox.store.put(event, undefined)).lease).toBeUndefined()
      const { events } = await takeOne()
      expect(events).toMatchObject([{ ...event, attempts: 0, crashes: 0, finished: [], results: {} }])
      expect(events[0]?.receivedAtMs).toBeGreaterThan(0)
    })

    test('keeps odd characters, and replaces U+0000', async () => {
      const odd = newEvent({ key: 'event:\u0000"\'\\😀', lane: 'lane\u0000\n', body: '{"text":"\\u0000 😀 \u0000"}' })
      const lease = leaseOf(await inbox.store.put(odd, dead))
      expect(lease.lane).toBe('lane\uFFFD\n')
      expect(await inbox.store.put(odd, me)).toEqual({ outcome: 'known' })
      const { events } = await takeOne()
      expect(events).toMatchObject([{ key: 'event:\uFFFD"\'\\😀', body: '{"text":"\\u0000 😀 \uFFFD"}' }])
    })
  })

  describe('running', () => {
    test('releases the lane after its last event', async () => {
      const first = await inbox.store.put(newEvent(), me)
      expect(await inbox.store.settle(leaseOf(first), done(storedResult(first).seq), 'release')).toEqual({
        lane: 'released',
      })
      expect(await claim()).toEqual([])
      expect(await inbox.store.put(newEvent(), me)).toMatchObject({ taken: true })
    })

    test('does not release a lane to which an event was added', async () => {
      const first = await inbox.store.put(newEvent(), me)
      const second = newEvent()
      await inbox.store.put(second, undefined)
      const settled = await inbox.store.settle(leaseOf(first), done(storedResult(first).seq), 'release')
      expect(settled).toMatchObject({ lane: 'held' })
      const next = await inbox.store.next(leaseOf(first))
      expect(next?.events).toMatchObject([{ key: second.key }])
      expect(next?.lease.tail).toBe(2)
    })

    test('hands events out in order, ten at a time, and forgets none', async () => {
      const events = Array.from({ length: 23 }, () => newEvent())
      for (const event of events) await inbox.store.put(event, undefined)
      const seen: string[] = []
      let lane = await takeOne()
      for (;;) {
        expect(lane.events.length).toBeLessThanOrEqual(10)
        let held = true
        for (const [index, { seq, key }] of lane.events.entries()) {
          seen.push(key)
          const last = index === lane.events.length - 1
          held = (await inbox.store.settle(lane.lease, done(seq), last ? 'release' : 'keep')).lane === 'held'
        }
        if (!held) break
        lane = (await inbox.store.next(lane.lease)) ?? expect.fail('the lane was lost')
      }
      expect(seen).toEqual(events.map(({ key }) => key))
    })

    test('gives an empty lane back by itself', async () => {
      const first = await inbox.store.put(newEvent(), me)
      await inbox.store.settle(leaseOf(first), done(storedResult(first).seq), 'keep')
      expect(await inbox.store.next(leaseOf(first))).toBeUndefined()
      expect(await inbox.store.put(newEvent(), me)).toMatchObject({ taken: true })
    })

    test('yields a lane to the end of the queue', async () => {
      const [hot, other] = [newEvent({ lane: 'hot' }), newEvent({ lane: 'other' })]
      const first = await inbox.store.put(hot, me)
      const second = newEvent({ lane: 'hot' })
      await inbox.store.put(second, me)
      await inbox.store.put(other, undefined)
      const before = await inbox.store.nowMs()
      await vi.waitFor(async () => expect(await inbox.store.nowMs()).toBeGreaterThan(before))
      const settled = await inbox.store.settle(leaseOf(first), done(storedResult(first).seq), 'yield')
      expect(settled).toEqual({ lane: 'released' })
      expect(keysOf(await claim(me, everything, 1))).toEqual([[other.key]])
      expect(keysOf(await claim(me, everything, 1))).toEqual([[second.key]])
    })

    test('holds the order of a lane while an event is retried, and lets other lanes go on', async () => {
      const [first, second, other] = [newEvent(), newEvent(), newEvent({ lane: 'other' })]
      const put = await inbox.store.put(first, me)
      const settled = await inbox.store.settle(
        leaseOf(put),
        { ...failed(storedResult(put).seq), finished: ['a/1'], results: { a: { b: '\u0000' } } } as Settlement,
        'keep',
      )
      expect(settled).toEqual({ lane: 'released' })
      await inbox.store.put(second, me)
      await inbox.store.put(other, undefined)
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
      const put = await inbox.store.put(newEvent(), me)
      await inbox.store.settle(leaseOf(put), failed(storedResult(put).seq, 60_000), 'release')
      expect(await claim()).toEqual([])
      expect(storedResult(await inbox.store.put(newEvent(), me)).lease).toBeUndefined()
    })

    test('counts nothing twice when a settlement is repeated', async () => {
      const put = await inbox.store.put(newEvent(), me)
      const [lease, settlement] = [leaseOf(put), failed(storedResult(put).seq)]
      await inbox.store.settle(lease, settlement, 'release')
      expect((await inbox.store.settle(lease, settlement, 'release')).lane).not.toBe('held')
      expect((await takeOne()).events[0]?.attempts).toBe(1)
    })

    test('never lets two owners have a lane', async () => {
      for (let i = 0; i < 40; i++) await inbox.store.put(newEvent({ lane: `lane ${i}` }), undefined)
      const claims = await Promise.all(
        [1, 2, 3, 4].map((n) => claim({ id: `owner ${n}`, leaseMs: 60_000 }, everything, 15)),
      )
      const lanes = claims.flat().map(({ lease }) => lease.lane)
      expect(new Set(lanes).size).toBe(lanes.length)
    })

    test('takes nothing for an empty filter', async () => {
      await inbox.store.put(newEvent(), undefined)
      expect(await claim(me, { appIds: [], names: [] })).toEqual([])
      expect(await inbox.store.extend(me, [])).toEqual([])
      await inbox.store.giveBack([])
      expect(await inbox.store.dead.retry([])).toBe(0)
    })
  })

  describe('leases', () => {
    test('charges a crash to the event that ran when the owner died, and to no other', async () => {
      const [first, second] = [newEvent(), newEvent()]
      await inbox.store.put(first, dead)
      await inbox.store.put(second, dead)
      await inbox.store.put(newEvent({ lane: 'idle' }), undefined)
      const crashes = (await claim()).flatMap(({ events }) => events.map((event) => [event.key, event.crashes]))
      expect(crashes).toHaveLength(3)
      expect(Object.fromEntries(crashes)).toMatchObject({ [first.key]: 1, [second.key]: 0 })
    })

    test('charges nothing to the owner that takes its own lane again', async () => {
      await inbox.store.put(newEvent(), dead)
      expect((await takeOne(dead)).events).toMatchObject([{ crashes: 0 }])
    })

    test('refuses what comes late from the owner before', async () => {
      const put = await inbox.store.put(newEvent(), dead)
      const lease = leaseOf(put)
      const taken = await takeOne()
      expect(await inbox.store.settle(lease, done(storedResult(put).seq), 'release')).toEqual({ lane: 'lost' })
      expect(await inbox.store.extend(dead, [lease])).toEqual([lease])
      expect(await inbox.store.next(lease)).toBeUndefined()
      await inbox.store.giveBack([lease])
      expect(await inbox.store.settle(taken.lease, done(storedResult(put).seq), 'release')).toEqual({
        lane: 'released',
      })
    })

    test('extends exactly the leases that hold', async () => {
      const kept = leaseOf(await inbox.store.put(newEvent({ lane: 'kept' }), dead))
      const left = leaseOf(await inbox.store.put(newEvent({ lane: 'left' }), dead))
      const longer = { id: dead.id, leaseMs: 60_000 }
      expect(await inbox.store.extend(longer, [kept, { ...left, fence: left.fence + 1 }])).toMatchObject([
        { lane: 'left' },
      ])
      expect((await claim()).map(({ lease }) => lease.lane)).toEqual(['left'])
    })

    test('gives lanes back without a crash', async () => {
      const lease = leaseOf(await inbox.store.put(newEvent(), me))
      await inbox.store.giveBack([lease])
      expect((await takeOne({ id: 'other', leaseMs: 1000 })).events).toMatchObject([{ crashes: 0, attempts: 0 }])
    })
  })
}
