import { randomBytes } from 'node:crypto'
import { controlMethod, dataMethod, encodeFrame } from './frame.ts'

/** What a broken peer may write: bytes, text, cut frames, and frames that make no sense. */
const kinds: readonly (() => Buffer | string)[] = [
  () => randomBytes(64),
  () => '{"not": "a frame"}',
  () => Buffer.alloc(0),
  () => dataFrame([['type', 'event']]).subarray(0, 20),
  () => dataFrame([['type', 'event']]),
  () => dataFrame(wholeHeaders('1', '7')),
  () => dataFrame(wholeHeaders('many', '0')),
  () => dataFrame(wholeHeaders('1', '0'), '{"schema": "2.0", "header": {'),
  () => dataFrame([['type', 'unknown'], ...wholeHeaders('1', '0').slice(1)], '{}'),
  () => encodeFrame({ ...empty, method: controlMethod, headers: [['type', 'nothing']], payload: undefined }),
]

const empty = { seqId: 0, logId: 0, service: 0 } as const

/** Message number `index` of a flood of garbage; all kinds take their turn. */
export function garbage(index: number): Buffer | string {
  const make = kinds[index % kinds.length] as (typeof kinds)[number]
  return make()
}

function dataFrame(headers: readonly (readonly [string, string])[], payload = 'garbage'): Buffer {
  return encodeFrame({ ...empty, method: dataMethod, headers, payload: Buffer.from(payload) })
}

function wholeHeaders(sum: string, seq: string): [string, string][] {
  return [
    ['type', 'event'],
    ['message_id', randomBytes(16).toString('hex')],
    ['sum', sum],
    ['seq', seq],
    ['trace_id', 'garbage'],
    ['timestamp', '0'],
  ]
}
