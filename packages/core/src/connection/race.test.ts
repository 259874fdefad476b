import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startPlatform } from '../testing/link-platform.ts'
import { appOf, supervise } from '../testing/supervised-link.ts'

const step = fc.oneof(
  { weight: 4, arbitrary: fc.nat(12).map((turns) => ({ do: 'wait' as const, turns })) },
  { weight: 3, arbitrary: fc.constant({ do: 'start' as const, turns: 0 }) },
  { weight: 2, arbitrary: fc.constantFrom('drop' as const, 'rotate' as const).map((name) => ({ do: name, turns: 0 })) },
  { weight: 1, arbitrary: fc.constant({ do: 'close' as const, turns: 0 }) },
)

test('whatever is started, dropped, rotated and closed in whatever order, there is never a second socket nor one left', async () => {
  await using platform = await startPlatform()
  let most = 0
  const handshake = platform.handshake
  platform.handshake = (socket) => {
    most = Math.max(most, platform.links.size + 1)
    return handshake(socket)
  }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      const app = appOf(platform.url, { appId: 'cli_0123456789abcdef', appSecret: 's' })
      const bot = supervise(app, { random: () => 0 })
      const begun: Promise<unknown>[] = []
      for (const { do: verb, turns } of [{ do: 'start' as const, turns: 0 }, ...steps]) {
        for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate)
        if (verb === 'start')
          begun.push(bot.start().catch((error: { code: string }) => expect(error.code).toBe('BOT_CLOSED')))
        if (verb === 'close') begun.push(bot.supervisor.close({ drainMs: 5 }))
        if (verb === 'rotate') begun.push(bot.supervisor.rotate('test', 5))
        if (verb === 'drop') for (const ws of platform.links) ws.terminate()
      }
      await bot.supervisor.close({ drainMs: 5 })
      await Promise.all(begun)
      expect(bot.supervisor.state).toBe('closed')
      expect(bot.counts.up).toBe(0)
      expect(bot.opens.length - bot.closes.length).toBe(0)
      while (platform.sockets.size > 0) await new Promise(setImmediate)
      expect(most).toBeLessThanOrEqual(1)
    }),
    { numRuns: 100, seed: 20_261_121 },
  )
  expect(most).toBe(1)
})
