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

/** One attempt: asks for an endpoint and opens one socket there through the SDK. Never rejects. */
export async function openLink(options: OpenLinkOptions): Promise<Link | LinkFailure> {
  const { app, clock, signal, endpointTimeoutMs: timeoutMs, proxy } = options
  // Loading takes about as long as the question for the endpoint, so both go on at once.
  const [sdk, endpoint] = await Promise.all([
    import('@larksuiteoapi/node-sdk'),
    discoverEndpoint({ app, proxy, timeoutMs, clock, signal }),
  ])
  if ('error' in endpoint) return endpoint
  return handshake(sdk, endpoint, options)
}

type Sdk = typeof import('@larksuiteoapi/node-sdk')

async function handshake(sdk: Sdk, endpoint: Endpoint, options: OpenLinkOptions): Promise<Link | LinkFailure> {
  const { app, clock, signal, log, handshakeTimeoutMs, pongTimeoutMs } = options
  const { pingIntervalMs } = endpoint
  const socket = new WatchedAgent(endpoint.url, options.proxy)
  const intake = new Intake(options.receive)
  const outcome = Promise.withResolvers<'open' | 'failed' | 'late' | 'cancelled'>()
  let end: LinkEnd | undefined
  let pings = 0
  let pingsSince = clock.monotonicMs()

  const onPing = (): void => {
    const now = clock.monotonicMs()
    if (now - pingsSince > stormWindowMs) {
      pings = 0
      pingsSince = now
    }
    pings += 1
    if (pings <= stormPings || end) return
    end = { reason: 'ping_storm', message: 'the platform sent no usable ping interval' }
    // Not from inside the SDK's ping, which would set its timer again after the close.
    setImmediate(() => socket.destroy('ping storm'))
  }
  const sdkLog = createSdkLog(log, onPing, options.onUnreadable)
  const client = new sdk.WSClient({
    appId: app.appId,
    appSecret: app.secret(),
    domain: app.domain,
    autoReconnect: false,
    agent: socket.agent,
    // The endpoint was asked for already: the SDK loses the code of a refusal.
    httpInstance: { request: async () => endpoint.answer } as never,
    logger: sdkLog,
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
  if (result !== 'open') {
    client.close({ force: true })
    socket.destroy('the attempt has ended')
    const lost = await socket.closed
    return handshakeFailure(
      app,
      endpoint,
      socket,
      result === 'late' ? `no answer within ${handshakeTimeoutMs} ms` : lost.message,
      result === 'late',
    )
  }

  const cancelWatchdog = startWatchdog(socket, {
    pingIntervalMs,
    pongTimeoutMs,
    clock,
    onDead: (silentMs) => {
      end ??= { reason: 'silent', message: `no sign of life for ${Math.round(silentMs / 1000)} s` }
      socket.destroy('silent')
    },
  })
  const closed = socket.closed.then((lost): LinkEnd => {
    cancelWatchdog()
    intake.refuse()
    client.close({ force: true })
    return end ?? { reason: 'dropped', message: lost.message }
  })
  return {
    closed,
    async drain(timeoutMs) {
      intake.refuse()
      const late = Promise.withResolvers<void>()
      const cancel = clock.after(timeoutMs, late.resolve)
      await Promise.race([intake.idle, late.promise])
      cancel()
      // The acknowledgement of the last one is written some microtasks after it ended.
      await new Promise(setImmediate)
    },
    close(message = 'closed by this side') {
      if (!end) {
        end = { reason: 'closed', message }
        intake.refuse()
        client.close()
        const cancel = clock.after(politeCloseMs, () => socket.destroy('the platform did not answer the close'))
        void closed.then(cancel)
      }
      return closed
    },
  }
}

/** Stands where the SDK expects its event dispatcher: gives envelopes on and counts the ones that are being stored. */
class Intake {
  readonly #receive: ReceiveEnvelope
  readonly #idle = Promise.withResolvers<void>()
  #running = 0
  #refusal: Error | undefined
  readonly #settled = (): void => {
    this.#running -= 1
    if (this.#refusal && this.#running === 0) this.#idle.resolve()
  }

  constructor(receive: ReceiveEnvelope) {
    this.#receive = receive
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
      message: 'the link is closing; the platform pushes the event again',
    })
  }
}

function handshakeFailure(
  app: App,
  { url }: Endpoint,
  socket: WatchedAgent,
  message: string,
  late: boolean,
): LinkFailure {
  const { answer } = socket
  if (answer && answer.handshakeStatus !== undefined) {
    const { handshakeStatus, handshakeMessage, authCode } = answer
    const said = `handshake status ${handshakeStatus}, code ${authCode ?? 'none'}, ${handshakeMessage ?? ''}`
    // Source: the official SDKs for Go, Python and Java.
    const reason = authCode === 1000040350 ? 'limit' : handshakeStatus === 403 ? 'refused' : 'handshake'
    return refusal(app.appId, reason, said, {
      code: authCode ?? handshakeStatus,
      msg: handshakeMessage,
      httpStatus: answer.status,
    })
  }
  const what = answer && answer.status !== 101 ? `HTTP ${answer.status}` : message
  return {
    reason: late ? 'timeout' : 'handshake',
    error: coreError('CONNECTION_FAILED', {
      message: `the long connection to ${url.host} could not be opened: ${what}`,
      platform: { httpStatus: answer?.status },
    }),
  }
}
