import type { App, Receive } from '../config/app.ts'
import type { Retry } from '../config/retry.ts'
import type { LarkspurError } from '../errors/larkspur-error.ts'

/** Where an app comes from: the configuration (bot.config.ts, the environment, `.env`) or the bot's database. */
export type AppSource = 'config' | 'database'

/** One app as the kernel holds it, and what is known about it. */
export interface AppRecord {
  readonly app: App
  readonly source: AppSource
  /** Milliseconds since 1970; undefined for an app of the configuration, which nobody dates. */
  readonly createdAtMs?: number | undefined
  readonly updatedAtMs?: number | undefined
  /** Why it cannot be used, whatever `enabled` says: its row was changed outside the bot. */
  readonly problem?: LarkspurError | undefined
}

/**
 * An app that stays the same object while its record changes: who holds it follows a new secret, a new name, and that
 * it was disabled or removed.
 */
export class LiveApp implements App {
  readonly appId: string
  record: AppRecord

  constructor(record: AppRecord) {
    this.appId = record.app.appId
    this.record = record
  }

  get domain(): string {
    return this.record.app.domain
  }

  get receive(): Receive {
    return this.record.app.receive
  }

  get tenantKey(): string {
    return this.record.app.tenantKey
  }

  get admins(): readonly string[] {
    return this.record.app.admins
  }

  get name(): string | undefined {
    return this.record.app.name
  }

  get description(): string | undefined {
    return this.record.app.description
  }

  get enabled(): boolean {
    return this.record.app.enabled && this.record.problem === undefined
  }

  get retry(): Retry | undefined {
    return this.record.app.retry
  }

  secret(): string {
    return this.record.app.secret()
  }

  encryptKey(): string | undefined {
    return this.record.app.encryptKey()
  }

  verificationToken(): string | undefined {
    return this.record.app.verificationToken()
  }
}

/** Whether events of two records of one app arrive in the same way, with the same secrets. */
export function receivesAlike(a: App, b: App): boolean {
  return (
    a.domain === b.domain &&
    a.receive === b.receive &&
    a.secret() === b.secret() &&
    a.encryptKey() === b.encryptKey() &&
    a.verificationToken() === b.verificationToken()
  )
}
