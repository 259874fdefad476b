import { type ClientKind, startClient } from '../client.ts'
import { type Measure, median, rounds } from '../row.ts'

const tokenApi = 'POST /open-apis/auth/v3/tenant_access_token/internal'
const atOnce = 200
const inTurn = 1_000_000
const least = 1_000_000

/** Tenant tokens: calls when none is there yet, and how quick a cached one comes. */
export const measureTokens: Measure = async (bench) => {
  const { sandbox } = bench
  const common = { linked: false, work: false, handler: 'none' } as const
  const start = (kind: ClientKind) =>
    startClient(kind, sandbox, kind === 'larkspur' ? 0 : 1, { ...common, database: `sqlite:${bench.folder()}` })
  await using larkspur = await start('larkspur')
  await using sdk = await start('sdk')
  const coldCalls = async (client: typeof larkspur): Promise<number> => {
    const count = async () => (await sandbox.calls({ api: tokenApi, appId: client.appId })).length
    const before = await count()
    await client.call('tokensAtOnce', atOnce)
    return (await count()) - before
  }
  const [ours, theirs] = [await coldCalls(larkspur), await coldCalls(sdk)]
  const measured = await rounds(bench, 'cached tokens', 5, {
    Larkspur: () => larkspur.call('tokensInTurn', inTurn),
    SDK: () => sdk.call('tokensInTurn', inTurn / 10),
  })
  const value = median(measured.map(({ Larkspur }) => Larkspur))
  return [
    {
      ...{ name: `calls for ${atOnce} tokens at once`, unit: 'calls', value: ours, theirs },
      ...{ target: { atMost: 1 }, reached: ours <= 1 },
    },
    {
      ...{ name: 'tokens/s from the cache', unit: 'tokens/s', value, theirs: median(measured.map(({ SDK }) => SDK)) },
      ...{ target: { atLeast: least }, reached: value >= least },
    },
  ]
}
