import type { Command } from 'commander'
import { inFolder } from './in-folder.ts'

/** Declares `larkspur backup` and `larkspur restore`. */
export function declareBackup(program: Command, end: (exitCode: number) => void): void {
  inFolder(program.command('backup'))
    .summary('save the database into a file, while the bot runs')
    .description(
      'Saves apps, tokens, events and the tables of plugins as they are at one moment. Secrets stay encrypted; the encryption key is not in the file and has to be kept elsewhere.',
    )
    .argument('<file>', 'a new file, 0600; it appears when it is whole')
    .option('--json', 'what was saved, as JSON', false)
    .action(async (file, options) => end(await (await import('../commands/backup.ts')).backup(file, options)))
  inFolder(program.command('restore'))
    .summary('put a backup into the database; the bot must not run')
    .description(
      'Puts a backup of SQLite or PostgreSQL into the database of the configuration, SQLite or PostgreSQL: all of it or nothing. The file is checked before anything is written.',
    )
    .argument('<file>', 'made by larkspur backup')
    .option('--replace', 'delete what is in the database before, after asking', false)
    .option('--yes', 'do not ask', false)
    .option(
      '--no-pending',
      'leave out events, tasks and jobs that waited: those that were handled since would run again',
    )
    .option('--json', 'what was restored, as JSON', false)
    .action(async (file, options) => end(await (await import('../commands/restore.ts')).restore(file, options)))
}
