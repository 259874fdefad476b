import type { Remove } from '@larkspur/core'
import type { CommandDefinition, CommandHandler } from './command.ts'
import type { MatchedMessage, MessageHandler } from './message.ts'
import type { MessagePattern } from './pattern.ts'
import type { Receiver } from './receiver.ts'
import type { SendOptions, SentMessage } from './send.ts'
import type { TextInput } from './text.ts'

/** What the plugin adds to the bot: `bot.messaging`, or `messaging` in the `setup` of a plugin that uses it. */
export interface MessagingApi {
  /**
   * Handles messages. All handlers that fit run, in order of registration, unless one calls `message.stop()`. In groups
   * only messages that mention the bot arrive (option `groupMessages`); commands do not. Before `start()` only.
   * @throws PLUGIN_REGISTERED_TOO_LATE
   */
  onMessage(handler: MessageHandler): Remove
  /**
   * Handles messages in which a RegExp finds something; `message.match` holds it.
   * @throws MESSAGING_PATTERN_INVALID, PLUGIN_REGISTERED_TOO_LATE
   */
  onMessage(pattern: RegExp, handler: MessageHandler<MatchedMessage>): Remove
  /**
   * Handles messages that fit a pattern: the whole text (case and outer spaces do not count), or what
   * {@link MessagePattern} can say.
   * @throws MESSAGING_PATTERN_INVALID, PLUGIN_REGISTERED_TOO_LATE
   */
  onMessage(pattern: string | RegExp | MessagePattern, handler: MessageHandler): Remove
  /**
   * Handles a command: `onCommand('standup', …)` is called for `/standup today "team one"`. A command is not also a
   * message. Before `start()` only.
   * @throws MESSAGING_COMMAND_INVALID, MESSAGING_COMMAND_DUPLICATE, PLUGIN_REGISTERED_TOO_LATE
   */
  onCommand(command: string | CommandDefinition, handler: CommandHandler): Remove
  /**
   * Sends a text to a chat or a person. Inside a handler, a repeated run does not send twice.
   * @throws MESSAGING_TEXT_EMPTY, MESSAGING_TEXT_TOO_LONG, MESSAGING_RECEIVER_INVALID, and those of AppClient.request
   */
  sendText(to: Receiver, text: TextInput, options?: SendOptions): Promise<SentMessage>
}
