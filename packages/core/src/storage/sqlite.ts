import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import { HandleEmptyInListsPlugin, Kysely, replaceWithNoncontingentExpression, SqliteDialect } from 'kysely'
import { coreError } from '../errors/catalogue.ts'
import { databaseError } from './database-error.ts'

/** An open SQLite file. */
export type SqliteFile = Sqlite.Database

/** A prepared statement. */
export type SqliteStatement = Sqlite.Statement

/** How a SQLite file is opened. */
export interface SqliteOptions {
  /** `full`: a commit survives a power loss. `normal`: it survives a crash of the process, and costs no fsync. */
  readonly synchronous: 'full' | 'normal'
  /** How long a statement waits, blocking the process, while another process writes. Milliseconds. */
  readonly busyMs: number
}

/**
 * Opens a SQLite file in WAL mode; makes it (0600) and its folder (0700) where they are missing.
 * @throws STORAGE_READ_ONLY, STORAGE_CORRUPT, STORAGE_UNAVAILABLE
 */
export function openSqliteFile(folder: string, name: string, options: SqliteOptions): SqliteFile {
  const path = join(resolve(folder), name)
  makePrivateFile(folder, path)
  let file: SqliteFile | undefined
  try {
    file = new Sqlite(path, { timeout: options.busyMs })
    file.pragma('journal_mode = wal')
    file.pragma(`synchronous = ${options.synchronous}`)
    // Reads the schema and takes the write lock once, so that a broken or read-only file is known now.
    file.exec('begin immediate; select count(*) from sqlite_schema; rollback')
    return file
  } catch (cause) {
    file?.close()
    throw databaseError(cause, `opening ${path}`)
  }
}

/** Makes a missing file with mode 0600 in a folder with mode 0700; SQLite gives its WAL the same mode. */
export function makePrivateFile(folder: string, path: string): void {
  try {
    // A relative path in a working directory that was removed would keep Node busy for ever.
    mkdirSync(resolve(folder), { recursive: true, mode: 0o700 })
    closeSync(openSync(path, 'a', 0o600))
  } catch (cause) {
    throw coreError('STORAGE_READ_ONLY', { message: `${path} cannot be written: ${describe(cause)}`, cause })
  }
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

/** How many prepared statements are kept. Plugins with texts of their own making could fill the memory otherwise. */
const maxStatements = 500

/** Kysely over an open file. `destroy()` closes the file. */
export function kyselyOnSqlite<Tables>(file: SqliteFile): Kysely<Tables> {
  const statements = new Map<string, Sqlite.Statement>()
  const prepare = (text: string) => {
    // A transaction that reads and then writes fails at once when another process wrote between: take the lock first.
    let sql = text === 'begin' ? 'begin immediate' : text
    // A full disk and a failing one end the transaction by themselves; a second end would hide why.
    if (text === 'rollback' && !file.inTransaction) sql = 'select 1 where false'
    const known = statements.get(sql)
    if (known) return known
    if (statements.size >= maxStatements) statements.clear()
    try {
      const statement = guarded(file.prepare(sql))
      statements.set(sql, statement)
      return statement
    } catch (cause) {
      throw databaseError(cause, 'a statement')
    }
  }
  return new Kysely<Tables>({
    dialect: new SqliteDialect({ database: { close: () => file.close(), prepare } }),
    plugins: [new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression })],
  })
}

function guarded(statement: Sqlite.Statement): Sqlite.Statement {
  const run = <Args extends unknown[], Result>(fn: (...args: Args) => Result) => {
    const bound = fn.bind(statement)
    return (...args: Args): Result => {
      try {
        return bound(...args)
      } catch (cause) {
        throw databaseError(cause, 'a statement')
      }
    }
  }
  statement.all = run(statement.all)
  statement.run = run(statement.run)
  return statement
}
