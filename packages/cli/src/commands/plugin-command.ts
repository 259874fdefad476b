import { createBot, isLarkspurError, type LoadedConfig, loadConfigFile, pluginCommands } from '@larkspur/core'
import { CliError } from '../cli-error.ts'

/**
 * `larkspur <plugin> <command> …`: runs a command of a plugin on the bot of the current folder, which is created and not
 * started. Its lines go to standard output, the log to standard error.
 *
 * @returns the exit code; undefined when there is no such plugin here
 */
export async function pluginCommand(argv: readonly string[]): Promise<number | undefined> {
  const [plugin = '', name, ...rest] = argv
  const loaded = await loadIfThere()
  const plugins = loaded?.config.plugins ?? []
  if (!loaded || !plugins.some((each) => each?.name === plugin)) return undefined
  const commands = pluginCommands(plugins).filter((each) => each.plugin === plugin)
  const command = commands.find((each) => each.name === name)
  if (!command) {
    const list = commands.map((each) => `larkspur ${plugin} ${each.name}  ${each.description}`).join('\n')
    throw new CliError(
      name === undefined
        ? `Which command of the plugin ${plugin}?`
        : `The plugin ${plugin} has no command ${JSON.stringify(name)}.`,
      list ? `It has:\n${list}` : 'It has no commands at all.',
    )
  }
  await using bot = await createBot(loaded.config, { logTo: { write: (line) => void process.stderr.write(line) } })
  await command.run(bot, { argv: rest, print: (line) => void process.stdout.write(`${line}\n`) })
  return 0
}

async function loadIfThere(): Promise<LoadedConfig | undefined> {
  try {
    return await loadConfigFile({ cwd: process.cwd(), file: undefined })
  } catch (error) {
    if (isLarkspurError(error) && error.code === 'CONFIG_FILE_NOT_FOUND') return undefined
    throw error
  }
}
