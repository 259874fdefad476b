import { type CommandLine, commandName } from './command-line.ts'
import { messagingError } from './errors.ts'
import type { Message } from './message.ts'
import type { ReplyOptions, SentMessage } from './send.ts'
import type { TextInput } from './text.ts'

/** A command that the bot understands. */
export interface CommandDefinition {
  /** Without prefix; letters and digits of any script, hyphens, underscores. Upper and lower case are the same. */
  readonly name: string
  /** One line for `/help`. */
  readonly description?: string | undefined
  /** Its arguments as `/help` shows them: `<team> [date]`. */
  readonly usage?: string | undefined
  /** Other names for it. */
  readonly aliases?: readonly string[] | undefined
  /** Leaves it out of `/help`. */
  readonly hidden?: boolean | undefined
}

/** A command in the hands of its handler. */
export interface Command extends CommandLine {
  /** As it was registered, also when an alias was typed. */
  readonly name: string
  /** The message that it was typed in. */
  readonly message: Message
  /** The same as `message.reply`. */
  reply(text: TextInput, options?: ReplyOptions): Promise<SentMessage>
}

/** Handles a command. What it returns is awaited and otherwise ignored; when it throws, it alone is run again. */
export type CommandHandler = (command: Command) => unknown

/** The commands of the bot, by name and alias. */
export class CommandList {
  readonly #byName = new Map<string, CommandDefinition>()

  /**
   * Adds a command; the result removes it.
   * @throws MESSAGING_COMMAND_INVALID, MESSAGING_COMMAND_DUPLICATE
   */
  add(given: string | CommandDefinition): { readonly definition: CommandDefinition; readonly remove: () => void } {
    const definition = checked(given)
    const names = [definition.name, ...(definition.aliases ?? [])]
    for (const name of names) {
      const present = this.#byName.get(name)
      if (present)
        throw messagingError('MESSAGING_COMMAND_DUPLICATE', {
          message: `the command "${definition.name}" wants the name "${name}", which ${present.name === name ? 'another command has' : `is an alias of "${present.name}"`}`,
        })
    }
    for (const name of names) this.#byName.set(name, definition)
    return {
      definition,
      remove: () => {
        for (const name of names) if (this.#byName.get(name) === definition) this.#byName.delete(name)
      },
    }
  }

  /** By name or alias, in lower case. */
  get(name: string): CommandDefinition | undefined {
    return this.#byName.get(name)
  }

  /** All commands, in order of registration. */
  all(): readonly CommandDefinition[] {
    return [...new Set(this.#byName.values())]
  }
}

function checked(given: string | CommandDefinition): CommandDefinition {
  const definition = typeof given === 'string' ? { name: given } : given
  const aliases = (definition?.aliases ?? []).map(checkedName)
  return { ...definition, name: checkedName(definition?.name), aliases: [...new Set(aliases)] }
}

function checkedName(given: unknown): string {
  const name = typeof given === 'string' ? commandName(given) : undefined
  if (name !== undefined) return name
  throw messagingError('MESSAGING_COMMAND_INVALID', {
    message: `${typeof given === 'string' ? `"${given}"` : typeof given} is no name for a command`,
  })
}
