import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { sealedTables } from '../credentials/sealed-tables.ts'
import { coreError } from '../errors/catalogue.ts'
import { isLarkspurError } from '../errors/larkspur-error.ts'
import {
  type BackupEnd,
  type BackupHead,
  type BackupProgress,
  type BackupSummary,
  backupFormat,
  backupVersion,
  rowText,
} from './backup-format.ts'
import type { Snapshot, SnapshotTable } from './snapshot.ts'
import { instanceTable } from './stored-tables.ts'

/** What a backup being written tells. */
export interface WriteOptions {
  readonly onProgress?: ((progress: BackupProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Writes a snapshot into a file with mode 0600 that appears when it is whole.
 * @throws BACKUP_FILE_EXISTS, BACKUP_NOT_WRITTEN
 */
export async function writeBackup(
  snapshot: Snapshot,
  path: string,
  { onProgress, signal }: WriteOptions,
): Promise<BackupSummary> {
  const file = resolve(path)
  const exists = coreError('BACKUP_FILE_EXISTS', { message: `${file} is there already; it was left as it is` })
  if (existsSync(file)) throw exists
  const draft = `${file}.${randomBytes(6).toString('hex')}.part`
  const { flavour, migrations } = snapshot
  const createdAtMs = Date.now()
  const head: BackupHead = { format: backupFormat, version: backupVersion, createdAtMs, flavour, migrations }
  const lines = new BackupLines(onProgress)
  try {
    const target = createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true })
    const options = signal ? { signal } : {}
    const source = Readable.from(lines.of(head, snapshot.tables), { highWaterMark: 1 })
    await pipeline(source, createGzip(), target, options)
    if (existsSync(file)) throw exists
    renameSync(draft, file)
  } catch (cause) {
    rmSync(draft, { force: true })
    if (signal?.aborted || isLarkspurError(cause)) throw cause
    throw coreError('BACKUP_NOT_WRITTEN', { message: `${file} could not be written: ${String(cause)}`, cause })
  }
  return { createdAtMs, flavour, rows: lines.rows, keyIds: [...lines.keyIds] }
}

/** The lines of one backup, in portions, and what was counted on the way. */
class BackupLines {
  readonly rows: Record<string, number> = {}
  readonly keyIds = new Set<string>()
  readonly #hash = createHash('sha256')
  readonly #onProgress: WriteOptions['onProgress']
  #total = 0

  constructor(onProgress: WriteOptions['onProgress']) {
    this.#onProgress = onProgress
  }

  async *of(head: BackupHead, tables: readonly SnapshotTable[]): AsyncGenerator<string> {
    yield this.#hashed(`${JSON.stringify(head)}\n`)
    for (const table of tables) if (table.name !== instanceTable) yield* this.#table(table)
    const end: BackupEnd = {
      ...{ end: true, rows: this.rows, keyIds: [...this.keyIds], sha256: this.#hash.digest('hex') },
    }
    yield `${JSON.stringify(end)}\n`
  }

  async *#table({ name, columns, rows }: SnapshotTable): AsyncGenerator<string> {
    this.rows[name] = 0
    yield this.#hashed(`${JSON.stringify({ table: name, columns })}\n`)
    const keyId = sealedTables.some((table) => table.name === name) ? columns.indexOf('key_id') : -1
    for await (const some of rows()) {
      for (const row of some) if (typeof row[keyId] === 'string') this.keyIds.add(row[keyId])
      yield this.#hashed(some.map((row) => `${rowText(row)}\n`).join(''))
      this.rows[name] += some.length
      this.#total += some.length
      this.#onProgress?.({ step: 'saving', table: name, rows: this.#total })
    }
  }

  #hashed(text: string): string {
    this.#hash.update(text)
    return text
  }
}
