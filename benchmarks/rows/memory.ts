import { type ClientKind, startClient } from '../client.ts'
import { type Measure, ratioRow } from '../row.ts'

const events = 100_000

/** Memory after many events; informs only. */
export const measureMemory: Measure = async (bench) => {
  const { sandbox } = bench
  const after = async (kind: ClientKind): Promise<{ rss: number; growth: number }> => {
    bench.progress(`memory after ${events} events: ${kind}`)
    const database = `sqlite:${bench.folder()}`
    await using client = await startClient(kind, sandbox, 0, { linked: true, work: true, handler: 'nothing', database })
    const load = { appId: client.appId, inFlight: 64, chats: 200 }
    const run = async (count: number): Promise<void> => {
      await Promise.all([client.call('handled', count), sandbox.flood({ ...load, count })])
    }
    await run(2000)
    const before = await client.call('memory')
    await run(events)
    const { rss, heap } = await client.call('memory')
    return { rss, growth: heap - before.heap }
  }
  const [ours, theirs] = [await after('larkspur'), await after('sdk')]
  const rss = [{ Larkspur: ours.rss, SDK: theirs.rss }]
  return [
    ratioRow({ name: 'memory after 100,000 events', unit: 'MB', target: undefined }, rss, 'Larkspur', 'SDK'),
    {
      name: 'heap growth over 100,000 events',
      unit: 'MB',
      value: ours.growth,
      theirs: theirs.growth,
      target: undefined,
      reached: undefined,
    },
  ]
}
