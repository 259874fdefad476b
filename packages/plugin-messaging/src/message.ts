import type { ReceivedMessage, ReceiveEvent } from './received-message.ts'
import type { Outbox, ReplyOptions, SendOptions, SentMessage } from './send.ts'
import type { TextInput } from './text.ts'

/** A message in the hands of a handler. */
export interface Message extends ReceivedMessage {
  /** What the RegExp of the handler's pattern found; undefined without one. */
  readonly match: RegExpExecArray | undefined
  /** The event that brought it. */
  readonly event: ReceiveEvent
  /** 1 in the first run of the event. */
  readonly attempt: number
  /** Aborts when the run ends before the handler does: time-out, shutdown or a lost lease. */
  readonly signal: AbortSignal
  /**
   * Answers this message with a text. A repeated run of the handler does not answer twice.
   * @throws MESSAGING_TEXT_EMPTY, MESSAGING_TEXT_TOO_LONG, and those of AppClient.request
   */
  reply(text: TextInput, options?: ReplyOptions): Promise<SentMessage>
  /** Sends a text to the same chat, without quoting this message. Throws as `reply`. */
  send(text: TextInput, options?: Omit<SendOptions, 'appId'>): Promise<SentMessage>
  /** No handler registered after this one gets the message. */
  stop(): void
  /**
   * Runs `fn` once per message and handler: a repeated run gets the stored result, which must be JSON.
   * @throws DISPATCH_STEP_REPEATED, DISPATCH_RESULTS_TOO_LARGE
   */
  step<Result>(name: string, fn: () => Promise<Result> | Result): Promise<Result>
}

/** A {@link Message} that a RegExp matched. */
export interface MatchedMessage extends Message {
  readonly match: RegExpExecArray
}

/** Handles a message. What it returns is awaited and otherwise ignored; when it throws, it alone is run again. */
export type MessageHandler<M extends Message = Message> = (message: M) => unknown

/** Puts a received message into the hands of one handler. */
export function createMessage(
  received: ReceivedMessage,
  event: ReceiveEvent,
  outbox: Outbox,
  match: RegExpExecArray | undefined,
): Message {
  return {
    ...received,
    match,
    event,
    attempt: event.attempt,
    // A getter: most handlers never ask, and the controller behind it is made on demand.
    get signal() {
      return event.signal
    },
    reply: (text, options) => outbox.replyText(received, text, options),
    send: (text, options) => outbox.sendText({ chatId: received.chatId }, text, { ...options, appId: received.appId }),
    stop: () => event.stop(),
    step: (name, fn) => event.step(name, fn),
  }
}
