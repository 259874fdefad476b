import type { SandboxSettings } from './control.ts'

const minuteMs = 60_000

/** Settings as the platform documents or shows them. */
export function defaultSettings(): SandboxSettings {
  return {
    clientConfig: { ReconnectCount: -1, ReconnectInterval: 120, ReconnectNonce: 30, PingInterval: 120 },
    ackWindowMs: 3000,
    repushMs: [15_000, 5 * minuteMs, 60 * minuteMs, 360 * minuteMs],
    chunks: 1,
    firstData: 'after-ping',
    pong: true,
    muteEvents: false,
    maxLinksPerApp: 50,
    endpointErrorData: 'object',
    tokenLifetimeSeconds: 7200,
  }
}

/** Puts changes over settings, and refuses names that are none. */
export function changeSettings(settings: SandboxSettings, changes: Partial<SandboxSettings>): void {
  for (const [name, value] of Object.entries(changes)) {
    if (!(name in settings)) {
      throw new Error(`There is no setting "${name}"; there are ${Object.keys(settings).join(', ')}.`)
    }
    if (value === undefined) continue
    const current = settings[name as keyof SandboxSettings]
    if (typeof current !== typeof value || (typeof value === 'number' && !(value >= 0))) {
      throw new Error(`The setting "${name}" is ${describe(current)}, received ${JSON.stringify(value)}.`)
    }
    if (name === 'clientConfig') Object.assign(settings.clientConfig, value)
    else Object.assign(settings, { [name]: value })
  }
}

function describe(value: unknown): string {
  if (typeof value === 'number') return 'a number of 0 or more'
  return `like ${JSON.stringify(value)}`
}
