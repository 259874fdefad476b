import type { Command } from 'commander'
import { inFolder } from './in-folder.ts'

/** Declares `larkspur key …`. */
export function declareKey(program: Command, end: (exitCode: number) => void): void {
  const key = program
    .command('key')
    .summary('make, look at and change the key that stored secrets are encrypted with')
    .description('Tokens, and secrets of apps in the database, are encrypted with a key that is not in the database.')
  key
    .command('new')
    .summary('print a new key, or write it into a file')
    .description('Prints a new encryption key, 32 random bytes as base64, and says what to do with it.')
    .option('--file <path>', 'write it there instead, for this user alone (0600); a file is never replaced')
    .action(async (options) => end(await (await import('../commands/key.ts')).keyNew(options)))
  inFolder(key.command('status'))
    .summary('list the keys, their age and their rows')
    .description(
      'Lists the keys: where each comes from, since when it is in use, and how many rows it has sealed. Ends with 1 when rows need a key that is not given.',
    )
    .option('--json', 'one JSON list', false)
    .action(async (options) => end(await (await import('../commands/key.ts')).keyStatus(options)))
  inFolder(key.command('rotate'))
    .summary('seal everything with the first key, while bots run')
    .description(
      'Seals every stored secret with the first key, while bots run. It may be interrupted and run again. Put the new key first before: LARKSPUR_ENCRYPTION_KEY=new,old.',
    )
    .action(async (options) => end(await (await import('../commands/key.ts')).keyRotate(options)))
}
