import type { QueryConfig, QueryResultRow } from 'pg'
import { isConflict } from '../storage/database-error.ts'
import type { PostgresPool } from '../storage/postgres.ts'
import { inboxError, inboxUnavailable } from './inbox-error.ts'
import type { PostgresStatements } from './postgres-statements.ts'

/** How long a statement of the inbox may take, waiting for a connection included: the platform wants its answer. */
const deadlineMs = 1400

/** Runs the inbox's statements, each prepared under its name, each within 1.4 s. */
export class PostgresConnection {
  readonly #pool: PostgresPool
  readonly #statements: PostgresStatements

  constructor(pool: PostgresPool, statements: PostgresStatements) {
    this.#pool = pool
    this.#statements = statements
  }

  /** The rows; a dead-lock or a serialisation failure is tried again. @throws INBOX_UNAVAILABLE */
  async query<Row extends QueryResultRow>(name: keyof PostgresStatements, values: readonly unknown[]): Promise<Row[]> {
    return (await this.#run<Row>(name, values)).rows
  }

  /** How many rows changed. @throws INBOX_UNAVAILABLE */
  async change(name: keyof PostgresStatements, values: readonly unknown[]): Promise<number> {
    return (await this.#run(name, values)).rowCount ?? 0
  }

  async #run<Row extends QueryResultRow>(name: keyof PostgresStatements, values: readonly unknown[]) {
    const until = performance.now() + deadlineMs
    for (;;) {
      try {
        return await this.#once<Row>(name, values, until)
      } catch (cause) {
        if (isConflict(cause) && performance.now() < until) continue
        throw inboxError(cause, `the inbox's statement ${name}`)
      }
    }
  }

  async #once<Row extends QueryResultRow>(name: keyof PostgresStatements, values: readonly unknown[], until: number) {
    const client = await this.#pool.connect()
    const leftMs = Math.ceil(until - performance.now())
    if (leftMs <= 0) {
      client.release()
      throw inboxUnavailable(`no connection for ${name} within ${deadlineMs} ms`)
    }
    let broken = true
    try {
      const query: QueryConfig & { query_timeout: number } = {
        name: `larkspur_${name}`,
        text: this.#statements[name],
        values: values as unknown[],
        query_timeout: leftMs,
      }
      const result = await client.query<Row>(query)
      broken = false
      return result
    } catch (cause) {
      // An error that the server itself sent leaves the connection sound; anything else may have an answer on its way.
      broken = !/^(?!08|57P)[0-9A-Z]{5}$/.test(String((cause as { code?: unknown }).code))
      throw cause
    } finally {
      client.release(broken)
    }
  }
}
