import { startClient } from '../client.ts'
import { type Measure, type Row, ratioRow, rounds } from '../row.ts'

const loads = [
  { inFlight: 1, ours: 4000, theirs: 1500, atLeast: 2 },
  { inFlight: 16, ours: 8000, theirs: 2500, atLeast: 3.5 },
  { inFlight: 128, ours: 8000, theirs: 2500, atLeast: 3.5 },
] as const

/** Messages sent a second: `request()` against the SDK's Client. */
export const measureSends: Measure = async (bench) => {
  const { sandbox } = bench
  const common = { linked: false, work: false, handler: 'none' } as const
  await using larkspur = await startClient('larkspur', sandbox, 0, { ...common, database: `sqlite:${bench.folder()}` })
  await using sdk = await startClient('sdk', sandbox, 1, { ...common, database: '' })
  const rows: Row[] = []
  for (const { inFlight, ours, theirs, atLeast } of loads) {
    const sides = {
      Larkspur: async () => (ours / (await larkspur.call('send', { count: ours, inFlight }))) * 1000,
      SDK: async () => (theirs / (await sdk.call('send', { count: theirs, inFlight }))) * 1000,
    }
    await rounds(bench, `sends, ${inFlight} in flight, warm-up`, 1, sides)
    const measured = await rounds(bench, `sends, ${inFlight} in flight`, 5, sides)
    const head = { name: `sends/s, ${inFlight} in flight`, unit: 'sends/s', target: { atLeast } }
    rows.push(ratioRow(head, measured, 'Larkspur', 'SDK'))
  }
  return rows
}
