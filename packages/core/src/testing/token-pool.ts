import type { App } from '../config/app.ts'
import { CredentialPool } from '../credentials/credential-pool.ts'
import { readKeyRing } from '../credentials/key-ring.ts'
import type { PostJson } from '../credentials/platform-answer.ts'
import { TokenStore } from '../credentials/token-store.ts'
import { createEventBus, type KernelFacts } from '../observe/event-bus.ts'
import { declareKernelMetrics } from '../observe/kernel-metrics.ts'
import { createMetrics } from '../observe/prom-metrics.ts'
import { createSecrets } from '../observe/redact.ts'
import type { Database } from '../storage/database.ts'
import { silentLog } from './silent-log.ts'
import { tokenOwner } from './token-processes.ts'

/** Where a pool of tokens keeps them, and whom it asks. */
export interface TokenPoolSettings {
  readonly database: Database
  readonly encryptionKey: string
  /** Origin of the platform. */
  readonly platform: string
  readonly leaseMs: number
}

/** Asks a platform over HTTP. */
export const postOverHttp: PostJson = async (address, body) => {
  const response = await fetch(address, { method: 'POST', body: JSON.stringify(body) })
  return { status: response.status, json: await response.json(), logId: undefined }
}

/** An app that lives on a platform. */
export function appOf(platform: string, appId: string = tokenOwner.appId): App {
  return {
    ...{ appId, domain: platform, receive: 'none', tenantKey: '', admins: [], enabled: true },
    secret: () => 'canarySecretNeverShown0000',
    encryptKey: () => undefined,
    verificationToken: () => undefined,
  }
}

/** A pool as a process of a bot has it, without the bot. */
export function tokenPool({ database, encryptionKey, platform, leaseMs }: TokenPoolSettings, post = postOverHttp) {
  const app = appOf(platform)
  const secrets = createSecrets()
  const registry = createMetrics({ appIds: [], pluginNames: [], enabled: true, onProblem: () => {} })
  const pool = new CredentialPool({
    ...{ post, secrets, refreshAhead: 0.1, app: () => app },
    bus: createEventBus<KernelFacts>(() => {}),
    metrics: declareKernelMetrics(registry.kernel),
  })
  const ring = readKeyRing(encryptionKey)
  const store = new TokenStore({
    ...{ database, ring, log: silentLog, raise: () => {}, leaseMs },
    maskText: secrets.maskText,
  })
  pool.keepIn(store, silentLog)
  return { pool, app }
}
