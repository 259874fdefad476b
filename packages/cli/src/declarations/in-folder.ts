import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'

/** Gives a command the options that say which bot it is about. */
export function inFolder(command: Command): Command {
  return command
    .addOption(
      new Option('--cwd <folder>', 'folder of the bot').argParser(folder).default(process.cwd(), 'the current one'),
    )
    .option('--config <file>', 'the configuration, when it is not bot.config.{ts,mts,js,mjs}')
}

function folder(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return resolve(path)
  throw new InvalidArgumentError('There is no such folder.')
}
