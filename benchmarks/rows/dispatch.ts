import { startClient } from '../client.ts'
import { type Measure, ratioRow, rounds } from '../row.ts'

const events = 200_000

/** Dispatch in process: five middleware and a handler against the SDK's dispatcher, which has no middleware. */
export const measureDispatch: Measure = async (bench) => {
  const { sandbox } = bench
  const common = { linked: false, work: false, handler: 'none' } as const
  await using larkspur = await startClient('larkspur', sandbox, 0, { ...common, database: `sqlite:${bench.folder()}` })
  await using sdk = await startClient('sdk', sandbox, 1, { ...common, database: '' })
  const sides = {
    Larkspur: () => larkspur.call('dispatch', events),
    SDK: () => sdk.call('dispatch', events),
  }
  await rounds(bench, 'dispatch, warm-up', 1, sides)
  const measured = await rounds(bench, 'dispatch', 5, sides)
  const head = { name: 'dispatch in process, five middleware', unit: 'ns/event', target: { atMost: 0.7 } }
  return [ratioRow(head, measured, 'Larkspur', 'SDK')]
}
