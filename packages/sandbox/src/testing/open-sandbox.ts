import { type Cache, Client } from '@larksuiteoapi/node-sdk'
import { afterEach } from 'vitest'
import WebSocket from 'ws'
import type { SandboxApp } from '../control.ts'
import { controlMethod, dataMethod, decodeFrame, encodeFrame, type Frame, frameHeader } from '../frame.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '../start-sandbox.ts'

const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** Runs `close` after the test. */
export function afterTest(close: () => unknown): void {
  closers.push(close)
}

/** A sandbox that ends with the test. */
export async function openSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options)
  afterTest(() => sandbox.close())
  return sandbox
}

export function firstApp(sandbox: Sandbox): SandboxApp {
  const [app] = sandbox.apps
  if (!app) throw new Error('the sandbox has no app')
  return app
}

/** The open_id of a user in the eyes of the first app. */
export function openIdOf(sandbox: Sandbox, userId: string): string {
  const user = sandbox.users.find((known) => known.userId === userId)
  if (!user) throw new Error(`no user ${userId}`)
  return user.openId
}

/** A logger for the SDK that says nothing. */
export const silent = { error() {}, warn() {}, info() {}, debug() {}, trace() {} }

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: answers differ from API to API and are compared field by field
  body: any
}

/** One HTTP call as a client without an SDK makes it. */
export async function request(
  sandbox: Sandbox,
  method: string,
  path: string,
  options: { token?: string; authorization?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const authorization = options.authorization ?? (options.token === undefined ? undefined : `Bearer ${options.token}`)
  const response = await fetch(sandbox.url + path, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(authorization !== undefined && { authorization }),
      ...options.headers,
    },
    ...(options.body !== undefined && {
      body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body),
    }),
  })
  const text = await response.text()
  const body = response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : text
  return { status: response.status, headers: response.headers, body }
}

/** A tenant token of the app, the first one by default. */
export async function tenantToken(sandbox: Sandbox, app: SandboxApp = firstApp(sandbox)): Promise<string> {
  const { body } = await request(sandbox, 'POST', '/open-apis/auth/v3/tenant_access_token/internal', {
    body: { app_id: app.appId, app_secret: app.appSecret },
  })
  return body.tenant_access_token
}

/** A token of a person for the first app, as signing in gives it. */
export async function userToken(sandbox: Sandbox, user: string): Promise<string> {
  const { appId, appSecret } = firstApp(sandbox)
  const redirect_uri = 'http://localhost/callback'
  const query = new URLSearchParams({ client_id: appId, response_type: 'code', redirect_uri })
  const { redirectUrl } = await sandbox.authorize({
    user,
    url: `${sandbox.url}/open-apis/authen/v1/authorize?${query}`,
  })
  const code = new URL(redirectUrl).searchParams.get('code')
  const client = { client_id: appId, client_secret: appSecret, redirect_uri }
  const { body } = await request(sandbox, 'POST', '/open-apis/authen/v2/oauth/token', {
    body: { ...client, grant_type: 'authorization_code', code },
  })
  return body.access_token
}

/** The official SDK's client of the first app. */
export function apiClient(sandbox: Sandbox): Client {
  const { appId, appSecret } = firstApp(sandbox)
  return new Client({ appId, appSecret, domain: sandbox.url, logger: silent, cache: freshCache() })
}

/** A cache for the SDK, whose own is shared by the whole process and keyed by app id alone. */
export function freshCache(): Cache {
  const values = new Map<unknown, unknown>()
  return {
    set: async (key: unknown, value: unknown) => values.set(String(key), value) === values,
    get: async (key: unknown) => values.get(String(key)),
  }
}

/** Sends a text to a chat; answers what the API answered. */
export async function sendText(
  sandbox: Sandbox,
  token: string,
  chatId: string,
  text: string,
  more: Record<string, unknown> = {},
): Promise<Answer> {
  return request(sandbox, 'POST', '/open-apis/im/v1/messages?receive_id_type=chat_id', {
    token,
    body: { receive_id: chatId, msg_type: 'text', content: JSON.stringify({ text }), ...more },
  })
}

/** Endpoint discovery; answers the body. */
export async function discover(sandbox: Sandbox, app: SandboxApp = firstApp(sandbox)): Promise<Answer> {
  const body = { AppID: app.appId, AppSecret: app.appSecret }
  return request(sandbox, 'POST', '/callback/ws/endpoint', { body })
}

/** A long-connection client without an SDK: it keeps what arrives and answers only when told. */
export class WireClient {
  readonly socket: WebSocket
  readonly frames: Frame[] = []
  closeCode: number | undefined
  readonly #waiting = new Set<() => void>()

  constructor(url: string) {
    this.socket = new WebSocket(url)
    this.socket.on('message', (data: Buffer) => {
      this.frames.push(decodeFrame(data))
      for (const check of this.#waiting) check()
    })
    this.socket.on('close', (code) => {
      this.closeCode = code
      for (const check of this.#waiting) check()
    })
    this.socket.on('error', () => {})
    afterTest(() => this.socket.terminate())
  }

  /** Connects to the sandbox as an app, and pings once as the official SDKs do. */
  static async connect(sandbox: Sandbox, app?: SandboxApp): Promise<WireClient> {
    const { body } = await discover(sandbox, app)
    const client = new WireClient(body.data.URL)
    await new Promise((resolve, reject) => client.socket.once('open', resolve).once('error', reject))
    client.ping()
    await client.until(() => client.frames.splice(0).length === 1)
    return client
  }

  get data(): Frame[] {
    return this.frames.filter((frame) => frame.method === dataMethod)
  }

  get pongs(): Frame[] {
    return this.frames.filter((frame) => frame.method === controlMethod)
  }

  ping(): void {
    const headers = [['type', 'ping']] as const
    this.send({ seqId: 0, logId: 0, service: 1, method: controlMethod, headers, payload: undefined })
  }

  /** Answers a data frame, on this connection. */
  ack(frame: Frame, answer: Record<string, unknown> = { code: 200 }): void {
    this.send({ ...frame, payload: Buffer.from(JSON.stringify(answer)) })
  }

  send(frame: Frame): void {
    this.socket.send(encodeFrame(frame))
  }

  /** Resolves when `holds`, checked at each frame and at the end of the connection. */
  until(holds: (client: this) => boolean): Promise<void> {
    if (holds(this)) return Promise.resolve()
    return new Promise((resolve) => {
      const check = () => {
        if (!holds(this)) return
        this.#waiting.delete(check)
        resolve()
      }
      this.#waiting.add(check)
    })
  }
}

/** The envelope in a whole data frame. */
// biome-ignore lint/suspicious/noExplicitAny: envelopes differ from event to event and are compared field by field
export function envelopeOf(frame: Frame | undefined): any {
  return JSON.parse(Buffer.from(frame?.payload ?? []).toString())
}

export function headersOf(frame: Frame | undefined, ...keys: string[]): (string | undefined)[] {
  return keys.map((key) => frame && frameHeader(frame, key))
}
