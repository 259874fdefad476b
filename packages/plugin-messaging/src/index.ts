// Bot authors.

export type { Command, CommandDefinition, CommandHandler } from './command.ts'
export type { CommandLine } from './command-line.ts'
export type { Mention } from './content-text.ts'
export { messagingError } from './errors.ts'
// Those who watch.
export type { IncomingKind, MessagingEvents } from './events.ts'
export { type Mentionable, type MentionPart, mention, mentionAll } from './mention.ts'
export type { MatchedMessage, Message, MessageHandler } from './message.ts'
export type { MessagingOptions } from './options.ts'
export type { MessagePattern } from './pattern.ts'
export { type MessagingApi, messaging } from './plugin.ts'
export type { MessageType, ReceivedMessage, ReceiveEvent, Sender } from './received-message.ts'
export type { Receiver } from './receiver.ts'
export type { ReplyOptions, SendOptions, SentMessage } from './send.ts'
export { type FormattedText, type TextInput, type TextValue, text } from './text.ts'
