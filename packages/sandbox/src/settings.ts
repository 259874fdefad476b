import type { SandboxSettings, SandboxSettingsChange } from './control.ts'

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
  chunkOrder: ['kept', 'reversed'],
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
