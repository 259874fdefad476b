import type { Kysely, RawBuilder } from 'kysely'

/** Which server is behind a {@link Database}. */
export type Flavour = 'sqlite' | 'postgres'

/**
 * The bot's own database, for tokens and for plugins. `query` is a Kysely; inside `write` it is the running
 * transaction, so code that is called from a write joins it. Columns are text, integer, bigint and bytea only: one
 * schema serves SQLite and PostgreSQL.
 */
export interface Database<Tables = unknown> {
  readonly flavour: Flavour
  /** The current transaction inside {@link write}, else the pool. */
  readonly query: Kysely<Tables>
  /** SQL for the database's time in milliseconds, plus the configured offset. */
  readonly now: RawBuilder<number>
  /** PostgreSQL schema of the tables; undefined: the first of the search path, and on SQLite. */
  readonly schema: string | undefined
  /** The quoted name of a table for raw SQL, with the configured schema. */
  tableName(table: string): string
  /** Runs `fn` in a transaction; nested writes join the outer one. Platform calls inside are refused. */
  write<T>(fn: () => Promise<T>): Promise<T>
}
