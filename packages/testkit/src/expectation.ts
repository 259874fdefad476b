import { AssertionError } from 'node:assert'
import { type HandlerFailure, isLarkspurError } from '@larkspur/core'
import type { SandboxMessage } from '@larkspur/sandbox'

/** What a message should be: its whole text, a pattern that its text matches, or a test of the message. */
export type Expected = string | RegExp | ((message: SandboxMessage) => boolean)

// biome-ignore lint/suspicious/noExplicitAny: any method is one.
type Verb = (...args: any[]) => unknown

/** Whether a message is the expected one. */
export function fits(message: SandboxMessage, expected: Expected): boolean {
  if (typeof expected === 'string') return message.text === expected
  if (typeof expected === 'function') return expected(message)
  // A copy, because patterns with the flags g or y remember where they stopped.
  return new RegExp(expected.source, expected.flags.replace(/[gy]/g, '')).test(message.text)
}

/** The expected message did not come. */
export function seenFailure(
  who: string,
  expected: Expected,
  unseen: readonly SandboxMessage[],
  conversation: readonly SandboxMessage[],
  failures: readonly HandlerFailure[],
  timeoutMs: number,
  stackStartFn: Verb,
): AssertionError {
  const received = unseen.map(shown)
  const message = [
    `The bot did not say in ${timeoutMs} ms what ${who} should see.`,
    `Expected: ${expectedText(expected)}`,
    `Received: ${received.length > 0 ? received.join(', ') : 'nothing'}`,
    ...lastOfEach(failures, conversation).map(failureText),
    ...table(conversation),
  ].join('\n')
  return new AssertionError({ message, expected: expectedText(expected), actual: received.join(', '), stackStartFn })
}

/** The bot spoke where it should not. */
export function silenceFailure(
  who: string,
  unseen: readonly SandboxMessage[],
  conversation: readonly SandboxMessage[],
  stackStartFn: Verb,
): AssertionError {
  const received = unseen.map(shown).join(', ')
  const message = [
    `The bot should have said nothing more to ${who}.`,
    'Expected: nothing',
    `Received: ${received}`,
    ...table(conversation),
  ].join('\n')
  return new AssertionError({ message, expected: '', actual: received, stackStartFn })
}

function expectedText(expected: Expected): string {
  if (typeof expected === 'string') return JSON.stringify(expected)
  return typeof expected === 'function' ? `a message that fits ${expected.toString()}` : String(expected)
}

function shown({ text, messageType }: SandboxMessage): string {
  return messageType === 'text' ? JSON.stringify(text) : `${messageType} ${JSON.stringify(text)}`
}

/** The last failure of each handler and event; not those of what was said in other chats. */
function lastOfEach(failures: readonly HandlerFailure[], conversation: readonly SandboxMessage[]): HandlerFailure[] {
  const here = new Set(conversation.map(({ messageId }) => `message:${messageId}`))
  const concerned = failures.filter(({ eventKey }) => !eventKey.startsWith('message:') || here.has(eventKey))
  return [...new Map(concerned.map((failure) => [`${failure.handler} ${failure.eventKey}`, failure])).values()]
}

function failureText({ handler, error, attempt }: HandlerFailure): string {
  const what = isLarkspurError(error) ? `${error.code}: ${error.message}` : String(error)
  return `Failed: ${handler}, attempt ${attempt}: ${what}`
}

function table(conversation: readonly SandboxMessage[]): string[] {
  if (conversation.length === 0) return ['Nobody has said anything here.']
  const width = Math.max(...conversation.map(({ sender }) => nameOf(sender).length))
  const rows = conversation.map((message) => {
    const lines = (message.text || `(${message.messageType})`).split('\n')
    return `  ${nameOf(message.sender).padEnd(width)}  ${lines.join(`\n  ${' '.repeat(width)}  `)}`
  })
  return ['The conversation:', ...rows]
}

function nameOf({ type, name }: SandboxMessage['sender']): string {
  return type === 'bot' ? `${name} (bot)` : name
}
