import { setTimeout as sleep } from 'node:timers/promises'
import { isLarkspurError } from '../../packages/core/src/errors/larkspur-error.ts'
import type { Flavour } from '../../packages/core/src/storage/database.ts'
import { tokenGround } from '../../packages/core/src/testing/token-ground.ts'
import { startTokenPlatform } from '../../packages/core/src/testing/token-platform.ts'
import { tokenPool } from '../../packages/core/src/testing/token-pool.ts'
import {
  type CallersRound,
  type DeathStep,
  startTokenProcess,
  tokenOwner,
} from '../../packages/core/src/testing/token-processes.ts'
import type { Ground, Row } from '../row.ts'

/** How processes end. */
interface Death {
  readonly signal: 'SIGKILL' | 'SIGTERM'
  /** In turn. */
  readonly steps: readonly DeathStep[]
}

const killed: Death = { signal: 'SIGKILL', steps: ['before', 'leased', 'asked', 'answered', 'stored'] }
const told: Death = { signal: 'SIGTERM', steps: ['asked'] }
/** On each database. */
const kills = 100
/** Short, so that the next process takes over soon. */
const leaseMs = 300

/** Ends that are not known: neither a good token nor, where the platform took the refresh token, a grant that is over. */
async function unknownEnds(
  { postgresUrl, log }: Ground,
  flavour: Flavour,
  kind: CallersRound['kind'],
  { signal, steps }: Death,
) {
  await using ground = await tokenGround(flavour, postgresUrl)
  await using platform = await startTokenPlatform()
  const { url, encryptionKey, database } = ground
  const settings = { url, encryptionKey, platform: platform.origin, leaseMs }
  const survivor = () => tokenPool({ ...settings, database })
  const newest = () => (kind === 'tenant' ? `t-${platform.tenantCalls}` : platform.grants.newest)
  const ends = { good: 0, ended: 0, unknown: 0 }
  let isOver = true
  // The next process starts while this one is looked at.
  let starting = startTokenProcess(settings)
  for (let kill = 0; kill < kills; kill += 1) {
    const dieAt = steps[kill % steps.length] as DeathStep
    if (kind === 'user' && isOver) await (await survivor().pool.userTokens()).put(tokenOwner, platform.grants.grant())
    await ground.change({ expires_at: 0, retry_at: 0 })
    await using doomed = await starting
    starting = startTokenProcess(settings)
    platform.asked = () => (dieAt === 'asked' ? doomed.kill(signal) : undefined)
    if (signal === 'SIGTERM') platform.holding = sleep(Math.random() * 60)
    void doomed.call({ kind, callers: 50, dieAt })
    await doomed.gone
    platform.asked = () => {}

    const { pool, app } = survivor()
    const end = await Promise.resolve(kind === 'tenant' ? pool.token(app, 'tenant') : pool.userToken(tokenOwner)).then(
      (token) => (token === newest() ? 'good' : 'another token'),
      (error: unknown) => (isLarkspurError(error) ? error.code : String(error)),
    )
    isOver = end === 'CREDENTIAL_GRANT_ENDED'
    const mayBeOver = kind === 'user' && signal === 'SIGKILL' && (dieAt === 'asked' || dieAt === 'answered')
    if (end === 'good') ends.good += 1
    else if (isOver && mayBeOver) ends.ended += 1
    else {
      ends.unknown += 1
      log(`killed at ${dieAt}: ${end}`)
    }
    if ((kill + 1) % 20 === 0)
      log(
        `${flavour}: ${kill + 1} kills, ${ends.good} with a token, ${ends.ended} grants ended, ${ends.unknown} unknown`,
      )
  }
  await (await starting)[Symbol.asyncDispose]()
  return ends.unknown
}

/** A process that is killed with signal 9 in the middle of a refresh, at each of five steps in turn. */
export const killedRefreshRows: readonly Row[] = (['tenant', 'user'] as const).map((kind) => ({
  id: kind === 'user' ? 'T4-user' : 'T4',
  name: `kill -9 at each of 5 steps of a refresh of a ${kind} token, ${2 * kills} times on two databases`,
  unit: 'unknown ends',
  target: { exactly: 0 },
  run: async (ground) =>
    (await unknownEnds(ground, 'sqlite', kind, killed)) + (await unknownEnds(ground, 'postgres', kind, killed)),
}))

/** A process that is told to end while the platform has its refresh token stores what comes for it. */
export const endedRefreshRow: Row = {
  id: 'T5',
  name: `SIGTERM in the middle of a refresh of a user token, ${2 * kills} times on two databases`,
  unit: 'grants lost',
  target: { exactly: 0 },
  run: async (ground) =>
    (await unknownEnds(ground, 'sqlite', 'user', told)) + (await unknownEnds(ground, 'postgres', 'user', told)),
}
