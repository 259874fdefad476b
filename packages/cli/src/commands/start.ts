import { createBot, loadConfigFile } from '@larkspur/core'
import { CliError } from '../cli-error.ts'
import { StopWatch } from '../stop-signal.ts'

/** Options of `larkspur start`. */
export interface StartOptions {
  readonly cwd: string
  readonly config?: string | undefined
}

/** `larkspur start`: runs the bot until it is told to stop. */
export async function start({ cwd, config: file }: StartOptions): Promise<number> {
  process.chdir(cwd)
  using stop = new StopWatch()
  const { config } = await loadConfigFile({ cwd: process.cwd(), file })
  await using bot = await createBot(config)
  if (bot.apps.list().length === 0)
    throw new CliError(
      'The bot has no app, so nobody could talk to it.',
      'Add one with larkspur app add, or set LARKSPUR_APP_ID and LARKSPUR_APP_SECRET (developer console, page Credentials & Basic Info). Without an account: larkspur dev.',
    )
  const started = bot.start()
  // A signal may come while it starts: closing makes start() end, one way or the other.
  started.catch(() => undefined)
  const first = await Promise.race([started, stop.asked])
  const signal = first ?? (await stop.asked)
  await bot.close(signal)
  return 0
}
