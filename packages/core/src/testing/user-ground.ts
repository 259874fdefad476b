import { UserTokenStore } from '../credentials/user-token-store.ts'
import type { UserIdentity } from '../credentials/user-tokens.ts'
import { createEventBus, type KernelFacts } from '../observe/event-bus.ts'
import { declareKernelMetrics } from '../observe/kernel-metrics.ts'
import { createMetrics } from '../observe/prom-metrics.ts'
import { createSecrets } from '../observe/redact.ts'
import type { Flavour } from '../storage/database.ts'
import { GrantPlatform } from './grant-platform.ts'
import { tokenGround } from './token-ground.ts'
import { appOf } from './token-pool.ts'
import { tokenOwner } from './token-processes.ts'

/** Whose grants the tests are about. */
export const alice: UserIdentity = tokenOwner

/** The access token that the platform gives as its `nth`. */
export const granted = (nth: number): string => `u-access${nth}CanaryNeverShown`

/** The token that a user gets. */
export const tokenOf = async (users: UserTokenStore, user = alice): Promise<string> => (await users.get(user)).value

/** A database with grants of users, and their platform. */
export async function userGround(flavour: Flavour, postgresUrl?: string) {
  const ground = await tokenGround(flavour, postgresUrl)
  const platform = new GrantPlatform()
  /** What was told of tokens. */
  const facts: KernelFacts['token:failed' | 'token:refreshed'][] = []
  return {
    ...{ ground, platform, facts },
    /** The grants as one process sees them. */
    openUsers({ leaseMs = 20_000, key = ground.encryptionKey, post = platform.post } = {}): UserTokenStore {
      const bus = createEventBus<KernelFacts>(() => {})
      for (const name of ['token:failed', 'token:refreshed'] as const)
        bus.observe(name, (fact) => void facts.push(fact))
      const { kernel } = createMetrics({ appIds: [], pluginNames: [], enabled: true, onProblem: () => {} })
      return new UserTokenStore({
        store: ground.store({ leaseMs, key }),
        app: (id) => appOf('https://open.example', id),
        ...{ post, bus, metrics: declareKernelMetrics(kernel), secrets: createSecrets(), refreshAhead: 0.1 },
      })
    },
    /** As if so much time had passed since all tokens came. */
    async age(ms: number): Promise<void> {
      for (const { user_id, expires_at, refreshed_at } of await ground.rows())
        await ground.change(
          { expires_at: Number(expires_at) - ms, refreshed_at: Number(refreshed_at) - ms },
          { user_id },
        )
    },
    [Symbol.asyncDispose]: () => ground[Symbol.asyncDispose](),
  }
}
