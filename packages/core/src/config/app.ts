import type { Retry } from './retry.ts'

/** How events of an app arrive: over the long connection, by webhook, or not at all in this process (a worker). */
export type Receive = 'websocket' | 'webhook' | 'none'

/**
 * An app of the platform, as the kernel holds it after configuration was checked. The secret is in a closure so that
 * printing the record never shows it.
 */
export interface App {
  /** `cli_` and 16 hex digits (developer console, page Credentials & Basic Info). */
  readonly appId: string
  /** Origin of the open platform, e.g. `https://open.feishu.cn`. */
  readonly domain: string
  readonly receive: Receive
  /**
   * Tenant that the app belongs to. Empty in this version: the platform tells a tenant only with each event, and a
   * self-built app has but one, so that app id alone tells its tokens apart. Code that handles an event finds the
   * event's own `tenantKey` there.
   */
  readonly tenantKey: string
  /** `ou_…` of people who get alarms. */
  readonly admins: readonly string[]
  readonly name?: string | undefined
  /** What it is for, for people. */
  readonly description?: string | undefined
  /** Whether it may be connected and called. */
  readonly enabled: boolean
  /** How its failed calls are repeated, over what the bot says. */
  readonly retry?: Retry | undefined
  /** The app secret. */
  secret(): string
  /** Encrypt Key of webhook delivery. */
  encryptKey(): string | undefined
  /** Verification Token of webhook delivery. */
  verificationToken(): string | undefined
}
