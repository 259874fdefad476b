import { type Command, InvalidArgumentError } from 'commander'
import { inFolder } from './in-folder.ts'

/** Declares `larkspur migrate …`. */
export function declareMigrate(program: Command, end: (exitCode: number) => void): void {
  const migrate = program
    .command('migrate')
    .summary("bring the database's tables up to date, or back")
    .description(
      'Migrations make the tables of the kernel (owner core), of the inbox (inbox) and of plugins (plugin:<name>).',
    )
  inFolder(migrate.command('up'))
    .description(
      'Runs the migrations that the database lacks. SQLite bots do it by themselves at start; on PostgreSQL run this before starting a new version.',
    )
    .action(async (options) => end(await (await import('../commands/migrate.ts')).migrateUp(options)))
  inFolder(migrate.command('status'))
    .description('Lists every migration, when it was applied, and those that this program does not know.')
    .option('--check', 'end with 1 when migrations are missing, or a breaking one is unknown', false)
    .option('--json', 'one JSON list', false)
    .action(async (options) => end(await (await import('../commands/migrate.ts')).migrateStatus(options)))
  inFolder(migrate.command('down'))
    .description(
      'Undoes the newest migration, or several, after saying what is lost and asking. On SQLite stop the bot first. Run it with the program that brought the migration, then start the older one.',
    )
    .option('--owner <owner>', 'core, inbox or plugin:<name>; default: whoever has the newest')
    .option('--steps <count>', 'how many', positiveCount, 1)
    .option('--yes', 'do not ask', false)
    .action(async (options) => end(await (await import('../commands/migrate.ts')).migrateDown(options)))
  inFolder(migrate.command('create'))
    .description('Writes an empty migration of a plugin, with the next number, and says how to register it.')
    .argument('<name>', 'what it does, in words: add-due-date')
    .option('--folder <folder>', 'where the migrations are; default: src/migrations, or migrations without src')
    .action(async (name, options) =>
      end(await (await import('../commands/migrate-create.ts')).migrateCreate(name, options)),
    )
}

function positiveCount(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It takes a whole number, 1 or more.')
}
