import type { Command } from 'commander'
import { inFolder } from './in-folder.ts'

/** Declares `larkspur migrate …`. */
export function declareMigrate(program: Command, end: (exitCode: number) => void): void {
  const migrate = program.command('migrate').summary("bring the database's tables up to date")
  inFolder(migrate.command('up'))
    .description(
      'Runs the migrations that the database lacks: of the inbox and of the plugins. SQLite bots do it by themselves at start; on PostgreSQL run this before starting a new version.',
    )
    .action(async (options) => end(await (await import('../commands/migrate.ts')).migrateUp(options)))
}
