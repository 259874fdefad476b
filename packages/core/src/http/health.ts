/** State of one part of the bot. `degraded` still works; `down` makes the bot not ready. */
export type HealthStatus = 'up' | 'degraded' | 'down'

/** What a health check answers. */
export interface HealthAnswer {
  readonly status: HealthStatus
  /** For people; no secrets, no user data. */
  readonly message: string
}

/** One part in a {@link BotStatus}. */
export interface PartStatus extends HealthAnswer {
  /** ISO time since when the part has this status. */
  readonly since: string
}

/** What `bot.status()` and `/readyz` answer. */
export interface BotStatus {
  /** `starting` before start() ended, `stopping` after close() began; both answer 503. */
  readonly state: 'starting' | 'ready' | 'degraded' | 'down' | 'stopping'
  readonly since: string
  /** By name: `database`, `inbox`, `connection:<appId>`, `<plugin>:<check>`. */
  readonly parts: Readonly<Record<string, PartStatus>>
}
