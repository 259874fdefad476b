import { createRequire } from 'node:module'
import type { App } from '../config/app.ts'
import { coreError } from '../errors/catalogue.ts'
import type { Log } from '../observe/log.ts'
import type { Clock } from './clock.ts'
import { discoverEndpoint, type Endpoint, refusal } from './endpoint.ts'
import type { LinkFailure, LinkFailureReason } from './failure.ts'
import type { ProxyOptions } from './proxy.ts'
import { createSdkLog } from './sdk-log.ts'
import { startWatchdog } from './watchdog.ts'
import { WatchedAgent } from './watched-agent.ts'

/**
 * Takes one raw envelope from the link. Resolving with undefined acknowledges it, with an object answers a callback with
 * that object; a rejection refuses it, and the platform pushes it again.
 */
export type ReceiveEnvelope = (envelope: unknown) => Promise<unknown>

/** What one attempt needs. */
export interface OpenLinkOptions {
  readonly app: App
  readonly receive: ReceiveEnvelope
  readonly endpointTimeoutMs: number
  readonly handshakeTimeoutMs: number
  readonly pongTimeoutMs: number
  readonly proxy: ProxyOptions
  readonly log: Log
  /** A message of the platform could not be read; the platform pushes it again. */
  readonly onUnreadable: () => void
  readonly clock: Clock
  /** Aborting ends the attempt; nothing of it is left when the promise settles. */
  readonly signal: AbortSignal
}

/** Why a link ended. `closed` is this side's own wish. */
export interface LinkEnd {
  readonly reason: 'closed' | Extract<LinkFailureReason, 'dropped' | 'silent' | 'ping_storm'>
  /** For people. */
  readonly message: string
}

/** An open link: one socket. */
export interface Link {
  /** Resolves when the socket is closed and nothing of the link is left. */
  readonly closed: Promise<LinkEnd>
  /** From now on events are refused, so that the platform pushes them again; resolves when all taken ones have ended. */
  drain(timeoutMs: number): Promise<void>
  /** Closes the link, politely for 2 s; the same as awaiting `closed`. */
  close(message?: string): Promise<LinkEnd>
}

const politeCloseMs = 2000
/** More pings than this in the window are no interval that anybody means. */
const stormPings = 20
const stormWindowMs = 1000

/**
 * One attempt: asks for an endpoint and opens one socket there through the SDK. What fails is a {@link LinkFailure}; it
 * rejects only when the SDK or the certificate file cannot be loaded.
 */
export async function openLink(options: OpenLinkOptions): Promise<Link | LinkFailure> {
  const { app, clock, signal, endpointTimeoutMs: timeoutMs, proxy } = options
  // Loading takes about as long as the question for the endpoint, so both go on at once.
  const [sdk, endpoint] = await Promise.all([loadSdk(), discoverEndpoint({ app, proxy, timeoutMs, clock, signal })])
  if ('error' in endpoint) return endpoint

  const { handshakeTimeoutMs } = options
  const socket = new WatchedAgent(endpoint.url, proxy)
  const intake = new Intake(options.receive, () => socket.gatherWrites())
  const outcome = Promise.withResolvers<'open' | 'failed' | 'late' | 'cancelled'>()
  const storm = Promise.withResolvers<void>()
  const client = new sdk.WSClient({
    appId: app.appId,
    appSecret: app.secret(),
    domain: app.domain,
    autoReconnect: false,
    agent: socket.agent,
    // The endpoint was asked for already: the SDK loses the code of a refusal.
    httpInstance: { request: async () => endpoint.answer } as never,
    logger: createSdkLog(options.log, countPings(clock, storm.resolve), options.onUnreadable),
    // The pings are told at this level alone.
    loggerLevel: sdk.LoggerLevel.trace,
    onReady: () => outcome.resolve('open'),
    onError: () => outcome.resolve('failed'),
  })
  const cancelDeadline = clock.after(handshakeTimeoutMs, () => outcome.resolve('late'))
  const abort = (): void => outcome.resolve('cancelled')
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  else void client.start({ eventDispatcher: intake as never })
  const result = await outcome.promise
  cancelDeadline()
  signal.removeEventListener('abort', abort)
  if (result === 'open') return new OpenLink(client, socket, intake, endpoint, storm.promise, options)

  client.close({ force: true })
  socket.destroy('the attempt has ended')
  const { message } = await socket.closed
  return handshakeFailure(app, endpoint, socket, result === 'late' ? handshakeTimeoutMs : undefined, message)
}

type Client = InstanceType<typeof import('@larksuiteoapi/node-sdk').WSClient>

/** The SDK is CommonJS: `import()` would search its 6 MB for the names of exports, at each start. */
async function loadSdk(): Promise<typeof import('@larksuiteoapi/node-sdk')> {
  return createRequire(import.meta.url)('@larksuiteoapi/node-sdk')
}

class OpenLink implements Link {
  readonly closed: Promise<LinkEnd>
  readonly #client: Client
  readonly #socket: WatchedAgent
  readonly #intake: Intake
  readonly #clock: Clock
  #end: LinkEnd | undefined

  constructor(
    client: Client,
    socket: WatchedAgent,
    intake: Intake,
    { pingIntervalMs }: Endpoint,
    storm: Promise<void>,
    { clock, pongTimeoutMs }: OpenLinkOptions,
  ) {
    this.#client = client
    this.#socket = socket
    this.#intake = intake
    this.#clock = clock
    const onDead = (silentMs: number): void =>
      this.#cut({ reason: 'silent', message: `no sign of life for ${Math.round(silentMs / 1000)} s` })
    const cancelWatchdog = startWatchdog(socket, { pingIntervalMs, pongTimeoutMs, clock, onDead })
    void storm.then(() => this.#cut({ reason: 'ping_storm', message: 'the platform sent no usable ping interval' }))
    this.closed = socket.closed.then(({ message }) => {
      cancelWatchdog()
      intake.refuse()
      client.close({ force: true })
      return this.#end ?? { reason: 'dropped', message }
    })
  }

  async drain(timeoutMs: number): Promise<void> {
    this.#intake.refuse()
    const late = Promise.withResolvers<void>()
    const cancel = this.#clock.after(timeoutMs, late.resolve)
    await Promise.race([this.#intake.idle, late.promise])
    cancel()
    // The acknowledgement of the last one is written some microtasks after it ended.
    await new Promise(setImmediate)
  }

  close(message = 'closed by this side'): Promise<LinkEnd> {
    if (!this.#end) {
      this.#end = { reason: 'closed', message }
      this.#intake.refuse()
      this.#client.close()
      const cancel = this.#clock.after(politeCloseMs, () => this.#socket.destroy('the close was not answered'))
      void this.closed.then(cancel)
    }
    return this.closed
  }

  #cut(end: LinkEnd): void {
    this.#end ??= end
    this.#socket.destroy(end.message)
  }
}

/** Calls `onStorm` when pings follow each other faster than any interval that somebody means. */
function countPings(clock: Clock, onStorm: () => void): () => void {
  let pings = 0
  let since = clock.monotonicMs()
  return () => {
    const now = clock.monotonicMs()
    if (now - since > stormWindowMs) {
      pings = 0
      since = now
    }
    pings += 1
    if (pings > stormPings) onStorm()
  }
}

/** Stands where the SDK expects its event dispatcher: gives envelopes on and counts the ones that are being stored. */
class Intake {
  readonly #receive: ReceiveEnvelope
  readonly #beforeAnswer: () => void
  readonly #idle = Promise.withResolvers<void>()
  #running = 0
  #refusal: Error | undefined
  readonly #settled = (): void => {
    this.#running -= 1
    this.#beforeAnswer()
    if (this.#refusal && this.#running === 0) this.#idle.resolve()
  }

  /** `beforeAnswer` is called before the SDK writes the acknowledgement. */
  constructor(receive: ReceiveEnvelope, beforeAnswer: () => void) {
    this.#receive = receive
    this.#beforeAnswer = beforeAnswer
  }

  /** Called by the SDK for each event; every microtask here is paid tens of thousands of times a second. */
  invoke(envelope: unknown): Promise<unknown> {
    if (this.#refusal) throw this.#refusal
    const stored = this.#receive(envelope)
    this.#running += 1
    stored.then(this.#settled, this.#settled)
    return stored
  }

  /** Resolves when events are refused and the last one that was taken has ended. */
  get idle(): Promise<void> {
    return this.#idle.promise
  }

  refuse(): void {
    if (this.#running === 0) this.#idle.resolve()
    this.#refusal ??= coreError('CONNECTION_FAILED', {
      message: 'the long connection is closing; the platform pushes the event again',
    })
  }
}

function handshakeFailure(
  app: App,
  { url }: Endpoint,
  { answer }: WatchedAgent,
  lateMs: number | undefined,
  message: string,
): LinkFailure {
  if (answer?.handshakeStatus !== undefined) {
    const { status, handshakeStatus, handshakeMessage = '', authCode } = answer
    // Source: the official SDKs for Go, Python and Java.
    const reason = authCode === 1000040350 ? 'limit' : handshakeStatus === 403 ? 'refused' : 'handshake'
    const said = `handshake status ${handshakeStatus}, code ${authCode ?? 'none'}, ${handshakeMessage}`
    const platform = { code: authCode ?? handshakeStatus, msg: handshakeMessage, httpStatus: status }
    return refusal(app.appId, reason, said, platform)
  }
  const refused = answer && answer.status !== 101 ? `HTTP ${answer.status}` : undefined
  const why = refused ?? (lateMs === undefined ? message : `no answer within ${lateMs} ms`)
  return {
    reason: lateMs === undefined ? 'handshake' : 'timeout',
    error: coreError('CONNECTION_FAILED', {
      message: `the long connection to ${url.host} could not be opened: ${why}`,
      platform: { httpStatus: answer?.status },
    }),
  }
}
