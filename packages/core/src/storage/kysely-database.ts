import { AsyncLocalStorage } from 'node:async_hooks'
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import { withScope } from '../observe/context.ts'
import type { Database, Flavour } from './database.ts'

/** What a {@link KyselyDatabase} is made of. */
export interface DatabaseParts<Tables> {
  readonly flavour: Flavour
  readonly kysely: Kysely<Tables>
  /** PostgreSQL schema of the tables; undefined: the first of the search path. */
  readonly schema?: string | undefined
  /** Added to the database's time, milliseconds. */
  readonly clockOffsetMs: number
}

interface RunningWrite<Tables> {
  readonly transaction: Transaction<Tables>
  ended: boolean
}

/** SQL for the database's time in milliseconds. */
export function databaseTime(flavour: Flavour, clockOffsetMs: number): RawBuilder<number> {
  const offset = sql.lit(clockOffsetMs)
  return flavour === 'sqlite'
    ? sql<number>`(cast(unixepoch('subsec') * 1000 as integer) + ${offset})`
    : sql<number>`((extract(epoch from statement_timestamp()) * 1000)::bigint + ${offset})`
}

/** A table's name for raw SQL. */
export function quotedTable(schema: string | undefined, table: string): string {
  return schema ? `"${schema}"."${table}"` : `"${table}"`
}

/** A {@link Database} over a Kysely; it does not own the connections. */
export class KyselyDatabase<Tables = unknown> implements Database<Tables> {
  readonly flavour: Flavour
  readonly now: RawBuilder<number>
  readonly schema: string | undefined
  readonly #root: Kysely<Tables>
  readonly #writes = new AsyncLocalStorage<RunningWrite<Tables>>()

  constructor(parts: DatabaseParts<Tables>) {
    this.schema = parts.schema
    this.flavour = parts.flavour
    this.#root = parts.schema ? parts.kysely.withSchema(parts.schema) : parts.kysely
    this.now = databaseTime(parts.flavour, parts.clockOffsetMs)
  }

  get query(): Kysely<Tables> {
    return this.#running()?.transaction ?? this.#root
  }

  tableName(table: string): string {
    return quotedTable(this.schema, table)
  }

  async write<Result>(fn: () => Promise<Result>): Promise<Result> {
    if (this.#running()) return fn()
    return this.#root.transaction().execute(async (transaction) => {
      const write: RunningWrite<Tables> = { transaction, ended: false }
      try {
        return await withScope({ writing: true }, () => this.#writes.run(write, fn))
      } finally {
        write.ended = true
      }
    })
  }

  // What was started inside a write and goes on after it (a timer, a promise that nobody awaited) must not use a
  // transaction that is over.
  #running(): RunningWrite<Tables> | undefined {
    const write = this.#writes.getStore()
    return write && !write.ended ? write : undefined
  }
}
