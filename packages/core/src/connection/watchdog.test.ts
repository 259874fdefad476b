import { expect, test } from 'vitest'
import { handClock } from '../testing/hand-clock.ts'
import { startWatchdog } from './watchdog.ts'

function watch(options: { answersPings?: boolean; pingIntervalMs?: number } = {}) {
  const clock = handClock()
  const peer = { bytesRead: 0, pings: 0, answers: options.answersPings ?? false }
  const dead: number[] = []
  const cancel = startWatchdog(
    {
      get bytesRead() {
        return peer.bytesRead
      },
      ping() {
        peer.pings += 1
        // The answer is read after the timers of its turn.
        if (peer.answers) clock.after(1, () => (peer.bytesRead += 6))
      },
    },
    {
      pingIntervalMs: options.pingIntervalMs ?? 120_000,
      pongTimeoutMs: 15_000,
      clock,
      onDead: (silentMs) => dead.push(silentMs),
    },
  )
  return { clock, peer, dead, cancel }
}

test('a peer that never answers is dead within ping interval and pong time-out, give or take two looks', () => {
  const { clock, dead } = watch()
  clock.pass(134_999)
  expect(dead).toEqual([])
  clock.pass(10_001)
  expect(dead).toHaveLength(1)
  expect(clock.waiting).toBe(0)
})

test('a peer that talks at its interval is asked nothing and stays', () => {
  const { clock, peer, dead } = watch()
  for (let minute = 0; minute < 60; minute += 1) {
    clock.pass(60_000)
    peer.bytesRead += 10
  }
  expect([peer.pings, dead]).toEqual([0, []])
})

test('a peer whose interval grew to ten times is asked, answers, and stays', () => {
  const { clock, peer, dead } = watch({ answersPings: true })
  clock.pass(1_200_000)
  expect(peer.pings).toBeGreaterThan(5)
  expect(dead).toEqual([])
})

test('a time-out longer than the ping interval works all the same', () => {
  const { clock, dead } = watch({ pingIntervalMs: 5000 })
  clock.pass(30_000)
  expect(dead).toHaveLength(1)
})

test('twenty stalls of 5 s right after a ping are no alarm', () => {
  const { clock, peer, dead } = watch({ answersPings: true })
  for (let round = 0; round < 20; round += 1) {
    const before = peer.pings
    while (peer.pings === before) clock.pass(1000)
    clock.stall(5000)
  }
  expect(dead).toEqual([])
})

test('a stall longer than the time-out, with the answer unread, is no alarm', () => {
  const { clock, peer, dead } = watch()
  while (peer.pings === 0) clock.pass(1000)
  clock.stall(28_000)
  expect(dead).toEqual([])
  peer.bytesRead += 6
  clock.pass(100_000)
  expect(dead).toEqual([])
})

test('a peer that died during a stall is found after it', () => {
  const { clock, peer, dead } = watch()
  while (peer.pings === 0) clock.pass(1000)
  clock.stall(28_000)
  clock.pass(20_000)
  expect(dead).toHaveLength(1)
})

test.each([
  ['the monotonic clock stood still', (clock: ReturnType<typeof handClock>) => clock.sleep(90_000)],
  ['the process was stopped', (clock: ReturnType<typeof handClock>) => clock.stall(90_000)],
])('after a sleep in which %s the peer is asked within 5 s, and found dead within 20 s', (_, sleep) => {
  const { clock, peer, dead } = watch()
  clock.pass(10_000)
  peer.bytesRead += 10
  clock.pass(5000)
  sleep(clock)
  clock.pass(5000)
  expect(peer.pings).toBe(1)
  clock.pass(20_000)
  expect(dead).toHaveLength(1)
})

test('after a sleep a peer that answers stays', () => {
  const { clock, peer, dead } = watch({ answersPings: true })
  clock.pass(10_000)
  clock.stall(90_000)
  clock.pass(60_000)
  expect(peer.pings).toBe(1)
  expect(dead).toEqual([])
})

test('a cancelled watchdog leaves no timer', () => {
  const { clock, cancel } = watch()
  clock.pass(7000)
  cancel()
  expect(clock.waiting).toBe(0)
})
