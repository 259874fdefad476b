import { type Kysely, sql } from 'kysely'
import { type AnyDatabase, hasTable, type UntypedTables } from '../storage/migrator.ts'
import type { SealedRow } from './seal.ts'

/** A row of a {@link SealedTable}, as the database has it. */
export type StoredRow = Readonly<Record<string, unknown>>

/** A table with a sealed record in each row. `key_id` names its key, `generation` counts its values. */
export interface SealedTable {
  readonly name: string
  /** What people call a row of it, in lists: `tokens`. */
  readonly title: string
  /** Columns of the primary key. */
  readonly key: readonly string[]
  /** Holds a sealed record, or null. */
  readonly column: string
  /** What the record is bound to. */
  boundTo(row: StoredRow): SealedRow
}

/** The apps of the database, with their secrets. */
export const sealedApps: SealedTable = {
  name: 'larkspur_app',
  title: 'apps',
  key: ['app_id'],
  column: 'secrets',
  boundTo: (row) => ({
    table: 'larkspur_app',
    appId: String(row.app_id),
    tenantKey: '',
    userId: '',
    // Who moves an app to another platform in the database would get its secret sent there.
    kind: `secrets for ${row.domain}`,
    generation: Number(row.generation),
  }),
}

/** Every table with sealed records: what `key status` counts and `key rotate` seals anew. */
export const sealedTables: readonly SealedTable[] = [
  {
    name: 'larkspur_token',
    title: 'tokens',
    key: ['app_id', 'tenant_key', 'user_id', 'kind'],
    column: 'value',
    boundTo: (row) => ({
      table: 'larkspur_token',
      appId: String(row.app_id),
      tenantKey: String(row.tenant_key),
      userId: String(row.user_id),
      kind: String(row.kind),
      generation: Number(row.generation),
    }),
  },
  sealedApps,
]

/** How many rows of a table are sealed with one key. */
export interface SealedCount {
  /** Title of the table: `tokens`. */
  readonly title: string
  readonly keyId: string
  readonly rows: number
}

/** Rows per table and key. Tables that a database does not have yet count as empty. */
export async function countSealed(database: AnyDatabase): Promise<readonly SealedCount[]> {
  const counts: SealedCount[] = []
  for (const { name, title } of sealedTables) {
    if (!(await hasTable(database, name))) continue
    const rows = await (database.query as Kysely<UntypedTables>)
      .selectFrom(name)
      .select(['key_id', sql<number>`count(*)`.as('rows')])
      .where('key_id', 'is not', null)
      .groupBy('key_id')
      .execute()
    counts.push(...rows.map((row) => ({ title, keyId: String(row.key_id), rows: Number(row.rows) })))
  }
  return counts
}
