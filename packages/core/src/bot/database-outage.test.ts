import { expect, test } from 'vitest'
import { surviveOutage } from '../testing/database-outage.ts'

test('a bot whose PostgreSQL is away says so, lives on, is ready soon after, and loses nothing', async () => {
  const { said } = await surviveOutage(1000)
  expect(said).toBeGreaterThan(10)
})
