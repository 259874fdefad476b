import { isLarkspurError } from '../errors/larkspur-error.ts'
import type { Secrets } from '../observe/redact.ts'
import type { BotStatus, HealthAnswer, HealthStatus, PartStatus } from './health.ts'

/** Where the bot is in its life. */
export type BotPhase = 'starting' | 'running' | 'stopping'

/** Answers how one part is. */
export type HealthCheck = () => HealthAnswer | Promise<HealthAnswer>

/** The checks of all parts of a bot. */
export interface HealthChecks {
  /** Adds a check under a name such as `database`, `connection:<appId>` or `<plugin>:<check>`; returns its remover. */
  add(name: string, check: HealthCheck): () => void
  /** Only a running bot is ready. It begins as `starting`. */
  setPhase(phase: BotPhase): void
  /** Asks every check once; callers at the same time share one answer. No check is waited for longer than 1 s. */
  status(): Promise<BotStatus>
}

/** What {@link createHealthChecks} takes. */
export interface HealthCheckOptions {
  readonly secrets: Pick<Secrets, 'maskText'>
  /** Time in milliseconds; default `Date.now`. */
  readonly now?: (() => number) | undefined
  /** Longest wait for a check, ms; default 1000. */
  readonly timeoutMs?: number | undefined
}

/** Parts without which nothing is stored: when one is down, the bot is. */
const vital = ['database', 'inbox']
/** A link that comes back sooner does not make the bot not ready: others would be told to leave for a blink. */
const linkGraceMs = 30_000

/** Makes an empty list of checks. */
export function createHealthChecks(options: HealthCheckOptions): HealthChecks {
  const { secrets, now = Date.now, timeoutMs = 1000 } = options
  const checks = new Map<string, HealthCheck>()
  const since = new Map<string, { readonly status: string; readonly atMs: number }>()
  let phase: BotPhase = 'starting'
  let running: Promise<BotStatus> | undefined

  const sinceOf = (name: string, status: string): number => {
    const known = since.get(name)
    if (known?.status === status) return known.atMs
    since.set(name, { status, atMs: now() })
    return now()
  }
  const ask = async (name: string, check: HealthCheck): Promise<readonly [string, PartStatus]> => {
    const { status, message } = await answerWithin(check, timeoutMs)
    const atMs = sinceOf(`part ${name}`, status)
    return [name, { status, since: new Date(atMs).toISOString(), message: secrets.maskText(message) }]
  }
  const askAll = async (): Promise<BotStatus> => {
    const parts = Object.fromEntries(await Promise.all([...checks].map(([name, check]) => ask(name, check))))
    const state = phase === 'running' ? overall(parts, now()) : phase
    return { state, since: new Date(sinceOf('bot', state)).toISOString(), parts }
  }
  sinceOf('bot', phase)
  return {
    add(name, check) {
      checks.set(name, check)
      return () => {
        if (checks.get(name) !== check) return
        checks.delete(name)
        since.delete(`part ${name}`)
      }
    },
    setPhase(next) {
      phase = next
    },
    status() {
      running ??= askAll().finally(() => {
        running = undefined
      })
      return running
    },
  }
}

function overall(parts: Readonly<Record<string, PartStatus>>, nowMs: number): 'ready' | 'degraded' | 'down' {
  const all = Object.entries(parts)
  const isDown = all.some(
    ([name, { status, since }]) =>
      status === 'down' &&
      (vital.includes(name) || (name.startsWith('connection:') && nowMs - Date.parse(since) >= linkGraceMs)),
  )
  if (isDown) return 'down'
  return all.every(([, { status }]) => status === 'up') ? 'ready' : 'degraded'
}

async function answerWithin(check: HealthCheck, timeoutMs: number): Promise<HealthAnswer> {
  const late = Promise.withResolvers<HealthAnswer>()
  const message = `no answer within ${timeoutMs === 1000 ? '1 s' : `${timeoutMs} ms`}`
  const timer = setTimeout(() => late.resolve({ status: 'down', message }), timeoutMs)
  try {
    const answer: Partial<HealthAnswer> | undefined = await Promise.race([(async () => check())(), late.promise])
    if (isStatus(answer?.status)) return { status: answer.status, message: String(answer.message ?? '') }
    return { status: 'down', message: 'the check gave no status' }
  } catch (error) {
    // The text of a foreign error may hold anything, data of users included.
    if (isLarkspurError(error)) return { status: 'down', message: `${error.code}: ${error.message}` }
    return { status: 'down', message: `the check failed (${error instanceof Error ? error.name : typeof error})` }
  } finally {
    clearTimeout(timer)
  }
}

function isStatus(value: unknown): value is HealthStatus {
  return value === 'up' || value === 'degraded' || value === 'down'
}
