import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect } from 'vitest'
import { type ClientParts, createClients } from '../api/clients.ts'
import { createTransport, type TransportOptions } from '../api/transport.ts'
import type { App } from '../config/app.ts'
import { CredentialPool } from '../credentials/credential-pool.ts'
import { createEventBus, type KernelFacts } from '../observe/event-bus.ts'
import { declareKernelMetrics } from '../observe/kernel-metrics.ts'
import { createLog } from '../observe/pino-log.ts'
import { createMetrics } from '../observe/prom-metrics.ts'
import { createSecrets } from '../observe/redact.ts'

const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** Runs `close` after the test. */
export function afterTest(close: () => unknown): void {
  closers.push(close)
}

/** A request as the server saw it. */
export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  readonly json: Record<string, unknown>
}

/** How the server answers; `drop` ends the connection after the bytes that are given. */
export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly drop?: boolean
  /** Never answers. */
  readonly hang?: boolean
}

const tokenPath = /\/auth\/v3\/(tenant|app)_access_token\/internal$/

/** A server that answers API calls as told, and gives a new token each time it is asked for one. */
export async function openPlatform(answer: (request: SeenRequest, nth: number) => Reply | Promise<Reply>) {
  const calls: SeenRequest[] = []
  const tokens: SeenRequest[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', async () => {
      const body = Buffer.concat(parts)
      const { method = '', url = '', headers } = request
      let json = {}
      if (body.length > 0 && headers['content-type']?.includes('json')) json = JSON.parse(body.toString())
      const seen = { method, url, headers, body, json }
      const [, kind] = tokenPath.exec(url) ?? []
      let reply: Reply
      if (kind && platform.tokenReply) {
        tokens.push(seen)
        reply = await platform.tokenReply(tokens.length)
      } else if (kind) {
        tokens.push(seen)
        const value = `${kind[0]}-token${String(tokens.length).padStart(20, '0')}`
        reply = { body: { code: 0, msg: 'ok', [`${kind}_access_token`]: value, expire: 7200 } }
      } else {
        calls.push(seen)
        reply = await answer(seen, calls.length)
      }
      if (reply.hang) return
      const given = reply.body ?? { code: 0, msg: 'success', data: {} }
      const bytes =
        Buffer.isBuffer(given) || typeof given === 'string' ? Buffer.from(given) : Buffer.from(JSON.stringify(given))
      const length = reply.drop ? bytes.length + 100 : bytes.length
      const type = typeof given === 'string' ? 'text/html' : 'application/json; charset=utf-8'
      response.writeHead(reply.status ?? 200, {
        ...{ 'content-type': type, 'content-length': length, 'x-tt-logid': `log${calls.length}` },
        ...reply.headers,
      })
      if (!reply.drop) response.end(bytes)
      else response.write(bytes, () => setImmediate(() => response.destroy()))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterTest(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  const platform = {
    url: `http://127.0.0.1:${port}`,
    calls,
    tokens,
    /** Instead of a new token each time. */
    tokenReply: undefined as ((nth: number) => Reply | Promise<Reply>) | undefined,
  }
  return platform
}

/** The secret of the apps in these tests; must appear nowhere. */
export const appSecret = 'canarySecretNeverShown0000'

/** An app that lives on `url`. */
export function appOn(url: string, appId = 'cli_00000000000000a1'): App {
  return {
    ...{ appId, domain: url, receive: 'none', tenantKey: '', admins: [], enabled: true },
    secret: () => appSecret,
    encryptKey: () => undefined,
    verificationToken: () => undefined,
  }
}

/** Short waits, no limits. */
const apiOptions = {
  ...{ timeoutMs: 2000, maxAttempts: 4, firstRetryMs: 4, maxRetryMs: 20, deadlineMs: 120_000 },
  ...{ callsPerSecond: 0, messagesPerSecond: 0 },
}

/** Clients for apps on `url`, made of the real parts; waits are short. */
export async function openClient(
  url: string,
  change: Partial<Omit<ClientParts, 'options' | 'transport'>> & {
    options?: Partial<ClientParts['options']>
    http?: Partial<TransportOptions>
    app?: App
  } = {},
) {
  const { http, options, app = appOn(url), ...parts } = change
  const secrets = createSecrets()
  const lines: string[] = []
  const log = await createLog({
    level: 'trace',
    format: 'json',
    secrets,
    destination: { write: (line) => lines.push(line) },
  })
  const appIds = [app.appId, 'cli_00000000000000a2']
  const registry = createMetrics({ appIds, pluginNames: [], enabled: true, onProblem: () => {} })
  const metrics = declareKernelMetrics(registry.kernel)
  const bus = createEventBus<KernelFacts>(() => {})
  const transport = createTransport({ maxConnections: 16, timeoutMs: 2000, proxy: {}, ...http })
  afterTest(() => transport[Symbol.asyncDispose]())
  const pool = new CredentialPool({
    post: (to, body) => transport.postJson(to, body),
    ...{ bus, metrics, secrets, refreshAhead: 0.1, app: () => app },
  })
  const clients = createClients({
    ...{ transport, pool, metrics, log },
    options: { ...apiOptions, ...options },
    share: () => ({ instances: 1, index: 0 }),
    claimEffect: () => Promise.resolve(true),
    ...parts,
  })
  const count = async (name: string): Promise<number> => {
    const line = (await registry.text()).split('\n').find((each) => each.startsWith(`larkspur_${name} `))
    return Number(line?.split(' ').at(-1))
  }
  return { client: clients.of(app), clients, app, pool, bus, registry, count, lines, transport }
}

/** The error of a promise that must reject. */
export function errorOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  return promise.then(
    (value) => expect.fail(`it resolved with ${JSON.stringify(value)}`),
    (error: unknown) => error as Error & Record<string, unknown>,
  )
}
