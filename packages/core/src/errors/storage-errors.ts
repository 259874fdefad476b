import type { ErrorRow } from './define-errors.ts'

/** Errors of databases and their backups, a part of the catalogue. */
export const storageErrors = {
  // storage
  STORAGE_URL_INVALID: {
    category: 'config',
    meaning: 'The database setting is neither a PostgreSQL URL nor a SQLite folder.',
    hint: 'Use `postgres://user:password@host:5432/database` or `sqlite:<folder>`.',
  },
  STORAGE_SCHEMA_INVALID: {
    category: 'config',
    meaning: 'The schema setting is not a plain PostgreSQL name.',
    hint: 'Use a-z, 0-9 and underscores, beginning with a letter.',
  },
  STORAGE_UNAVAILABLE: {
    category: 'network',
    meaning: 'The database could not be reached, or did not answer in time.',
    hint: 'Check that the database runs and can be reached from here.',
    retryable: true,
  },
  STORAGE_REFUSED: {
    category: 'config',
    meaning: 'PostgreSQL refused the connection: user, password, database or TLS do not fit.',
    hint: 'Check user, password and database of database.url; the password percent-encoded.',
  },
  STORAGE_TLS_FILE_UNREADABLE: {
    category: 'config',
    meaning: 'A certificate or key file for the connection to PostgreSQL cannot be read.',
    hint: 'Check the path (relative paths count from the working folder) and who may read the file.',
  },
  STORAGE_NOT_OPEN: {
    category: 'config',
    meaning: 'A transaction of its own was begun with `query.transaction()` before the database was open.',
    hint: 'Use `database.write`, which opens it.',
  },
  STORAGE_READ_ONLY: {
    category: 'config',
    meaning: 'The database folder or file cannot be written.',
    hint: 'Give this user write permission, or set `database` to another folder.',
  },
  STORAGE_CORRUPT: {
    category: 'internal',
    meaning: 'The SQLite file is not a sound database.',
    hint: 'Restore a backup, or move the file away to begin with an empty one.',
  },
  STORAGE_BEHIND: {
    category: 'config',
    meaning: 'The PostgreSQL database lacks migrations that this program needs.',
    hint: 'Run `larkspur migrate up`, or set database.migrate to auto.',
  },
  STORAGE_NEWER: {
    category: 'config',
    meaning: 'The database was migrated by a newer program.',
    hint: 'Run the newer program, or migrate down with it first.',
  },
  STORAGE_STEP_GONE: {
    category: 'input',
    meaning: 'A migration that was to be undone is not applied any more. Nothing was undone.',
    hint: 'Somebody else undoes migrations too: see `larkspur migrate status`, then run `larkspur migrate down` again if need be.',
  },
  STORAGE_OWNER_UNKNOWN: {
    category: 'input',
    meaning: 'Migrations of an owner that has none were asked for.',
    hint: 'Owners are core, inbox and plugin:<name>; `larkspur migrate status` lists them.',
  },
  STORAGE_QUERY_FAILED: {
    category: 'internal',
    meaning: 'A database statement failed.',
    hint: 'See the cause.',
  },
  STORAGE_CALL_INSIDE_WRITE: {
    category: 'internal',
    meaning: 'A platform call or enqueue was made inside `database.write`, where a connection is held open.',
    hint: 'Make the call before or after the write.',
  },
  // backup
  BACKUP_NOTHING_THERE: {
    category: 'config',
    meaning: 'A backup was to be made of a database in which no bot has ever run.',
    hint: 'Check `database.url` and the folder: run it where the bot runs, or with --cwd.',
  },
  BACKUP_FILE_EXISTS: {
    category: 'input',
    meaning: 'The file that a backup was to be written to is there already.',
    hint: 'Choose another name, with the date in it, say.',
  },
  BACKUP_NOT_WRITTEN: {
    category: 'config',
    meaning: 'A backup could not be written to its file; nothing is left of it.',
    hint: 'Check that the folder exists, may be written, and has room.',
  },
  BACKUP_UNREADABLE: {
    category: 'input',
    meaning: 'The file of a backup could not be read.',
    hint: 'Check its name, and that this user may read it.',
  },
  BACKUP_BROKEN: {
    category: 'input',
    meaning: 'A file is no backup of a bot, or was damaged or cut. Nothing was changed.',
    hint: 'Use another copy of it, or an older backup.',
  },
  BACKUP_NEWER: {
    category: 'input',
    meaning: 'A backup was made by a newer program, or by a bot with other plugins. Nothing was changed.',
    hint: 'Restore it with the version and the plugins of the bot that it was made of.',
  },
  BACKUP_NOT_EMPTY: {
    category: 'input',
    meaning: 'The database that a backup was to be restored into holds rows. Nothing was changed.',
    hint: 'Restore into an empty database, or replace everything that is there: `larkspur restore <file> --replace`.',
  },
  BACKUP_BOT_RUNS: {
    category: 'input',
    meaning: 'A backup was to be restored while bots run on the database. Nothing was changed.',
    hint: 'Stop every process of the bot first. One that was killed is forgotten after half a minute.',
  },
} as const satisfies Readonly<Record<string, ErrorRow>>
