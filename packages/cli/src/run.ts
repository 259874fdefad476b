import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { declareApp } from './declarations/app.ts'
import { declareBackup } from './declarations/backup.ts'
import { inFolder } from './declarations/in-folder.ts'
import { declareKey } from './declarations/key.ts'
import { declareMigrate } from './declarations/migrate.ts'

/**
 * Runs a command line, without the name of the program: `run(['dev', '--say', 'hello'])`. Errors are printed.
 *
 * @returns the exit code
 */
export async function run(argv: readonly string[]): Promise<number> {
  let exitCode = 0
  const program = commands((code) => {
    exitCode = code
  })
  try {
    const [first = ''] = argv
    if (isPluginName(first) && first !== 'help' && !program.commands.some((command) => command.name() === first)) {
      const { pluginCommand } = await import('./commands/plugin-command.ts')
      const ended = await pluginCommand(argv)
      if (ended !== undefined) return ended
    }
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    // commander has printed its own words by then: help, version or what was wrong with the line.
    if (error instanceof CommanderError) return error.exitCode
    const { errorBlock } = await import('./output/error-block.ts')
    process.stderr.write(errorBlock(error))
    return 1
  }
}

// Commands are loaded when they run, so that help and mistakes are answered at once.
function commands(end: (exitCode: number) => void): Command {
  const program = new Command('larkspur')
    .description('Runs, tries and inspects a Larkspur bot. Each command works on the bot.config.ts of a folder.')
    .version(version(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .showHelpAfterError('Run larkspur --help to see the commands.')
    .addHelpText('after', examples)

  inFolder(program.command('dev'))
    .summary('try the bot in the browser and the terminal, with no Feishu account')
    .description(
      'Starts a local Feishu (@larkspur/sandbox) and the bot, and lets you talk to it, on a page in the browser and in the terminal. When a file changes, the bot is started again; the sandbox and its page go on. Nothing reaches the real platform: the apps and the database of the configuration are replaced.',
    )
    .option('--say <text>', 'say this, print the answer and end; may be repeated', collect)
    .option('--user <name>', 'who talks: a user of the sandbox', 'alice')
    .option('--timeout <seconds>', 'longest wait for an answer', positiveSeconds, 10)
    .option('--no-chat', 'only run, until Ctrl-C')
    .option('--open', 'open the page in the browser', false)
    .option('--no-watch', 'do not start the bot again when a file of its folder changes')
    .addOption(
      new Option('--port <port>', 'port of the page; 0 takes a free one')
        .argParser(port)
        .default(undefined, '3939 where it is free'),
    )
    .action(async (options) => end(await (await import('./commands/dev.ts')).dev(options)))

  inFolder(program.command('start'))
    .summary('run the bot')
    .description(
      'Runs the bot until SIGTERM or SIGINT. Then it finishes what it is doing, within 10 s; a second signal ends it at once.',
    )
    .action(async (options) => end(await (await import('./commands/start.ts')).start(options)))

  inFolder(program.command('config'))
    .summary('print every option, its value and where it comes from')
    .description(
      'Prints every option with its value and origin: code, environment, .env or default. Secrets are masked.',
    )
    .option('--json', 'one JSON list', false)
    .action(async (options) => end(await (await import('./commands/config.ts')).config(options)))

  inFolder(program.command('health'))
    .summary('ask a running bot how it is')
    .description('Asks /readyz of a running bot. Ends with 0 when it is ready, else with 1.')
    .option('--url <url>', 'address of the bot; default: http.monitorHost and http.monitorPort of the configuration')
    .option('--json', 'the answer as it is', false)
    .action(async (options) => end(await (await import('./commands/health.ts')).health(options)))

  declareApp(program, end)
  declareMigrate(program, end)
  declareKey(program, end)
  declareBackup(program, end)
  return program
}

function isPluginName(word: string): boolean {
  return /^[a-z][a-z0-9-]*$/.test(word)
}

const examples = `
Examples:
  larkspur dev                                talk to the bot
  larkspur dev --say hello --say /help        say two things and print the answers
  larkspur start --cwd bots/support           run the bot of another folder
  larkspur app add                            add an app to the bot, also while it runs
  larkspur health --url http://bot:9090       ask a bot on another machine
  larkspur <plugin> <command>                 run a command that a plugin of the bot brings
`

function collect(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, text]
}

function positiveSeconds(text: string): number {
  const seconds = Number(text)
  if (text.trim() !== '' && seconds > 0 && seconds <= 3600) return seconds
  throw new InvalidArgumentError('It takes seconds, more than 0 and at most 3600.')
}

function port(text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number <= 65_535) return number
  throw new InvalidArgumentError('It takes a whole number from 0 to 65535.')
}

function version(): string {
  const file = new URL('../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
