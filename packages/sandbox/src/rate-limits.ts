import type { ApiContract } from './api-contract.ts'
import type { SandboxClock } from './clock.ts'
import type { SandboxSettings } from './control.ts'
import { PlatformError } from './platform-error.ts'

const secondMs = 1000
const minuteMs = 60_000

interface Window {
  startedAt: number
  lengthMs: number
  count: number
}

/**
 * Counts calls in windows of a second or a minute of platform time: each API of each app (99991400, HTTP 429), and what a chat or a
 * person receives from all bots together (230020) (docs: api-call-guide rate limits).
 */
export class RateLimits {
  readonly #clock: SandboxClock
  readonly #settings: SandboxSettings
  readonly #windows = new Map<string, Window>()
  #nextSweep = 0

  constructor(clock: SandboxClock, settings: SandboxSettings) {
    this.#clock = clock
    this.#settings = settings
  }

  /** Counts one call; answers the headers of the refusal when it is one too many. */
  refuseCall(appId: string, { method, path, rate }: ApiContract): Record<string, string> | undefined {
    const { callsPerSecond, callLimits } = this.#settings
    const { perSecond = 0, perMinute = 0 } = callLimits === 'documented' ? (rate ?? {}) : {}
    const key = `${appId} ${method} ${path}`
    for (const [limit, lengthMs] of [
      [callsPerSecond, secondMs],
      [perSecond, secondMs],
      [perMinute, minuteMs],
    ] as const) {
      const window = this.#count(`call ${limit} in ${lengthMs} ${key}`, limit, lengthMs)
      if (!window) continue
      const leftMs = window.startedAt + lengthMs - this.#clock.now()
      const reset = String(Math.max(1, Math.ceil(leftMs / secondMs)))
      return { 'x-ogw-ratelimit-limit': String(limit), 'x-ogw-ratelimit-reset': reset }
    }
    return undefined
  }

  /**
   * Counts one message of a bot to a chat; a direct chat stands for its user.
   *
   * @throws PlatformError 230020 when it is one too many
   */
  countMessage(chatId: string): void {
    if (this.#count(`chat ${chatId}`, this.#settings.messagesPerSecond)) throw new PlatformError(230020)
  }

  reset(): void {
    this.#windows.clear()
  }

  /** The window that is full, or nothing when there is room; a limit of 0 is none. */
  #count(key: string, limit: number, lengthMs = secondMs): Window | undefined {
    if (limit === 0) return undefined
    const now = this.#clock.now()
    if (now >= this.#nextSweep) {
      for (const [known, window] of this.#windows) {
        if (window.startedAt + window.lengthMs <= now) this.#windows.delete(known)
      }
      this.#nextSweep = now + 10 * secondMs
    }
    const present = this.#windows.get(key)
    if (!present || present.startedAt + lengthMs <= now) {
      this.#windows.set(key, { startedAt: now, lengthMs, count: 1 })
      return undefined
    }
    if (present.count >= limit) return present
    present.count += 1
    return undefined
  }
}
