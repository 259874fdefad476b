import { setTimeout as delay } from 'node:timers/promises'
import type { BotCore, Plugin } from '@larkspur/core'
import type { SandboxControl } from '@larkspur/sandbox'

/** Between looks at the inbox, milliseconds. */
const lookMs = 5

/**
 * Waits until the platform has no acknowledgement left to wait for and the inbox holds nothing that is due or in hand.
 * An event is in the inbox before it is acknowledged, so nothing lies between the two.
 */
export async function waitUntilSettled(
  bot: BotCore<readonly Plugin[]>,
  sandbox: SandboxControl,
  timeoutMs: number,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    await sandbox.waitForDeliveries({ timeoutMs: Math.max(1, deadline - performance.now()) })
    const open = await readyEvents(bot)
    const pending = await sandbox.deliveries({ state: 'pending' })
    if (open === 0 && pending.length === 0) return
    if (performance.now() > deadline)
      throw new Error(
        `The bot has not settled within ${timeoutMs} ms: ${open} events are stored and neither handled nor given up. A handler still runs, or is tried again and again.`,
      )
    await delay(lookMs)
  }
}

async function readyEvents(bot: BotCore<readonly Plugin[]>): Promise<number> {
  const text = await bot.metricsText()
  const samples = text.matchAll(/^larkspur_inbox_events\{([^}]*)\} (\d+)/gm)
  return [...samples]
    .filter(([, labels]) => labels?.includes('state="ready"'))
    .reduce((sum, [, , count]) => sum + Number(count), 0)
}
