import type { BotIdentities } from './bot-identity.ts'
import type { CommandList } from './command.ts'
import { type CommandLine, readCommandLine } from './command-line.ts'
import { textTypes } from './content-text.ts'
import type { IncomingKind } from './events.ts'
import type { CheckedMessagingOptions } from './options.ts'
import { needsIdentity, type ReceivedMessage, type ReceiveEvent, readMessage } from './received-message.ts'

/** A received message and what it is taken for. */
export interface Incoming {
  readonly message: ReceivedMessage
  readonly kind: IncomingKind
  /** Of a command, known or not. */
  readonly line?: CommandLine | undefined
}

/** Handles what came in. */
export type IncomingHandler = (incoming: Incoming, event: ReceiveEvent) => void | Promise<void>

/** Reads each event once, however many handlers look at it. */
export class IncomingReader {
  readonly #options: CheckedMessagingOptions
  readonly #identities: BotIdentities
  readonly #commands: CommandList
  readonly #read = new WeakMap<object, Incoming>()

  constructor(options: CheckedMessagingOptions, identities: BotIdentities, commands: CommandList) {
    this.#options = options
    this.#identities = identities
    this.#commands = commands
  }

  /**
   * An event handler that gets what came in. It answers at once where nothing has to be asked: handlers that do not
   * take a message then cost no promise. When the bot's identity is needed and cannot be had, it throws: the event is
   * retried, not dropped.
   */
  handler(handle: IncomingHandler): (event: ReceiveEvent) => void | Promise<void> {
    return (event) => {
      const incoming = this.#incoming(event)
      return incoming instanceof Promise ? incoming.then((read) => handle(read, event)) : handle(incoming, event)
    }
  }

  #incoming(event: ReceiveEvent): Incoming | Promise<Incoming> {
    const known = this.#read.get(event.body)
    if (known) return known
    const ownOpenId = needsIdentity(event) ? this.#identities.openIdOf(event.appId) : undefined
    return ownOpenId instanceof Promise
      ? ownOpenId.then((openId) => this.#keep(event, openId))
      : this.#keep(event, ownOpenId)
  }

  #keep(event: ReceiveEvent, ownOpenId: string | undefined): Incoming {
    const message = readMessage(event, ownOpenId)
    const incoming = { message, ...this.#kindOf(message, ownOpenId) }
    this.#read.set(event.body, incoming)
    return incoming
  }

  #kindOf(message: ReceivedMessage, ownOpenId: string | undefined): Pick<Incoming, 'kind' | 'line'> {
    const { sender } = message
    if (sender.type === 'bot' && (this.#options.ignoreBots || sender.openId === ownOpenId)) return { kind: 'ignored' }
    const line = this.#isAddressed(message) ? readCommandLine(message.text, this.#options.commandPrefix) : undefined
    if (!line || !textTypes.includes(message.type)) return { kind: 'message' }
    if (this.#commands.get(line.name)) return { kind: 'command', line }
    // Where nobody registered a command, `/etc is full` is something that a person says.
    const ownCommands = this.#commands.all().length - (this.#options.help ? 1 : 0)
    return ownCommands > 0 ? { kind: 'unknown_command', line } : { kind: 'message' }
  }

  /** In a group, a command that does not mention the bot is meant for another one. */
  #isAddressed({ chatType, mentioned }: ReceivedMessage): boolean {
    return chatType === 'p2p' || mentioned || this.#options.groupMessages === 'all'
  }
}
