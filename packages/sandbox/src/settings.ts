/** What can be changed while the sandbox runs. */
export interface SandboxSettings {
  /** Seconds, sent to clients in the endpoint answer and in every pong. Defaults -1, 120, 30, 120. */
  clientConfig: { ReconnectCount: number; ReconnectInterval: number; ReconnectNonce: number; PingInterval: number }
  /** Real milliseconds a client has for its acknowledgement. Default 3000. */
  ackWindowMs: number
  /** Platform milliseconds from a failed push to the next. Default 15 s, 5 min, 1 h, 6 h. */
  repushMs: readonly number[]
  /** Data frames are split into this many chunks. Default 1. */
  chunks: number
  /** `reversed`: the chunks of a frame are sent last first; `incomplete`: the last one never. Default `kept`. */
  chunkOrder: 'kept' | 'reversed' | 'incomplete'
  /** Each push of an event is sent this many times, with the same ids. Default 1. */
  pushCopies: number
  /** Pushes of events leave in batches of this many, the last one first, or after 100 ms. Default 1: in order. */
  reversedBatch: number
  /**
   * `after-ping`: a link gets data after its first ping, or after 1 s. `at-once`: waiting events go out in the TCP segment of
   * the handshake, where the node SDK loses them. Default `after-ping`.
   */
  firstData: 'after-ping' | 'at-once'
  /** Whether pings are answered. Default true. */
  pong: boolean
  /** Pongs are put off by this, real milliseconds. Default 0. */
  pongDelayMs: number
  /** A uuid that comes again within the hour has no second effect. Default true. */
  collapseUuids: boolean
  /** The clock by which webhooks are signed is ahead of the platform's by this, or below 0 behind it. Default 0. */
  webhookSkewMs: number
  /** Pushes count as sent and reach nobody. Default false. */
  muteEvents: boolean
  /** Default 50. */
  maxLinksPerApp: number
  /** `data` in errors of endpoint discovery: an empty object, or none (the node SDK then retries for ever). */
  endpointErrorData: 'object' | 'absent'
  /** Calls of one app to one API in a second of platform time; 0 is no limit. Default 0, documented for most APIs: 50. */
  callsPerSecond: number
  /** `documented`: calls of one app to one API are limited by the second and minute as its page says. Default `none`. */
  callLimits: 'none' | 'documented'
  /** Messages of all bots to one chat or user in a second of platform time; 0 is no limit. Default 0, documented: 5. */
  messagesPerSecond: number
  /** Platform time that a write of Bitable records takes; others to the table meanwhile get 1254291. Default 0, none. */
  tableWriteMs: number
  /** Life of new tokens in platform seconds. Default 7200. */
  tokenLifetimeSeconds: number
}

/** Settings to be changed; of `clientConfig` also single fields. */
export type SandboxSettingsChange = Partial<Omit<SandboxSettings, 'clientConfig'>> & {
  clientConfig?: Partial<SandboxSettings['clientConfig']>
}

const minuteMs = 60_000

/** Settings as the platform documents or shows them. */
export function defaultSettings(): SandboxSettings {
  return {
    clientConfig: { ReconnectCount: -1, ReconnectInterval: 120, ReconnectNonce: 30, PingInterval: 120 },
    ackWindowMs: 3000,
    repushMs: [15_000, 5 * minuteMs, 60 * minuteMs, 360 * minuteMs],
    chunks: 1,
    chunkOrder: 'kept',
    pushCopies: 1,
    reversedBatch: 1,
    firstData: 'after-ping',
    pong: true,
    pongDelayMs: 0,
    collapseUuids: true,
    webhookSkewMs: 0,
    muteEvents: false,
    maxLinksPerApp: 50,
    endpointErrorData: 'object',
    callsPerSecond: 0,
    callLimits: 'none',
    messagesPerSecond: 0,
    tableWriteMs: 0,
    tokenLifetimeSeconds: 7200,
  }
}

const choices: Readonly<Record<string, readonly string[]>> = {
  chunkOrder: ['kept', 'reversed', 'incomplete'],
  firstData: ['after-ping', 'at-once'],
  endpointErrorData: ['object', 'absent'],
  callLimits: ['none', 'documented'],
}

/**
 * Puts changes over settings.
 *
 * @throws Error for a name that is no setting and for a value of the wrong type; nothing is changed then
 */
export function changeSettings(settings: SandboxSettings, changes: SandboxSettingsChange): void {
  const known: Record<string, unknown> = { ...settings }
  for (const [name, value] of Object.entries(changes)) {
    if (!(name in known)) throw new Error(`There is no setting "${name}"; there are ${Object.keys(known).join(', ')}.`)
    const expected = expectation(name, known[name], value)
    if (expected) throw new Error(`The setting "${name}" is ${expected}, received ${JSON.stringify(value)}.`)
  }
  const { clientConfig, ...rest } = changes
  Object.assign(settings.clientConfig, clientConfig)
  Object.assign(settings, Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)))
}

/** What the value should have been, or nothing when it is right. */
function expectation(name: string, current: unknown, value: unknown): string | undefined {
  if (value === undefined) return undefined
  const allowed = choices[name]
  if (allowed) return allowed.includes(value as string) ? undefined : `one of ${allowed.join(', ')}`
  if (name === 'webhookSkewMs') return Number.isFinite(value) ? undefined : 'a number'
  if (typeof current === 'number') return isAmount(value) ? undefined : 'a number of 0 or more'
  if (typeof current === 'boolean') return typeof value === 'boolean' ? undefined : 'true or false'
  if (Array.isArray(current)) {
    return Array.isArray(value) && value.every(isAmount) ? undefined : 'a list of numbers of 0 or more'
  }
  const fields = typeof value === 'object' && value !== null ? Object.entries(value) : [['', '']]
  const right = fields.every(([field, seconds]) => field in (current as object) && typeof seconds === 'number')
  return right ? undefined : `an object of numbers with ${Object.keys(current as object).join(', ')}`
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0
}
