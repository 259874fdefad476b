import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SandboxClock } from './clock.ts'

describe('the platform clock', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('passes as fast as its scale says', () => {
    const clock = new SandboxClock(60)
    const start = clock.now()
    vi.advanceTimersByTime(1000)
    expect(clock.now() - start).toBe(60_000)
  })

  it('runs a task at its platform time, also when the speed changes meanwhile', () => {
    const clock = new SandboxClock(1)
    const run = vi.fn()
    clock.schedule(60_000, run)
    vi.advanceTimersByTime(30_000)
    clock.set({ scale: 30 })
    vi.advanceTimersByTime(999)
    expect(run).not.toHaveBeenCalled()
    vi.advanceTimersByTime(2)
    expect(run).toHaveBeenCalledOnce()
  })

  it('runs what became due when the time is moved forward', () => {
    const clock = new SandboxClock(1)
    const run = vi.fn()
    clock.schedule(6 * 3_600_000, run)
    clock.set({ advanceMs: 6 * 3_600_000 })
    vi.advanceTimersByTime(1)
    expect(run).toHaveBeenCalledOnce()
  })

  it('waits for tasks that lie further ahead than a timer reaches', () => {
    const clock = new SandboxClock(1)
    const run = vi.fn()
    const days40 = 40 * 86_400_000
    clock.schedule(days40, run)
    vi.advanceTimersByTime(days40 - 1)
    expect(run).not.toHaveBeenCalled()
    vi.advanceTimersByTime(2)
    expect(run).toHaveBeenCalledOnce()
  })

  it('runs a task once, whether by time or by hand, and never after it was taken off', () => {
    const clock = new SandboxClock(1)
    const run = vi.fn()
    clock.schedule(10, run).runNow()
    clock.schedule(10, run).cancel()
    clock.schedule(10, run)
    clock.close()
    vi.advanceTimersByTime(100)
    expect(run).toHaveBeenCalledOnce()
  })

  it('jumps back, which puts off what was due', () => {
    const clock = new SandboxClock(1)
    const run = vi.fn()
    clock.schedule(1000, run)
    clock.set({ advanceMs: -500 })
    vi.advanceTimersByTime(1400)
    expect(run).not.toHaveBeenCalled()
    vi.advanceTimersByTime(200)
    expect(run).toHaveBeenCalledOnce()
  })

  it('refuses a scale of 0, one that outruns the years, and a jump that is no number', () => {
    expect(() => new SandboxClock(0)).toThrow('above 0 and up to 1000000, received 0')
    expect(() => new SandboxClock(1e308)).toThrow('received 1e+308')
    expect(() => new SandboxClock(1).set({ advanceMs: Number.NaN })).toThrow('received NaN')
  })

  it.each([1e300, 8e15, -8e15])('refuses a jump to where no date is: %d', (advanceMs) => {
    const clock = new SandboxClock(1)
    const before = clock.now()
    expect(() => clock.set({ advanceMs })).toThrow('years from 1970 to 9999')
    expect(clock.now()).toBe(before)
  })

  it('has the speed of its start after a reset, and keeps the time', () => {
    const clock = new SandboxClock(2)
    clock.set({ scale: 60, advanceMs: 1000 })
    const before = clock.now()
    clock.reset()
    expect({ scale: clock.scale, now: clock.now() }).toEqual({ scale: 2, now: before })
  })
})
