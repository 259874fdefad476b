import { type ExpressionBuilder, type Generated, type Kysely, type Selectable, sql } from 'kysely'
import type { App, Receive } from '../config/app.ts'
import { coreError } from '../errors/catalogue.ts'
import { isLarkspurError, type LarkspurError } from '../errors/larkspur-error.ts'
import type { Database } from '../storage/database.ts'
import type { AppRecord } from './app-record.ts'
import type { StoredApps } from './apps.ts'
import type { KeyRing } from './key-ring.ts'
import { seal, unseal } from './seal.ts'
import { sealedApps } from './sealed-tables.ts'

interface AppRow {
  app_id: string
  name: string | null
  description: string | null
  /** Null: an app of the configuration, whose row says only whether it is enabled. */
  secrets: Uint8Array | null
  key_id: string | null
  generation: number
  domain: string
  receive: string
  admins: string
  enabled: number
  created_at: number
  updated_at: number
}

interface Tables {
  larkspur_app: AppRow
  larkspur_app_set: { id: number; revision: Generated<number>; default_app_id: string | null }
  larkspur_token: { app_id: string; user_id: string; value: Uint8Array | null; key_id: string | null } & Record<
    'expires_at' | 'generation' | 'retry_at' | 'failures' | 'lease_until' | 'fence',
    number
  >
}

/** What is sealed of an app, as JSON. */
interface AppSecrets {
  readonly appSecret: string
  readonly encryptKey?: string | undefined
  readonly verificationToken?: string | undefined
}

const table = 'larkspur_app'

/** What an {@link AppStore} needs. */
export interface AppStoreParts {
  readonly database: Database
  /** Undefined: no key is given, and nothing that holds a secret can be stored. */
  readonly ring: KeyRing | undefined
  /** The default app as long as the database names none. */
  readonly usualDefault: string | undefined
}

/** Apps in the database; secrets encrypted, bound to app and platform. Each change is one transaction. */
export class AppStore {
  readonly #database: Database
  readonly #ring: KeyRing | undefined
  readonly #usualDefault: string | undefined

  constructor({ database, ring, usualDefault }: AppStoreParts) {
    this.#database = database
    this.#ring = ring
    this.#usualDefault = usualDefault
  }

  get #query(): Kysely<Tables> {
    return this.#database.query as Kysely<Tables>
  }

  /** Grows with every change, whoever makes it. */
  async revision(): Promise<number> {
    const row = await this.#query.selectFrom('larkspur_app_set').select('revision').executeTakeFirst()
    return row?.revision ?? 0
  }

  /** Everything that the database says of apps. A row that cannot be read comes with its problem. */
  async read(): Promise<StoredApps> {
    // First: a change in between is found at the next look.
    const set = await this.#query
      .selectFrom('larkspur_app_set')
      .select(['revision', 'default_app_id'])
      .executeTakeFirst()
    const rows = await this.#query.selectFrom(table).selectAll().orderBy('created_at').orderBy('app_id').execute()
    return {
      revision: set?.revision ?? 0,
      defaultAppId: set?.default_app_id ?? undefined,
      records: rows.filter(({ secrets }) => secrets !== null).map((row) => this.#recordOf(row)),
      overlays: new Map(rows.map((row) => [row.app_id, { enabled: row.enabled === 1, updatedAtMs: row.updated_at }])),
    }
  }

  /** @throws CREDENTIAL_APP_EXISTS, CREDENTIAL_KEY_MISSING */
  insert(app: App): Promise<void> {
    return this.#change(async () => {
      const { now } = this.#database
      // What an app of the configuration left here, that was disabled or enabled and is now to be in the database.
      await this.#query.deleteFrom(table).where('app_id', '=', app.appId).where('secrets', 'is', null).execute()
      const { numInsertedOrUpdatedRows } = await this.#query
        .insertInto(table)
        .values({ app_id: app.appId, ...this.#columnsOf(app, 1), created_at: now, updated_at: now })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow()
      if (numInsertedOrUpdatedRows === 0n)
        throw coreError('CREDENTIAL_APP_EXISTS', { message: `the database has an app ${app.appId} already` })
    })
  }

  /**
   * Puts the changed app in the place of the one that is there; `change` gets the row as it is by then. With another
   * secret its tokens are dropped; what users granted stays.
   * @throws CREDENTIAL_APP_UNKNOWN, CREDENTIAL_KEY_MISSING, what `change` throws
   */
  update(appId: string, change: (before: AppRecord) => App): Promise<void> {
    return this.#change(async () => {
      const row = await this.#find(appId)
      const before = this.#recordOf(row)
      const app = change(before)
      await this.#query
        .updateTable(table)
        .set({ ...this.#columnsOf(app, row.generation + 1), updated_at: this.#database.now })
        .where('app_id', '=', appId)
        .execute()
      if (before.app.secret() !== app.secret()) await this.#voidTokens(appId)
    })
  }

  /** Says for any app, also one of the configuration, whether it may be used. */
  setEnabled(app: App, enabled: boolean): Promise<void> {
    const { now } = this.#database
    const row = { enabled: enabled ? 1 : 0, updated_at: now }
    const overlay = { domain: app.domain, receive: app.receive, admins: '[]', generation: 0, created_at: now }
    return this.#change(async () => {
      if (!enabled && (await this.#default()) === app.appId) throw isDefault(app.appId, 'disabled')
      await this.#query
        .insertInto(table)
        .values({ app_id: app.appId, ...overlay, ...row })
        .onConflict((conflict) => conflict.column('app_id').doUpdateSet(row))
        .execute()
    })
  }

  /** Removes an app, with its tokens unless they are also those of an app of the configuration. @throws CREDENTIAL_APP_UNKNOWN, CREDENTIAL_APP_IS_DEFAULT */
  remove(appId: string, keepTokens = false): Promise<void> {
    return this.#change(async () => {
      if (!keepTokens && (await this.#default()) === appId) throw isDefault(appId, 'removed')
      await this.#find(appId)
      await this.#query.deleteFrom(table).where('app_id', '=', appId).execute()
      if (!keepTokens) await this.#query.deleteFrom('larkspur_token').where('app_id', '=', appId).execute()
    })
  }

  /** Names the default app; undefined leaves it to the configuration. `check` refuses by throwing, seeing every change. */
  setDefault(appId: string | undefined, check: (stored: StoredApps) => void): Promise<void> {
    return this.#change(async () => {
      check(await this.read())
      await this.#query
        .updateTable('larkspur_app_set')
        .set({ default_app_id: appId ?? null })
        .execute()
    })
  }

  async #find(appId: string): Promise<Selectable<AppRow>> {
    const row = await this.#query.selectFrom(table).selectAll().where(isStored(appId)).executeTakeFirst()
    if (row) return row
    throw coreError('CREDENTIAL_APP_UNKNOWN', { message: `there is no app ${appId} in the database any more` })
  }

  async #default(): Promise<string | undefined> {
    const set = await this.#query.selectFrom('larkspur_app_set').select('default_app_id').executeTakeFirst()
    return set?.default_app_id ?? this.#usualDefault
  }

  // The new revision comes first: its row is the lock that keeps two changes apart.
  #change(fn: () => Promise<void>): Promise<void> {
    return this.#database.write(async () => {
      await this.#query.updateTable('larkspur_app_set').set({ revision: sql<number>`revision + 1` }).execute()
      await fn()
    })
  }

  /** Tokens of the app itself; a refresh that is under way with the old secret finds itself overtaken. */
  async #voidTokens(appId: string): Promise<void> {
    await this.#query
      .updateTable('larkspur_token')
      .set({
        ...{ value: null, key_id: null, expires_at: 0, retry_at: 0, failures: 0, lease_until: 0 },
        generation: sql<number>`generation + 1`,
        fence: sql<number>`fence + 1`,
      })
      .where('app_id', '=', appId)
      .where('user_id', '=', '')
      .execute()
  }

  #columnsOf(app: App, generation: number) {
    if (!this.#ring)
      throw coreError('CREDENTIAL_KEY_MISSING', {
        message: `the secret of ${app.appId} is stored encrypted, and no encryption key is given`,
      })
    const secrets: AppSecrets = {
      appSecret: app.secret(),
      encryptKey: app.encryptKey(),
      verificationToken: app.verificationToken(),
    }
    const row = { app_id: app.appId, domain: app.domain, generation }
    return {
      name: app.name ?? null,
      description: app.description ?? null,
      secrets: seal(this.#ring, JSON.stringify(secrets), sealedApps.boundTo(row)),
      key_id: this.#ring.current.id,
      ...{ generation, domain: app.domain, receive: app.receive },
      admins: JSON.stringify(app.admins),
      enabled: app.enabled ? 1 : 0,
    }
  }

  #recordOf(row: Selectable<AppRow>): AppRecord {
    const opened = this.#open(row)
    const { app_id: appId, name, description, domain, enabled } = row
    const { secrets, admins, receive, problem } = opened
    const app: App = {
      ...{ appId, domain, receive, admins, tenantKey: '', enabled: enabled === 1 },
      ...{ name: name ?? undefined, description: description ?? undefined },
      secret: () => secrets?.appSecret ?? '',
      encryptKey: () => secrets?.encryptKey,
      verificationToken: () => secrets?.verificationToken,
    }
    return { app, source: 'database', createdAtMs: row.created_at, updatedAtMs: row.updated_at, problem }
  }

  #open(row: Selectable<AppRow>): {
    readonly secrets?: AppSecrets
    readonly receive: Receive
    readonly admins: readonly string[]
    readonly problem?: LarkspurError
  } {
    try {
      if (!this.#ring)
        throw coreError('CREDENTIAL_KEY_MISSING', {
          message: `the secret of ${row.app_id} is encrypted, and no encryption key is given`,
        })
      const text = unseal(this.#ring, row.secrets ?? new Uint8Array(), sealedApps.boundTo({ ...row }), row.key_id)
      return { secrets: JSON.parse(text) as AppSecrets, receive: receiveOf(row), admins: adminsOf(row) }
    } catch (error) {
      if (!isLarkspurError(error)) throw error
      return { receive: 'none', admins: [], problem: error }
    }
  }
}

function isStored(appId: string) {
  return (row: ExpressionBuilder<Tables, typeof table>) =>
    row.and([row('app_id', '=', appId), row('secrets', 'is not', null)])
}

function receiveOf({ app_id, receive }: AppRow): Receive {
  if (receive === 'websocket' || receive === 'webhook' || receive === 'none') return receive
  throw coreError('CREDENTIAL_RECORD_BROKEN', {
    message: `app ${app_id} in ${table} is to receive by ${JSON.stringify(receive)}; there is websocket, webhook and none`,
  })
}

function adminsOf({ app_id, admins }: AppRow): readonly string[] {
  try {
    const list: unknown = JSON.parse(admins)
    if (Array.isArray(list) && list.every((id) => typeof id === 'string')) return list
  } catch {
    // Told below.
  }
  throw coreError('CREDENTIAL_RECORD_BROKEN', { message: `the admins of app ${app_id} in ${table} are no list` })
}

function isDefault(appId: string, change: string): Error {
  return coreError('CREDENTIAL_APP_IS_DEFAULT', { message: `app ${appId} is the default app; it was not ${change}` })
}
