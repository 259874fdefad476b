import { type Command, InvalidArgumentError, Option } from 'commander'
import { CliError } from '../cli-error.ts'
import { inFolder } from './in-folder.ts'

/** Declares `larkspur app …`. */
export function declareApp(program: Command, end: (exitCode: number) => void): void {
  const app = program
    .command('app')
    .summary('list, add and change the apps of the bot')
    .description(
      'Apps come from the configuration or from the database of the bot. What is changed here is in the database; a bot that runs follows within seconds.',
    )
    .addHelpText('after', examples)
  const json = (command: Command): Command => command.option('--json', 'the result as JSON; nothing is asked', false)

  json(inFolder(app.command('list')))
    .description('Lists the apps: id, name, status and when each was created.')
    .action(async (options) => end(await (await import('../commands/app.ts')).appList(options)))
  json(inFolder(app.command('show')))
    .argument('<app id>')
    .description('Shows one app and, for each kind of token, whether one is held, when it ends, and the last error.')
    .action(async (appId, options) => end(await (await import('../commands/app.ts')).appShow(appId, options)))

  json(inFolder(settings(secretOptions(app.command('add')))))
    .argument('[app id]', 'cli_ and 16 hex digits (developer console, page Credentials & Basic Info)')
    .description(
      'Adds an app. In a terminal it asks for what is not given; elsewhere the secret comes from standard input or LARKSPUR_APP_SECRET.',
    )
    .option('--domain <domain>', 'feishu (default), lark, or the origin of another platform; never changes')
    .option('--disabled', 'do not use it yet', false)
    .action(async (appId, options) => end(await (await import('../commands/app-edit.ts')).appAdd(appId, options)))
  json(inFolder(settings(secretOptions(app.command('update')))))
    .argument('<app id>')
    .description('Changes an app of the database. An empty text takes a setting away.')
    .option('--new-secret', 'change the App Secret: asked for, or from LARKSPUR_APP_SECRET', false)
    .option('--new-encrypt-key', 'change the Encrypt Key: asked for, or from LARKSPUR_APP_ENCRYPT_KEY', false)
    .option(
      '--new-verification-token',
      'change the Verification Token: asked for, or from LARKSPUR_APP_VERIFICATION_TOKEN',
      false,
    )
    .action(async (appId, options) => end(await (await import('../commands/app-edit.ts')).appUpdate(appId, options)))
  json(inFolder(app.command('delete')))
    .argument('<app id>')
    .description('Deletes an app of the database with its tokens, those of its users included, after asking.')
    .option('--yes', 'do not ask', false)
    .action(async (appId, options) => end(await (await import('../commands/app.ts')).appDelete(appId, options)))

  json(inFolder(app.command('enable')))
    .argument('<app id>')
    .description('Uses an app again, also one of the configuration.')
    .action(async (appId, options) => end(await (await import('../commands/app.ts')).appEnable(appId, options)))
  json(inFolder(app.command('disable')))
    .argument('<app id>')
    .description('Takes an app out of use, also one of the configuration: disconnected, its calls refused.')
    .action(async (appId, options) => end(await (await import('../commands/app.ts')).appDisable(appId, options)))
  json(inFolder(app.command('default')))
    .argument('[app id]', 'without it: prints which one it is')
    .description('Makes an app the one that calls without an app id mean; goes before the option defaultAppId.')
    .option('--clear', 'leave it to the configuration again', false)
    .action(async (appId, options) => end(await (await import('../commands/app.ts')).appDefault(appId, options)))
}

function settings(command: Command): Command {
  return command
    .option('--name <name>', 'a name for people')
    .option('--description <text>', 'what it is for')
    .addOption(new Option('--receive <how>', 'how events arrive').choices(['websocket', 'webhook', 'none']))
    .option('--admins <open ids>', 'who gets alarms: ou_…, separated by commas', openIds)
}

function secretOptions(command: Command): Command {
  const refuse = (): never => {
    throw new CliError(
      'A secret is not taken from the command line: other users and the history of the shell would see it.',
      'Type it when asked, pipe it with --secret-stdin, or set LARKSPUR_APP_SECRET.',
    )
  }
  return command
    .option('--secret-stdin', 'read the App Secret from standard input', false)
    .addOption(new Option('--secret [secret]').argParser(refuse).preset('').hideHelp())
    .addOption(new Option('--app-secret [secret]').argParser(refuse).preset('').hideHelp())
}

function openIds(text: string): readonly string[] {
  const ids = text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '')
  const wrong = ids.find((id) => !id.startsWith('ou_'))
  if (wrong !== undefined) throw new InvalidArgumentError('It takes open ids (ou_…), separated by commas.')
  return ids
}

const examples = `
Examples:
  larkspur app add                                            asks for everything
  larkspur app add cli_0123456789abcdef --secret-stdin < file
  larkspur app list --json
  larkspur app update cli_0123456789abcdef --new-secret       after the secret was reset in the console
  larkspur app disable cli_0123456789abcdef
`
