import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Sandbox, type SandboxApp, startSandbox } from '@larkspur/sandbox'
import type { AppConfig } from '../config/app-config.ts'
import type { KernelOptionsInput } from '../generated/kernel-options.ts'
import { testEncryptionKey } from './storage-settings.ts'

/** An app of the sandbox, as a configuration names it. */
export type TestApp = AppConfig & { readonly appId: string; readonly appSecret: string }

/** A sandbox and a folder for the database of one test; both go at its end. */
export interface TestGround extends AsyncDisposable {
  readonly sandbox: Sandbox
  readonly folder: string
  /** The first app, as a configuration names it. */
  readonly app: TestApp
  /** All apps of the sandbox. */
  readonly apps: readonly TestApp[]
  /** Options that suit a test: quick, no fixed ports, nothing logged. */
  readonly options: KernelOptionsInput
  /** What was logged, when `options.log` is left as it is and `logTo` is given to createBot. */
  readonly logged: string[]
  readonly logTo: { write(line: string): void }
}

/** Options that make a bot quick. */
export const quickOptions: KernelOptionsInput = {
  http: { monitorPort: 0, port: 0, host: '127.0.0.1' },
  inbox: { pollMs: 10 },
  dispatch: { firstRetryMs: 1, maxRetryMs: 10, drainMs: 1000 },
  connection: { firstRetryMs: 10, maxRetryMs: 50 },
  api: { firstRetryMs: 1, maxRetryMs: 10, callsPerSecond: 0, messagesPerSecond: 0 },
  log: { level: 'trace', format: 'json' },
  credentials: { encryptionKey: testEncryptionKey },
}

/** Lays the ground for a test with a real bot. */
export async function testGround(apps = 1): Promise<TestGround> {
  const sandbox = await startSandbox({ apps })
  const folder = await mkdtemp(join(tmpdir(), 'larkspur-bot-'))
  const configs = sandbox.apps.map((app) => appConfig(app, sandbox))
  const logged: string[] = []
  return {
    sandbox,
    folder,
    app: configs[0] as TestApp,
    apps: configs,
    options: { ...quickOptions, database: { url: `sqlite:${folder}` } },
    logged,
    logTo: { write: (line) => void logged.push(line) },
    async [Symbol.asyncDispose]() {
      await sandbox.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function appConfig({ appId, appSecret }: SandboxApp, sandbox: Sandbox): TestApp {
  return { appId, appSecret, domain: sandbox.url }
}
