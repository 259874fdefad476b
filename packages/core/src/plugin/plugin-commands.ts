import type { AppClient } from '../api/call.ts'
import { pluginRecord } from './define-plugin.ts'

/** The parts of a bot that a command of a plugin needs. */
export interface CommandBot {
  app(appId?: string): AppClient
}

/** What a person typed behind the name of a command, and where its lines go. */
export interface CommandLine {
  readonly argv: readonly string[]
  print(line: string): void
}

/** A command of a plugin in the list. */
export interface DeclaredCommand {
  readonly plugin: string
  /** `larkspur <plugin> <name>` */
  readonly name: string
  /** One line. */
  readonly description: string
  /** Runs on a bot that was created with this list; it need not be started. */
  run(bot: CommandBot, line: CommandLine): Promise<void>
}

/**
 * The commands that the plugins of a list declare, in order of the list; for programs like `larkspur`, which offers them
 * as `larkspur <plugin> <command>`. What is no plugin is left out: createBot refuses it.
 */
export function pluginCommands(plugins: readonly unknown[]): readonly DeclaredCommand[] {
  return plugins.flatMap((value) => {
    const record = pluginRecord(value)
    return (record?.definition.commands ?? []).map(({ name, description, run }) => ({
      plugin: record?.name ?? '',
      name,
      description,
      async run(bot: CommandBot, { argv, print }: CommandLine) {
        // The bot carries the APIs of its plugins by name.
        const api = (bot as unknown as Readonly<Record<string, unknown>>)[record?.name ?? '']
        await run({ argv, api, app: (appId) => bot.app(appId), print })
      },
    }))
  })
}
