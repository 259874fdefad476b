import type { Flavour } from '../../packages/core/src/storage/database.ts'
import { tokenGround } from '../../packages/core/src/testing/token-ground.ts'
import { startTokenPlatform } from '../../packages/core/src/testing/token-platform.ts'
import { tokenPool } from '../../packages/core/src/testing/token-pool.ts'
import { type CallersRound, startTokenProcess, tokenOwner } from '../../packages/core/src/testing/token-processes.ts'
import type { Ground, Row } from '../row.ts'

const rounds = 50
const leaseMs = 20_000

/** Calls for a new token, while 1,000 callers in four processes find the old one over, 50 times. */
async function refreshCalls({ postgresUrl, log }: Ground, flavour: Flavour, kind: CallersRound['kind']) {
  await using ground = await tokenGround(flavour, postgresUrl)
  await using platform = await startTokenPlatform()
  const { url, encryptionKey, database } = ground
  const settings = { url, encryptionKey, platform: platform.origin, leaseMs }
  const calls = () => (kind === 'tenant' ? platform.tenantCalls : platform.grants.asked.length)
  const processes = await Promise.all([1, 2, 3, 4].map(() => startTokenProcess(settings)))
  await using stack = new AsyncDisposableStack()
  for (const each of processes) stack.use(each)
  if (kind === 'user') {
    const users = await tokenPool({ ...settings, database }).pool.userTokens()
    await users.put(tokenOwner, platform.grants.grant())
  }
  let before: string | undefined
  for (let round = 1; round <= rounds; round += 1) {
    if (kind === 'user') await ground.change({ expires_at: 0, retry_at: 0 })
    const refused = kind === 'tenant' ? before : undefined
    const answers = await Promise.all(processes.map((each) => each.call({ kind, callers: 250, refused })))
    const tokens = new Set(answers.flatMap((answer) => answer.tokens))
    const errors = answers.flatMap((answer) => answer.errors)
    const [token] = tokens
    if (errors.length > 0 || tokens.size !== 1 || token === before)
      throw new Error(`round ${round}: ${tokens.size} different tokens, errors: ${errors.join(', ') || 'none'}`)
    before = token
    if (round % 10 === 0) log(`${round} rounds, ${calls()} calls`)
  }
  if (platform.grants.reused > 0) throw new Error(`${platform.grants.reused} refresh tokens were used twice`)
  return calls()
}

const places = [
  { flavour: 'postgres', id: 'T1', where: 'PostgreSQL' },
  { flavour: 'sqlite', id: 'T2', where: 'one SQLite file' },
] as const

/** Exactly one refresh, however many processes share the token. */
export const sharedRefreshRows: readonly Row[] = places.flatMap(({ flavour, id, where }) =>
  (['tenant', 'user'] as const).map((kind) => ({
    id: kind === 'user' ? `${id}-user` : id,
    name: `1,000 callers in 4 processes on ${where} find the ${kind} token over, ${rounds} times`,
    unit: 'refreshes',
    target: { exactly: rounds },
    run: (ground: Ground) => refreshCalls(ground, flavour, kind),
  })),
)
