import { type ClientKind, startClient } from '../client.ts'
import type { Measure } from '../row.ts'

const atMostMs = 50

/** How long the platform waits for the acknowledgement while handlers take 5 s. */
export const measureAcknowledgement: Measure = async (bench) => {
  const { sandbox } = bench
  // The platform gives up after 3 s; here it waits, so that there is a number.
  await sandbox.configure({ ackWindowMs: 20_000 })
  const p99 = async (kind: ClientKind): Promise<number> => {
    bench.progress(`acknowledgement with a handler of 5 s: ${kind}`)
    const database = `sqlite:${bench.folder()}`
    await using client = await startClient(kind, sandbox, 0, {
      linked: true,
      work: true,
      handler: 'five-seconds',
      database,
    })
    const load = { appId: client.appId, rate: 200, chats: 200 }
    // Code that has not run yet is slow; the first events are for that.
    await sandbox.flood({ ...load, count: 100 })
    const { ackMs, unacknowledged } = await sandbox.flood({ ...load, count: 1000 })
    if (unacknowledged > 0) throw new Error(`${kind} left ${unacknowledged} events without acknowledgement.`)
    return ackMs.p99
  }
  const ours = await p99('larkspur')
  const theirs = await p99('sdk')
  await sandbox.configure({ ackWindowMs: 3000 })
  return [
    {
      name: 'acknowledgement p99 with a handler of 5 s',
      unit: 'ms',
      value: ours,
      theirs,
      target: { atMost: atMostMs },
      reached: ours <= atMostMs,
    },
  ]
}
