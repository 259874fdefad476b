import { startClient } from '../client.ts'
import { type Measure, ratioRow, rounds } from '../row.ts'

const events = 20_000
const load = { count: events, inFlight: 64, chats: 200 }

/** Events a second, from the socket to the acknowledgement, and to the settled handler. */
export const measureEvents: Measure = async (bench) => {
  const { sandbox } = bench
  const common = { linked: true, handler: 'nothing' } as const
  const database = (): string => `sqlite:${bench.folder()}`
  await using stored = await startClient('larkspur', sandbox, 0, { ...common, work: false, database: database() })
  await using settled = await startClient('larkspur', sandbox, 1, { ...common, work: true, database: database() })
  await using sdk = await startClient('sdk', sandbox, 2, { ...common, work: true, database: '' })

  const acknowledged = async (appId: string): Promise<number> => {
    const { eventsPerSecond, unacknowledged } = await sandbox.flood({ ...load, appId })
    if (unacknowledged > 0) throw new Error(`${unacknowledged} events of ${appId} were not acknowledged.`)
    return eventsPerSecond
  }
  const handled = async (): Promise<number> => {
    const startedAt = performance.timeOrigin + performance.now()
    const [endedAt] = await Promise.all([settled.call('handled', events), acknowledged(settled.appId)])
    return (events / (endedAt - startedAt)) * 1000
  }
  const sides = { stored: () => acknowledged(stored.appId), settled: handled, SDK: () => acknowledged(sdk.appId) }
  await rounds(bench, 'events, warm-up', 1, sides)
  const measured = await rounds(bench, 'events', 5, sides)
  const head = { unit: 'events/s' }
  return [
    ratioRow(
      { ...head, name: 'events/s, stored, then acknowledged', target: { atLeast: 0.65 } },
      measured,
      'stored',
      'SDK',
    ),
    ratioRow(
      { ...head, name: 'events/s, stored, handled and settled', target: { atLeast: 0.4 } },
      measured,
      'settled',
      'SDK',
    ),
  ]
}
