import { resolve } from 'node:path'
import {
  type BotConfig,
  type BrokenRow,
  type KeyState,
  loadConfigFile,
  makeKeyFile,
  newEncryptionKey,
  keyStatus as readKeyStatus,
  rotateKeys,
} from '@larkspur/core'
import { CliError } from '../cli-error.ts'
import { Progress } from '../output/progress.ts'
import { table } from '../output/table.ts'
import { StopWatch } from '../stop-signal.ts'

/** Which bot a command is about. */
interface FolderOptions {
  readonly cwd: string
  readonly config?: string | undefined
}

/** `larkspur key new`: a new key, to standard output or into a file. */
export async function keyNew({ file }: { readonly file?: string | undefined }): Promise<number> {
  if (file === undefined) {
    process.stdout.write(`${newEncryptionKey()}\n`)
    process.stderr.write(
      '\nGive it to every process of the bot as LARKSPUR_ENCRYPTION_KEY, and keep a copy where your passwords are.\n' +
        'To replace a key that is in use, put the new one before the old: new,old – then run larkspur key rotate.\n',
    )
    return 0
  }
  const path = resolve(file)
  if (!makeKeyFile(path).made)
    throw new CliError(`${path} is there already; it was left as it is.`, 'Choose another name for the new key.')
  process.stdout.write(`${path}\n`)
  process.stderr.write(
    '\nSet LARKSPUR_ENCRYPTION_KEY_FILE to this path for every process of the bot, and keep a copy where your passwords are.\n',
  )
  return 0
}

/** `larkspur key status`: the keys, their age and their rows. */
export async function keyStatus({ json, ...place }: FolderOptions & { readonly json: boolean }): Promise<number> {
  const keys = await readKeyStatus(await configOf(place))
  const missing = keys.filter(({ source }) => source === undefined)
  if (json) process.stdout.write(`${JSON.stringify(keys, undefined, 2)}\n`)
  else if (keys.length === 0) process.stdout.write(noKey)
  else process.stdout.write(table([['KEY', 'USE', 'SINCE', 'AGE', 'ROWS', 'FROM'], ...keys.map(row)]))
  if (missing.length === 0) return 0
  const names = missing.map(({ id }) => id).join(', ')
  process.stderr.write(
    `\n✗ The database needs ${names}, which is not given; a bot does not start on it.\n  → Add the key to LARKSPUR_ENCRYPTION_KEY, behind the first.\n`,
  )
  return 1
}

/** `larkspur key rotate`: every row under the first key. */
export async function keyRotate(place: FolderOptions): Promise<number> {
  const config = await configOf(place)
  using stop = new StopWatch()
  const stopped = new AbortController()
  void stop.asked.then(() => stopped.abort())
  let done = 0
  const onProgress = (state: { readonly done: number; readonly total: number }): void => {
    done = state.done
    progress.update(`${state.done} of ${state.total} rows`)
  }
  using progress = new Progress()
  try {
    const result = await rotateKeys(config, { onProgress, signal: stopped.signal })
    progress[Symbol.dispose]()
    process.stdout.write(`${count(result.done)} sealed with the first key.\n`)
    for (const each of result.broken) process.stderr.write(brokenLine(each))
    if (result.left > 0)
      throw new CliError(
        `${count(result.left)} still ${result.left === 1 ? 'has' : 'have'} another key: a bot that runs encrypts with it.`,
        'Restart every process of the bot with the new key first, then run larkspur key rotate again.',
      )
    if (result.broken.length > 0)
      throw new CliError(
        `${count(result.broken.length)} do not open with any key and were left as they are.`,
        'Keep the old key until they are gone: tokens of apps are replaced when they are next used; a broken app is deleted and added again (larkspur app).',
      )
    const others = (await readKeyStatus(config)).filter(({ encrypts }) => !encrypts)
    for (const other of others)
      process.stdout.write(
        `Key ${other.id} (${other.source}) seals nothing any more: remove it there, and restart the bot. Keep it as long as you keep backups from its time.\n`,
      )
    return 0
  } catch (error) {
    if (!stopped.signal.aborted) throw error
    progress[Symbol.dispose]()
    process.stderr.write(`Stopped after ${count(done)}; nothing is lost. Run larkspur key rotate again to go on.\n`)
    return 1
  }
}

const noKey =
  'There is no key, and nothing is stored that needs one. In the default folder (.larkspur) a key is made at the first\nstart; for any other database make one: larkspur key new\n'

async function configOf({ cwd, config: file }: FolderOptions): Promise<BotConfig> {
  process.chdir(cwd)
  return (await loadConfigFile({ cwd: process.cwd(), file })).config
}

function row({ id, source, encrypts, firstUsedAtMs, rows }: KeyState): string[] {
  const counts = Object.entries(rows).map(([title, number]) => `${number} ${title}`)
  const days = firstUsedAtMs === undefined ? undefined : Math.floor((Date.now() - firstUsedAtMs) / 86_400_000)
  return [
    id,
    source === undefined ? 'missing' : encrypts ? 'encrypts' : 'decrypts',
    firstUsedAtMs === undefined ? '–' : new Date(firstUsedAtMs).toISOString().slice(0, 10),
    days === undefined ? '–' : `${days} d`,
    counts.join(', ') || '0',
    source ?? 'not given',
  ]
}

function brokenLine({ title, appId, kind }: BrokenRow): string {
  return `! broken: ${title}, ${appId}, ${kind}\n`
}

function count(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`
}
