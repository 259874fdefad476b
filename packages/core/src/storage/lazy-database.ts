import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  HandleEmptyInListsPlugin,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  replaceWithNoncontingentExpression,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { coreError } from '../errors/catalogue.ts'
import type { Database, Flavour } from './database.ts'
import { databaseTime, quotedTable } from './kysely-database.ts'
import { type StorageSettings, storagePlace } from './settings.ts'

/** What opens the database behind a {@link LazyDatabase}. */
export interface LazyOpening {
  /** The database, when it is open. */
  readonly opened: () => Database | undefined
  /** Opens it, once, however often it is called. */
  readonly open: () => Promise<Database>
}

/**
 * A database that is there at once and opened by its first statement. A query that was taken from it before it was open
 * joins the write in which it runs, like any other.
 */
export class LazyDatabase implements Database {
  readonly flavour: Flavour
  readonly now: RawBuilder<number>
  readonly schema: string | undefined
  readonly #opening: LazyOpening
  readonly #unopened: Kysely<unknown>

  /** @throws STORAGE_URL_INVALID, STORAGE_SCHEMA_INVALID */
  constructor(settings: StorageSettings, opening: LazyOpening) {
    const place = storagePlace(settings)
    this.flavour = place.flavour
    this.schema = place.flavour === 'postgres' ? place.schema : undefined
    this.now = databaseTime(place.flavour, settings.clockOffsetMs)
    this.#opening = opening
    const kysely = unopenedKysely(place.flavour, opening.open)
    this.#unopened = this.schema ? kysely.withSchema(this.schema) : kysely
  }

  get query(): Kysely<unknown> {
    return this.#opening.opened()?.query ?? this.#unopened
  }

  tableName(table: string): string {
    return quotedTable(this.schema, table)
  }

  async write<Result>(fn: () => Promise<Result>): Promise<Result> {
    return (this.#opening.opened() ?? (await this.#opening.open())).write(fn)
  }
}

function unopenedKysely(flavour: Flavour, open: () => Promise<Database>): Kysely<unknown> {
  const sqlite = flavour === 'sqlite'
  return new Kysely({
    dialect: {
      createAdapter: () => (sqlite ? new SqliteAdapter() : new PostgresAdapter()),
      createDriver: () => new OpeningDriver(open),
      createIntrospector: (db) => (sqlite ? new SqliteIntrospector(db) : new PostgresIntrospector(db)),
      createQueryCompiler: () => (sqlite ? new SqliteQueryCompiler() : new PostgresQueryCompiler()),
    },
    plugins: [new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression })],
  })
}

/** Hands single statements on to the database, which it opens; a transaction has a door of its own. */
class OpeningDriver implements Driver {
  readonly #open: () => Promise<Database>

  constructor(open: () => Promise<Database>) {
    this.#open = open
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const { query } = await this.#open()
    return {
      executeQuery: (compiled: CompiledQuery) => query.getExecutor().executeQuery(compiled) as never,
      streamQuery: (compiled: CompiledQuery, chunkSize) => query.getExecutor().stream(compiled, chunkSize) as never,
    }
  }

  async beginTransaction(): Promise<void> {
    throw coreError('STORAGE_NOT_OPEN', { message: 'query.transaction() was called before the database was open' })
  }

  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}
