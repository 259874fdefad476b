// Loaded beforehand: loading stops the event loop for long enough to miss a short deadline.
import '@larksuiteoapi/node-sdk'
import type { App } from '../config/app.ts'
import type { Clock } from '../connection/clock.ts'
import type { ReceiveEnvelope } from '../connection/link.ts'
import type { ProxyOptions } from '../connection/proxy.ts'
import { type ConnectionOptions, createSupervisor, type Supervisor } from '../connection/supervisor.ts'
import type { LarkspurError } from '../errors/larkspur-error.ts'
import type { Alarm } from '../observe/alarm.ts'
import { type ConnectionState, createEventBus, type KernelFacts } from '../observe/event-bus.ts'
import type { Log, LogFields } from '../observe/log.ts'

/** Waits a hundredth of the usual ones; deadlines that no slow machine misses. */
export const quick: ConnectionOptions = {
  handshakeTimeoutMs: 10_000,
  endpointTimeoutMs: 10_000,
  pongTimeoutMs: 150,
  firstRetryMs: 10,
  maxRetryMs: 300,
  failuresBeforeFallback: 10,
  fallback: 'alarm',
}

/** An app record for a sandbox app. */
export function appOf(url: string, { appId, appSecret }: { appId: string; appSecret: string }): App {
  return {
    appId,
    domain: url,
    receive: 'websocket',
    tenantKey: '',
    admins: [],
    enabled: true,
    secret: () => appSecret,
    encryptKey: () => undefined,
    verificationToken: () => undefined,
  }
}

/** A supervisor and all that it told. */
export interface Supervised extends AsyncDisposable {
  readonly supervisor: Supervisor
  readonly envelopes: unknown[]
  readonly states: ConnectionState[]
  readonly opens: { downMs: number }[]
  readonly closes: string[]
  readonly alarms: Alarm[]
  readonly lines: string[]
  readonly counts: { opens: number; unreadable: number; up: number; failures: Record<string, number> }
  start(): Promise<LarkspurError | undefined>
  /** Resolves when the state is reached, or at once when it is the present one. */
  reach(state: ConnectionState): Promise<void>
  /** Resolves when `holds` does; looked at whenever something was told. */
  until(holds: () => boolean): Promise<void>
}

/** Makes a supervisor that records what it tells. */
export function supervise(
  app: App,
  options: {
    receive?: ReceiveEnvelope
    connection?: Partial<ConnectionOptions>
    proxy?: ProxyOptions
    clock?: Clock
    random?: () => number
  } = {},
): Supervised {
  const waiting = new Set<() => void>()
  const told = (): void => {
    for (const look of waiting) look()
  }
  const bus = createEventBus<KernelFacts>((_, error) => {
    throw error
  })
  const record = {
    envelopes: [] as unknown[],
    states: [] as ConnectionState[],
    opens: [] as { downMs: number }[],
    closes: [] as string[],
    alarms: [] as Alarm[],
    lines: [] as string[],
    counts: { opens: 0, unreadable: 0, up: 0, failures: {} as Record<string, number> },
  }
  bus.observe('connection:state', ({ state }) => record.states.push(state))
  bus.observe('connection:open', ({ downMs }) => record.opens.push({ downMs }))
  bus.observe('connection:closed', ({ reason }) => record.closes.push(reason))
  for (const fact of ['connection:state', 'connection:open', 'connection:closed'] as const) bus.observe(fact, told)
  const write = (message: string, fields?: LogFields): void => {
    const errors = Object.values(fields ?? {}).filter((value) => value instanceof Error)
    record.lines.push([message, JSON.stringify(fields), ...errors.map((error) => `${error.stack}`)].join(' '))
  }
  const log: Log = { trace: write, debug: write, info: write, warn: write, error: write, child: () => log }
  const { counts } = record
  const supervisor = createSupervisor({
    app,
    receive: async (envelope) => {
      record.envelopes.push(envelope)
      told()
      return options.receive?.(envelope)
    },
    connection: { ...quick, ...options.connection },
    proxy: options.proxy ?? {},
    bus,
    raise: (alarm) => {
      record.alarms.push(alarm)
      told()
    },
    log,
    metrics: {
      up: { set: (_, value) => (counts.up = value), remove: () => {} },
      opens: { add: () => (counts.opens += 1) },
      failures: { add: ({ reason }) => (counts.failures[reason] = (counts.failures[reason] ?? 0) + 1) },
      unreadable: {
        add: () => {
          counts.unreadable += 1
          told()
        },
      },
    },
    clock: options.clock,
    random: options.random ?? (() => 0.5),
  })
  const until = async (holds: () => boolean): Promise<void> => {
    if (holds()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = (): void => {
      if (holds()) resolve()
    }
    waiting.add(look)
    await promise
    waiting.delete(look)
  }
  return {
    ...record,
    supervisor,
    start: () => supervisor.start(),
    until,
    reach: (state) => until(() => supervisor.state === state),
    [Symbol.asyncDispose]: () => supervisor.close({ drainMs: 0 }),
  }
}
