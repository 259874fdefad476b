import { describe, expect, test, vi } from 'vitest'
import type { InboxStore } from '../inbox/inbox-store.ts'
import {
  appId,
  type ContractInbox,
  dead,
  done,
  given,
  keysOf,
  leaseOf,
  me,
  newEvent,
  parked,
  storedResult,
} from './inbox-contract-events.ts'

/** What is promised about dead letters, waits, tasks and the records besides. */
export function waitContract(inbox: ContractInbox, open: () => Promise<InboxStore>): void {
  const { claim, takeOne } = inbox
  describe('dead letters', () => {
    test('frees the lane, is listed without its body, and runs once when redriven', async () => {
      const [poison, next] = [newEvent(), newEvent()]
      const put = await inbox.store.put(poison, me)
      await inbox.store.put(next, me)
      const { seq } = storedResult(put)
      expect(await inbox.store.settle(leaseOf(put), given(seq), 'yield')).toEqual({ lane: 'released' })
      expect(keysOf(await claim())).toEqual([[next.key]])
      const listed = await inbox.store.dead.list({ appId })
      expect(listed).toMatchObject([
        { seq, key: poison.key, error: 'oops', attempts: 1, crashes: 0, lane: poison.lane },
      ])
      expect(listed[0]).not.toHaveProperty('body')
      expect(await inbox.store.dead.list({ appId: 'cli_00000000000000bb' })).toEqual([])
      expect(await inbox.store.dead.list({ type: 'other' })).toEqual([])
      expect(await inbox.store.dead.list({ before: seq })).toEqual([])

      expect(await inbox.store.dead.retry([seq, seq + 1000])).toBe(1)
      expect(await inbox.store.dead.retry([seq])).toBe(0)
      expect(await inbox.store.dead.list({})).toEqual([])
      expect(await inbox.store.put(poison, me)).toEqual({ outcome: 'known' })
    })

    test('redrives with its body, and counts from the beginning', async () => {
      const poison = newEvent()
      const put = await inbox.store.put(poison, me)
      await inbox.store.settle(leaseOf(put), given(storedResult(put).seq), 'release')
      await inbox.store.dead.retry([storedResult(put).seq])
      expect((await takeOne()).events).toMatchObject([{ key: poison.key, body: poison.body, attempts: 0, crashes: 0 }])
    })
  })

  describe('waiting', () => {
    test('frees the lane, and runs again with the answer', async () => {
      const [asking, next] = [newEvent(), newEvent()]
      const put = await inbox.store.put(asking, me)
      const settlement = parked(storedResult(put).seq, 'key')
      expect(await inbox.store.settle(leaseOf(put), settlement, 'release')).toEqual({ lane: 'released' })
      expect(await inbox.store.put(next, me)).toMatchObject({ taken: true, lease: { tail: expect.any(Number) } })
      expect(await inbox.store.wake(appId, 'other', 1)).toBe(0)
      expect(await inbox.store.wake('cli_00000000000000bb', 'key', 1)).toBe(0)
      expect(await inbox.store.wake(appId, 'key', { text: '"yes"\u0000' })).toBe(1)
      expect(await inbox.store.wake(appId, 'key', 'again')).toBe(0)
      expect(await inbox.store.wakeExpired(10)).toBe(0)
    })

    test('puts a woken event at the end of its lane, and its holder learns of it', async () => {
      const asking = newEvent()
      const put = await inbox.store.put(asking, me)
      const lease = leaseOf(put)
      await inbox.store.settle(lease, parked(storedResult(put).seq, 'key', 60_000, { before: 1 }), 'release')
      const running = await inbox.store.put(newEvent(), dead)
      expect(await inbox.store.wake(appId, 'key', ['yes'])).toBe(1)
      const [taken] = await claim()
      expect(taken?.events).toMatchObject([
        { seq: storedResult(running).seq, crashes: 1 },
        { key: asking.key, crashes: 0, attempts: 0, results: { before: 1, answer: ['yes'] } },
      ])
    })

    test('gives two waits for one key the same answer', async () => {
      for (const lane of ['a', 'b']) {
        const put = await inbox.store.put(newEvent({ lane }), me)
        await inbox.store.settle(leaseOf(put), parked(storedResult(put).seq, 'key'), 'release')
      }
      expect(await inbox.store.wake(appId, 'key', 7)).toBe(2)
      const lanes = await claim()
      expect(lanes.map(({ events }) => events[0]?.results)).toEqual([{ answer: 7 }, { answer: 7 }])
    })

    test('wakes with expired after the deadline', async () => {
      const put = await inbox.store.put(newEvent(), me)
      await inbox.store.settle(leaseOf(put), parked(storedResult(put).seq, 'key', 0), 'release')
      expect(await inbox.store.wakeExpired(10)).toBe(1)
      expect(await inbox.store.wakeExpired(10)).toBe(0)
      expect((await takeOne()).events).toMatchObject([{ results: { answer: { expired: true } } }])
    })

    test('keeps an answer that is faster than the park', async () => {
      expect(await inbox.store.wake(appId, 'key', 'early', 60_000)).toBe(0)
      const put = await inbox.store.put(newEvent(), me)
      await inbox.store.settle(leaseOf(put), parked(storedResult(put).seq, 'key'), 'keep')
      await inbox.store.next(leaseOf(put))
      await inbox.store.giveBack([leaseOf(put)])
      expect((await takeOne()).events).toMatchObject([{ results: { answer: 'early' } }])
    })

    test('loses no answer that races with the park', async () => {
      const puts = await Promise.all(
        Array.from({ length: 30 }, (_, n) => inbox.store.put(newEvent({ lane: `race ${n}` }), me)),
      )
      await Promise.all(
        puts.flatMap((put, n) => [
          inbox.store.settle(leaseOf(put), parked(storedResult(put).seq, `race ${n}`), 'release'),
          inbox.store.wake(appId, `race ${n}`, n, 60_000),
        ]),
      )
      await inbox.store.giveBack(puts.map(leaseOf))
      const answers = (await claim()).flatMap(({ events }) => events.map(({ results }) => results.answer))
      expect(answers.sort((a, b) => Number(a) - Number(b))).toEqual(puts.map((_, n) => n))
    })

    test('forgets an answer that is not to be kept', async () => {
      await inbox.store.wake(appId, 'key', 'early')
      const put = await inbox.store.put(newEvent(), me)
      await inbox.store.settle(leaseOf(put), parked(storedResult(put).seq, 'key'), 'release')
      expect(await claim()).toEqual([])
    })
  })

  describe('tasks', () => {
    test('are claimed by their names alone', async () => {
      await inbox.store.put(newEvent({ kind: 'task', type: 'report', lane: 'report:1' }), undefined)
      await inbox.store.put(newEvent({ kind: 'tick', type: 'digest', lane: 'digest' }), undefined)
      expect(await claim()).toEqual([])
      expect((await claim(me, { appIds: [appId], names: ['digest'] })).map(({ lease }) => lease.lane)).toEqual([
        'digest',
      ])
    })

    test('wait for their due time, and do not hold their lane up', async () => {
      const [delayed, now] = [newEvent({ dueAtMs: (await inbox.store.nowMs()) + 300 }), newEvent()]
      expect(storedResult(await inbox.store.put(delayed, me)).lease).toBeUndefined()
      expect(await claim()).toEqual([])
      expect((await inbox.store.counts())[0]).toMatchObject({ ready: 0, waiting: 1 })
      const put = await inbox.store.put(now, me)
      expect(put).toMatchObject({ taken: true })
      await inbox.store.settle(leaseOf(put), done(storedResult(put).seq), 'release')
      await vi.waitFor(async () => expect(keysOf(await claim())).toEqual([[delayed.key]]), 3000)
    })

    test('run at once when their due time has passed', async () => {
      expect(await inbox.store.put(newEvent({ dueAtMs: (await inbox.store.nowMs()) - 1000 }), me)).toMatchObject({
        taken: true,
      })
    })
  })

  describe('records', () => {
    test('claims an effect once per app', async () => {
      expect(await inbox.store.claimEffect(appId, 'a\u0000')).toBe(true)
      expect(await inbox.store.claimEffect(appId, 'a\u0000')).toBe(false)
      expect(await inbox.store.claimEffect('cli_00000000000000bb', 'a\u0000')).toBe(true)
      const claims = await Promise.all([1, 2, 3, 4].map(() => inbox.store.claimEffect(appId, 'race')))
      expect(claims.filter(Boolean)).toHaveLength(1)
    })

    test('lists the running instances', async () => {
      const instance = (id: string) => ({ id, host: 'host', pid: process.pid, pluginsHash: `hash of ${id}` })
      await inbox.store.beat(instance('a'))
      expect(await inbox.store.beat(instance('b'))).toEqual([instance('a'), instance('b')])
      await inbox.store.leave('a')
      expect(await inbox.store.beat(instance('b'))).toEqual([instance('b')])
    })

    test('counts by app and state', async () => {
      expect(await inbox.store.counts()).toEqual([])
      const put = async (lane: string) => {
        const result = await inbox.store.put(newEvent({ lane }), me)
        return [leaseOf(result), storedResult(result).seq] as const
      }
      const [[a, aSeq], [b, bSeq]] = [await put('a'), await put('b')]
      await inbox.store.settle(a, given(aSeq), 'release')
      await inbox.store.settle(b, parked(bSeq, 'key'), 'release')
      await put('c')
      const [d, dSeq] = await put('d')
      await inbox.store.settle(d, done(dSeq), 'release')
      await inbox.store.put(newEvent({ appId: 'cli_00000000000000bb' }), undefined)
      expect(await inbox.store.counts()).toEqual([
        { appId, ready: 1, waiting: 1, dead: 1, oldestReadyMs: expect.any(Number) },
        { appId: 'cli_00000000000000bb', ready: 1, waiting: 0, dead: 0, oldestReadyMs: expect.any(Number) },
      ])
    })

    test('sweeps what is past its retention, in batches, and nothing else', async () => {
      const puts = await Promise.all(
        Array.from({ length: 1200 }, (_, n) => inbox.store.put(newEvent({ lane: `l${n}` }), me)),
      )
      await Promise.all(puts.map((put) => inbox.store.settle(leaseOf(put), done(storedResult(put).seq), 'release')))
      const [ready, poison] = [newEvent({ lane: 'ready' }), await inbox.store.put(newEvent({ lane: 'poison' }), me)]
      await inbox.store.put(ready, undefined)
      await inbox.store.settle(leaseOf(poison), given(storedResult(poison).seq), 'release')
      await inbox.store.claimEffect(appId, 'effect')
      expect(await inbox.store.sweep({ doneMs: 3_600_000, deadMs: 3_600_000 })).toBe(0)
      expect(await inbox.store.sweep({ doneMs: -1000, deadMs: 3_600_000 })).toBe(1200)
      expect(await inbox.store.sweep({ doneMs: -1000, deadMs: -1000 })).toBe(2)
      expect(await inbox.store.claimEffect(appId, 'effect')).toBe(true)
      expect(keysOf(await claim())).toEqual([[ready.key]])
    })

    test('answers pings, and refuses work after it was closed', async () => {
      await inbox.store.ping()
      const other = await open()
      await other[Symbol.asyncDispose]()
      await expect(other.put(newEvent(), me)).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE' })
    })
  })
}
