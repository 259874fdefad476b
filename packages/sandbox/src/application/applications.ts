import type { SandboxClock } from '../clock.ts'
import { type RunIds, seededHex } from '../ids.ts'
import type { Json } from '../im/card-json.ts'
import type { SavedStore } from '../saved-state/saved-store.ts'
import type { AppRecord } from '../tenant.ts'

/** A published version of an app. */
export interface AppVersion {
  /** `oav_…` */
  versionId: string
  /** `1.0.0` */
  version: string
  publishTimeMs: number
  remark: string
  changelog: string
}

/** A slash command that an app declared. */
export interface SlashCommand {
  commandId: string
  /** Without the slash. */
  command: string
  description: { default_value: string; i18n: Record<string, string> }
  iconKey: string
}

/** Whose calls a permission is for. */
export type ScopeIdentity = 'tenant' | 'user'

/** What the developer console knows of an app beside its delivery. */
export interface Application {
  appId: string
  createTimeMs: number
  /** user_id of the developer who made it. */
  ownerUserId: string
  description: string
  redirectUrls: readonly string[]
  /** Granted permissions. */
  scopes: Map<string, ReadonlySet<ScopeIdentity>>
  /** The administrators were asked for what is waiting. */
  applied: boolean
  versions: AppVersion[]
  /** Bodies of config calls that take effect with the next version, oldest first. */
  waiting: Json[]
  commands: SlashCommand[]
}

const seedScopes = [
  'contact:user.base:readonly',
  'contact:user.employee_id:readonly',
  'im:chat',
  'im:message',
  'im:message.group_at_msg:readonly',
  'im:message.p2p_msg:readonly',
  'im:resource',
  'cardkit:card:write',
  'bitable:app',
  'docx:document',
  'drive:drive',
  'sheets:spreadsheet',
  'application:application:self_manage',
  'application:app_slash_command:read',
  'application:app_slash_command:write',
]

/** The developer console's side of all apps, made up for each when it is first looked at. */
export class Applications implements SavedStore {
  /** Told when something changed that people see. */
  changed: () => void = () => {}
  readonly #clock: SandboxClock
  readonly #ids: RunIds
  readonly #seed: string
  readonly #ownerUserId: string
  readonly #applications = new Map<string, Application>()

  constructor(clock: SandboxClock, ids: RunIds, seed: string, ownerUserId: string) {
    this.#clock = clock
    this.#ids = ids
    this.#seed = seed
    this.#ownerUserId = ownerUserId
  }

  of({ appId, name }: AppRecord): Application {
    const known = this.#applications.get(appId)
    if (known) return known
    const now = this.#clock.now()
    const application: Application = {
      appId,
      createTimeMs: now,
      ownerUserId: this.#ownerUserId,
      description: `${name}, a bot in a sandbox`,
      redirectUrls: [],
      scopes: new Map(seedScopes.map((scope) => [scope, new Set<ScopeIdentity>(['tenant', 'user'])])),
      applied: false,
      versions: [this.#version(appId, 0, '1.0.0', now)],
      waiting: [],
      commands: [],
    }
    this.#applications.set(appId, application)
    return application
  }

  /** A new version that is online at once. */
  publish(application: Application, version: string, remark: string, changelog: string): AppVersion {
    const { appId, versions } = application
    const made = { ...this.#version(appId, versions.length, version, this.#clock.now()), remark, changelog }
    versions.push(made)
    return made
  }

  addCommand(application: Application, command: Omit<SlashCommand, 'commandId'>): SlashCommand {
    const made = { commandId: this.#ids.device(), ...command }
    application.commands.push(made)
    this.changed()
    return made
  }

  saved(): Iterable<readonly [string, Application]> {
    return this.#applications
  }

  restore(values: ReadonlyMap<string, unknown>): void {
    for (const [appId, application] of values) this.#applications.set(appId, application as Application)
  }

  reset(): void {
    this.#applications.clear()
  }

  #version(appId: string, ordinal: number, version: string, publishTimeMs: number): AppVersion {
    const versionId = `oav_${seededHex(32, this.#seed, 'version', appId, ordinal)}`
    return { versionId, version, publishTimeMs, remark: '', changelog: '' }
  }
}
