import { coreError } from '../errors/catalogue.ts'
import type { Flavour } from '../storage/database.ts'

/**
 * A backup is gzipped text, one JSON value a line: the head, then for each table its name and columns and its rows as
 * lists, then the end with counts and a checksum of all lines before it. Bytes are `{ b: base64 }`, whole numbers beyond
 * 2^53 `{ i: digits }`.
 */
export const backupFormat = 'larkspur-backup'
/** Raised when older programs could not read the lines. */
export const backupVersion = 1

/** The first line. */
export interface BackupHead {
  readonly format: typeof backupFormat
  readonly version: number
  /** Milliseconds since 1970. */
  readonly createdAtMs: number
  /** The database that it was made of; it can be restored into either. */
  readonly flavour: Flavour
  /** Steps that had been applied, in the order in which they were. */
  readonly migrations: readonly AppliedStep[]
}

/** A migration that had been applied. */
export interface AppliedStep {
  readonly owner: string
  readonly name: string
  readonly appliedAtMs: number
}

/** The last line. */
export interface BackupEnd {
  readonly end: true
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>
  /** Ids of the keys that rows are sealed with. */
  readonly keyIds: readonly string[]
  /** SHA-256 of the lines before, hex. */
  readonly sha256: string
}

/** The line before the rows of a table. */
export interface TableLine {
  readonly table: string
  readonly columns: readonly string[]
}

/** A value of a row. */
export type BackupValue = string | number | bigint | Uint8Array | null

/** What a backup holds, for people and programs. */
export interface BackupSummary {
  /** Milliseconds since 1970. */
  readonly createdAtMs: number
  readonly flavour: Flavour
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>
  /** Ids of the encryption keys that its rows need; the keys themselves are not in it. */
  readonly keyIds: readonly string[]
}

/** How far a backup or restore is. */
export interface BackupProgress {
  readonly step: 'saving' | 'checking' | 'restoring'
  readonly table: string
  /** Rows so far, of all tables. */
  readonly rows: number
}

/** A row as its line. */
export function rowText(values: readonly BackupValue[]): string {
  return JSON.stringify(values.map(encoded))
}

/** The values of a line that is a list. */
export function rowValues(list: readonly unknown[]): BackupValue[] {
  return list.map(decoded)
}

function encoded(value: BackupValue): unknown {
  if (value instanceof Uint8Array)
    return { b: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : { i: value.toString() }
}

function decoded(value: unknown): BackupValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  const { b, i } = value as { readonly b?: unknown; readonly i?: unknown }
  if (typeof b === 'string') return Buffer.from(b, 'base64')
  if (typeof i === 'string') return BigInt(i)
  throw coreError('BACKUP_BROKEN', { message: 'the backup has a value of a kind that this program does not know' })
}
