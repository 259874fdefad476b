import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { createGunzip } from 'node:zlib'
import { coreError } from '../errors/catalogue.ts'
import { isLarkspurError } from '../errors/larkspur-error.ts'
import {
  type BackupEnd,
  type BackupHead,
  type BackupSummary,
  type BackupValue,
  backupFormat,
  backupVersion,
  rowValues,
  type TableLine,
} from './backup-format.ts'

/** A backup that was read to its end, and is whole. */
export interface ReadBackup extends BackupSummary {
  readonly head: BackupHead
}

/** Gets the rows of a backup while it is read. */
export type RowTaker = (table: TableLine, rows: readonly (readonly BackupValue[])[]) => Promise<void>

/** Rows that are handed on at once, and characters of their lines. */
const portion = 200
const portionLength = 1_000_000

/**
 * Reads a backup from its first line to its last, and gives its rows to `take`. Only when it returns is the file known to
 * be whole.
 * @throws BACKUP_UNREADABLE, BACKUP_BROKEN, BACKUP_NEWER
 */
export async function readBackup(path: string, take?: RowTaker): Promise<ReadBackup> {
  const file = resolve(path)
  const reading = new Reading(file, take)
  const source = createReadStream(file)
  const unzipped = createGunzip()
  source.on('error', (error) => unzipped.destroy(error))
  try {
    for await (const line of linesOf(source.pipe(unzipped))) await reading.line(line)
    return reading.result()
  } catch (cause) {
    if (isLarkspurError(cause)) throw cause
    const code = String((cause as { code?: unknown }).code)
    if (/^E[A-Z]+$/.test(code))
      throw coreError('BACKUP_UNREADABLE', { message: `${file} cannot be read: ${code}`, cause })
    if (cause instanceof SyntaxError) throw broken(file, 'a line is no JSON', cause)
    if (code.startsWith('Z_')) throw broken(file, 'its compressed data are damaged or cut', cause)
    throw cause
  } finally {
    source.destroy()
  }
}

class Reading {
  readonly #file: string
  readonly #take: RowTaker | undefined
  readonly #hash = createHash('sha256')
  readonly #rows: Record<string, number> = {}
  #head: BackupHead | undefined
  #end: BackupEnd | undefined
  #table: TableLine | undefined
  #waiting: BackupValue[][] = []
  #waitingLength = 0

  constructor(file: string, take: RowTaker | undefined) {
    this.#file = file
    this.#take = take
  }

  async line(text: string): Promise<void> {
    if (this.#end) throw broken(this.#file, 'something follows its end')
    const value: unknown = JSON.parse(text)
    if (!this.#head) this.#head = this.#headOf(value)
    else if (Array.isArray(value)) await this.#row(value, text.length)
    else if (isEnd(value)) await this.#finish(value)
    else if (isTable(value)) await this.#begin(value)
    else throw broken(this.#file, 'a line is of no known kind')
    if (!this.#end) this.#hash.update(text).update('\n')
  }

  result(): ReadBackup {
    if (!this.#head || !this.#end) throw broken(this.#file, 'it has no end: it was cut')
    const { createdAtMs, flavour } = this.#head
    return { head: this.#head, createdAtMs, flavour, rows: this.#rows, keyIds: this.#end.keyIds }
  }

  #headOf(value: unknown): BackupHead {
    const head = value as Partial<BackupHead> | null
    if (head?.format !== backupFormat) throw broken(this.#file, 'it is no backup of a bot')
    if (typeof head.version !== 'number' || head.version > backupVersion)
      throw coreError('BACKUP_NEWER', {
        message: `${this.#file} has the format ${head.version}; this program reads up to ${backupVersion}`,
      })
    return head as BackupHead
  }

  async #begin(table: TableLine): Promise<void> {
    await this.#hand()
    this.#table = table
    this.#rows[table.table] = 0
  }

  async #row(list: readonly unknown[], length: number): Promise<void> {
    if (!this.#table || list.length !== this.#table.columns.length) throw broken(this.#file, 'a row fits no table')
    this.#rows[this.#table.table] = (this.#rows[this.#table.table] ?? 0) + 1
    this.#waiting.push(rowValues(list))
    this.#waitingLength += length
    if (this.#waiting.length >= portion || this.#waitingLength >= portionLength) await this.#hand()
  }

  async #finish(end: BackupEnd): Promise<void> {
    await this.#hand()
    const same = JSON.stringify(end.rows) === JSON.stringify(this.#rows)
    if (!same || end.sha256 !== this.#hash.digest('hex')) throw broken(this.#file, 'its checksum does not fit')
    this.#end = end
  }

  async #hand(): Promise<void> {
    const rows = this.#waiting
    this.#waiting = []
    this.#waitingLength = 0
    if (this.#table && rows.length > 0) await this.#take?.(this.#table, rows)
  }
}

function isEnd(value: unknown): value is BackupEnd {
  return (value as Partial<BackupEnd> | null)?.end === true
}

function isTable(value: unknown): value is TableLine {
  const line = value as Partial<TableLine> | null
  return typeof line?.table === 'string' && Array.isArray(line.columns)
}

// Not readline: it also splits at U+2028, which JSON leaves as it is.
async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

function broken(file: string, why: string, cause?: unknown): Error {
  return coreError('BACKUP_BROKEN', { message: `${file} cannot be restored: ${why}`, cause })
}
