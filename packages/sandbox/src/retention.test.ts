import { describe, expect, it } from 'vitest'
import { BoundedLog, BoundedMap } from './retention.ts'

describe('retention', () => {
  it('keeps the newest entries of a log', () => {
    const log = new BoundedLog<number>(100)
    for (let entry = 0; entry < 1000; entry += 1) log.push(entry)
    expect(log.entries()).toEqual(Array.from({ length: 100 }, (_, index) => 900 + index))
  })

  it('forgets the oldest entries of a map, except those that must stay', () => {
    const forgotten: number[] = []
    const map = new BoundedMap<string, number>(100, {
      mayForget: (value) => value !== 3,
      forgotten: (value) => forgotten.push(value),
    })
    for (let entry = 0; entry < 1000; entry += 1) map.set(`key ${entry}`, entry)
    expect(map.size).toBeLessThanOrEqual(142)
    expect(map.get('key 3')).toBe(3)
    expect(map.get('key 999')).toBe(999)
    expect(forgotten.slice(0, 4)).toEqual([0, 1, 2, 4])
    expect(forgotten.length + map.size).toBe(1000)
  })
})
