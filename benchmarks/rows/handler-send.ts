import { type Client, startClient } from '../client.ts'
import { type Measure, ratioRow, rounds } from '../row.ts'

const events = 5000

/** A handler that sends one message, to the end of the handler. */
export const measureHandlerSend: Measure = async (bench) => {
  const { sandbox } = bench
  const common = { linked: true, work: true, handler: 'send' } as const
  const database = `sqlite:${bench.folder()}`
  await using larkspur = await startClient('larkspur', sandbox, 0, { ...common, database })
  await using sdk = await startClient('sdk', sandbox, 1, { ...common, database: '' })
  const rate = async (client: Client): Promise<number> => {
    const startedAt = performance.timeOrigin + performance.now()
    const [endedAt] = await Promise.all([
      client.call('handled', events),
      sandbox.flood({ appId: client.appId, count: events, inFlight: 64, chats: 200 }),
    ])
    return (events / (endedAt - startedAt)) * 1000
  }
  const sides = { Larkspur: () => rate(larkspur), SDK: () => rate(sdk) }
  await rounds(bench, 'handler that sends, warm-up', 1, sides)
  const measured = await rounds(bench, 'handler that sends', 5, sides)
  const head = { name: 'events/s, handler sends one message', unit: 'events/s', target: { atLeast: 2 } }
  return [ratioRow(head, measured, 'Larkspur', 'SDK')]
}
