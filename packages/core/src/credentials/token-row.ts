import { type ExpressionBuilder, type Generated, type Kysely, sql } from 'kysely'
import type { Alarm } from '../observe/alarm.ts'
import type { Database } from '../storage/database.ts'
import type { SealedRow } from './seal.ts'

/** Names the row of a token. */
export interface TokenKey {
  /** `cli_…` */
  readonly appId: string
  readonly tenantKey: string
  /** `ou_…`; empty for tokens of the app itself. */
  readonly userId: string
  readonly kind: string
}

/** A row of the table of tokens. Times are milliseconds by the database. */
export interface TokenRow {
  app_id: string
  tenant_key: string
  user_id: string
  kind: string
  value: Generated<Uint8Array | null>
  key_id: Generated<string | null>
  generation: Generated<number>
  expires_at: Generated<number>
  /** Of a user's token: until when it can be refreshed, 0: no more. */
  refresh_expires_at: Generated<number | null>
  refreshed_at: Generated<number>
  lease_owner: Generated<string | null>
  lease_until: Generated<number>
  fence: Generated<number>
  failures: Generated<number>
  /** Not refreshed before. */
  retry_at: Generated<number>
  last_error: Generated<string | null>
}

/** The tables of tokens, for Kysely. */
export interface TokenTables {
  larkspur_token: TokenRow
}

/** The table of tokens. */
export const tokenTable = 'larkspur_token'

/** What a record is bound to. */
export function sealedRowOf(key: TokenKey, generation: number): SealedRow {
  return { table: tokenTable, ...key, generation }
}

/** What people are told of a row that does not open. */
export function brokenTokenAlarm({ appId, userId, kind }: TokenKey): Alarm {
  const what = userId === '' ? `the stored ${kind} token of ${appId}` : `the stored grant of ${userId} in ${appId}`
  return {
    name: 'token-broken',
    ...{ appId, severity: 'critical' },
    message: `${what} was changed outside the bot, or belongs to another row`,
    action:
      userId === ''
        ? 'It is fetched anew by itself. Find out who writes to larkspur_token, and check the disk of the database.'
        : 'Find out who writes to larkspur_token, and check the disk of the database; then restore a backup, or have the user authorise the app again.',
  }
}

/** The columns of a row's key. */
export function keyColumns({ appId, tenantKey, userId, kind }: TokenKey) {
  return { app_id: appId, tenant_key: tenantKey, user_id: userId, kind }
}

/** So many milliseconds after the database's time. */
export function endAfter(now: Database['now'], ms: number) {
  return sql<number>`${now} + ${sql.lit(Math.round(ms))}`
}

/** The condition that picks one row. */
export function isRow(key: TokenKey) {
  return (row: ExpressionBuilder<TokenTables, typeof tokenTable>) => row.and(keyColumns(key))
}

/** What is known of the stored tokens of one kind; never a value. Times are milliseconds since 1970, by the database. */
export interface TokenState {
  /** `tenant`, `app` or `user`. */
  readonly kind: string
  /** How many there are: of `user` one for each user and tenant. */
  readonly count: number
  /** How many of them are good now. */
  readonly held: number
  /** When the last of them ends; undefined when none was ever held. */
  readonly expiresAtMs: number | undefined
  readonly refreshedAtMs: number | undefined
  /** Why a refresh failed since then, masked; one of several. */
  readonly lastError: string | undefined
}

/**
 * The state of an app's stored tokens, one entry a kind that was ever asked for, by name.
 * @throws STORAGE_UNAVAILABLE and other STORAGE_… errors
 */
export async function tokenStates(database: Database, appId: string): Promise<TokenState[]> {
  const query = database.query as Kysely<TokenTables>
  const rows = await query
    .selectFrom(tokenTable)
    .select(({ fn }) => [
      'kind',
      fn.countAll<number>().as('count'),
      fn.max('expires_at').as('expires'),
      fn.max('refreshed_at').as('refreshed'),
      fn.max('last_error').as('error'),
      sql<number>`count(case when value is not null and expires_at > ${database.now} then 1 end)`.as('held'),
    ])
    .where('app_id', '=', appId)
    .groupBy('kind')
    .orderBy('kind')
    .execute()
  return rows.map(({ kind, count, held, expires, refreshed, error }) => ({
    ...{ kind, count: Number(count), held: Number(held) },
    expiresAtMs: Number(expires) || undefined,
    refreshedAtMs: Number(refreshed) || undefined,
    lastError: error ?? undefined,
  }))
}
