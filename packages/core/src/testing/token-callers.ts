// Many callers of one token in a process of their own. Arguments: database URL, encryption key, origin of the platform,
// how long the lease is. Each message of the parent begins a round: the token of the round before counts as refused.
import type { App } from '../config/app.ts'
import { CredentialPool } from '../credentials/credential-pool.ts'
import { readKeyRing } from '../credentials/key-ring.ts'
import { TokenStore } from '../credentials/token-store.ts'
import { createEventBus, type KernelFacts } from '../observe/event-bus.ts'
import { declareKernelMetrics } from '../observe/kernel-metrics.ts'
import { createMetrics } from '../observe/prom-metrics.ts'
import { createSecrets } from '../observe/redact.ts'
import { openDatabase } from '../storage/open-database.ts'
import { silentLog } from './silent-log.ts'
import { storageSettings } from './storage-settings.ts'

const [url = '', key = '', domain = '', leaseMs = ''] = process.argv.slice(2)
const app: App = {
  ...{ appId: 'cli_00000000000000a1', domain, receive: 'none', tenantKey: '', admins: [], enabled: true },
  secret: () => 'canarySecretNeverShown0000',
  encryptKey: () => undefined,
  verificationToken: () => undefined,
}
const database = await openDatabase(storageSettings(url), { migrations: [], log: silentLog })
const secrets = createSecrets()
const pool = new CredentialPool({
  post: async (address, body) => {
    const response = await fetch(address, { method: 'POST', body: JSON.stringify(body) })
    return { status: response.status, json: await response.json(), logId: undefined }
  },
  bus: createEventBus<KernelFacts>(() => {}),
  metrics: declareKernelMetrics(
    createMetrics({ appIds: [], pluginNames: [], enabled: true, onProblem: () => {} }).kernel,
  ),
  ...{ secrets, refreshAhead: 0.1, app: () => app },
})
const store = { database, ring: readKeyRing(key), log: silentLog, leaseMs: Number(leaseMs), maskText: secrets.maskText }
pool.keepIn(new TokenStore(store), silentLog)

let before: string | undefined
process.on('message', async () => {
  if (before !== undefined) pool.refused(app, 'tenant', before)
  const tokens = new Set(await Promise.all(Array.from({ length: 250 }, () => pool.token(app, 'tenant'))))
  before = [...tokens][0]
  process.send?.([...tokens])
})
process.on('disconnect', () => void database[Symbol.asyncDispose]())
process.send?.('ready')
