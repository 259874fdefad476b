import { resolve } from 'node:path'
import { type BackupSummary, backupDatabase, loadConfigFile } from '@larkspur/core'
import { Progress } from '../output/progress.ts'
import { table } from '../output/table.ts'
import { StopWatch } from '../stop-signal.ts'

/** Options of `larkspur backup`. */
export interface BackupCommandOptions {
  readonly cwd: string
  readonly config?: string | undefined
  readonly json: boolean
}

/** `larkspur backup <file>`: saves the database. */
export async function backup(file: string, { cwd, config: place, json }: BackupCommandOptions): Promise<number> {
  const path = resolve(file)
  process.chdir(cwd)
  const { config } = await loadConfigFile({ cwd: process.cwd(), file: place })
  using stop = new StopWatch()
  const stopped = new AbortController()
  void stop.asked.then(() => stopped.abort())
  using progress = new Progress()
  try {
    const saved = await backupDatabase(config, path, {
      onProgress: ({ rows, table: name }) => progress.update(`${rows} rows, ${name}`),
      signal: stopped.signal,
    })
    progress[Symbol.dispose]()
    process.stdout.write(
      json ? `${JSON.stringify({ file: path, ...saved }, undefined, 2)}\n` : `${path}\n\n${summary(saved)}`,
    )
    process.stderr.write(keyNote(saved))
    return 0
  } catch (error) {
    if (!stopped.signal.aborted) throw error
    progress[Symbol.dispose]()
    process.stderr.write('Stopped; no file was left.\n')
    return 1
  }
}

/** What a backup holds, for people. */
export function summary({ rows, flavour, createdAtMs }: BackupSummary): string {
  const made = `${flavour === 'sqlite' ? 'SQLite' : 'PostgreSQL'}, ${new Date(createdAtMs).toISOString()}\n`
  return made + table(Object.entries(rows).map(([name, count]) => [`  ${name}`, String(count)]))
}

function keyNote({ keyIds }: BackupSummary): string {
  if (keyIds.length === 0) return ''
  return `\nIt can be used only with the encryption key ${keyIds.join(', ')}, which is not in it: keep that elsewhere.\n`
}
