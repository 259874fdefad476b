import { resolve } from 'node:path'
import { type BackupSummary, type BotConfig, keyStatus, loadConfigFile, restoreDatabase } from '@larkspur/core'
import { CliError } from '../cli-error.ts'
import { confirmed } from '../output/confirm.ts'
import { Progress } from '../output/progress.ts'
import { summary } from './backup.ts'

/** Options of `larkspur restore`. */
export interface RestoreCommandOptions {
  readonly cwd: string
  readonly config?: string | undefined
  readonly replace: boolean
  readonly yes: boolean
  /** Whether events that waited are restored. */
  readonly pending: boolean
  readonly json: boolean
}

/** `larkspur restore <file>`: puts a backup into the database. */
export async function restore(file: string, options: RestoreCommandOptions): Promise<number> {
  const { replace, pending, json } = options
  const path = resolve(file)
  process.chdir(options.cwd)
  const { config } = await loadConfigFile({ cwd: process.cwd(), file: options.config })
  if (replace && !options.yes && !(await confirmed('Everything in the database of this bot will be deleted. Go on?'))) {
    process.stdout.write('Nothing was changed.\n')
    return 1
  }
  using progress = new Progress()
  const restored = await restoreDatabase(config, path, {
    ...{ replace, pending },
    onProgress: ({ step, rows, table }) => progress.update(`${step}: ${rows} rows, ${table}`),
  })
  progress[Symbol.dispose]()
  process.stdout.write(json ? `${JSON.stringify({ file: path, ...restored }, undefined, 2)}\n` : summary(restored))
  await warnOfMissingKeys(config, restored)
  return 0
}

async function warnOfMissingKeys(config: BotConfig, { keyIds }: BackupSummary): Promise<void> {
  const given = (await keyStatus(config)).filter(({ source }) => source !== undefined).map(({ id }) => id)
  const missing = keyIds.filter((id) => !given.includes(id))
  if (missing.length > 0)
    throw new CliError(
      `Everything was restored, but the bot does not start yet: its secrets need the encryption key ${missing.join(', ')}.`,
      'Give the key that the bot had when the backup was made, as LARKSPUR_ENCRYPTION_KEY.',
    )
}
