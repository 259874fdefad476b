import { expect, test } from 'vitest'
import { retryDelayMs } from './retry-delay.ts'

const bounds = { firstRetryMs: 1000, maxRetryMs: 30_000 }
const longest = (reason: Parameters<typeof retryDelayMs>[0], random: number) =>
  [0, 1, 2, 3, 4, 5, 50, 5000].map((retries) => retryDelayMs(reason, retries, bounds, () => random))

test('the bound doubles from one second to thirty, and the wait is anything below it', () => {
  expect(longest('dropped', 1)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
  expect(longest('dropped', 0.5)).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000])
  expect(longest('busy', 0)).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
})

test('at the limit of links the waits are 5 s to 5 min, so that there are at most four attempts a minute', () => {
  expect(longest('limit', 0)).toEqual([5000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000])
})

test('a refusal waits ten minutes', () => {
  expect(longest('refused', 0.3)).toEqual(Array(8).fill(600_000))
})
