import { textTypes } from './content-text.ts'
import { messagingError } from './errors.ts'
import type { MessageType, ReceivedMessage } from './received-message.ts'

/**
 * Which messages a handler takes; all that is given must hold.
 *
 * A text pattern is compared with the whole text, without regard to case and outer white space. A RegExp is searched in
 * the text; what it finds is `message.match`. Both look at text and rich text alone.
 */
export interface MessagePattern {
  readonly pattern?: string | RegExp | undefined
  readonly chat?: 'p2p' | 'group' | undefined
  /** In groups: only messages that mention the bot (true), or all (false). Default: option `groupMessages`. */
  readonly mentioned?: boolean | undefined
  readonly types?: readonly (MessageType | (string & {}))[] | undefined
  /** Synchronous and cheap: it may run for every message. */
  readonly filter?: ((message: ReceivedMessage) => boolean) | undefined
  /** Names the handler in logs and in the record of finished handlers. Default: its number. */
  readonly name?: string | undefined
}

/** What {@link matcherOf} answers for a message that fits. */
export interface Match {
  readonly match: RegExpExecArray | undefined
}

const fits: Match = { match: undefined }
const keys = ['pattern', 'chat', 'mentioned', 'types', 'filter', 'name']

/** Turns whatever `onMessage` was given into a {@link MessagePattern}. @throws MESSAGING_PATTERN_INVALID */
export function messagePattern(given: unknown): MessagePattern {
  if (typeof given === 'string' || given instanceof RegExp) return checked({ pattern: given })
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalid(`received ${given === null ? 'null' : Array.isArray(given) ? 'a list' : typeof given}`)
  const unknown = Object.keys(given).filter((key) => !keys.includes(key))
  if (unknown.length > 0) throw invalid(`there is no ${unknown.join(', ')} in a pattern`)
  return checked(given)
}

function checked(pattern: MessagePattern): MessagePattern {
  if (typeof pattern.pattern === 'string' && pattern.pattern.trim() === '') throw invalid('received an empty text')
  return pattern
}

/**
 * The test of a pattern: undefined for messages that do not fit.
 * @param mentionedByDefault whether groups need a mention where the pattern does not say
 */
export function matcherOf(
  pattern: MessagePattern,
  mentionedByDefault: boolean,
): (message: ReceivedMessage) => Match | undefined {
  const { chat, types, filter, mentioned = mentionedByDefault } = pattern
  const matchText = textMatcher(pattern.pattern)
  return (message) => {
    if (message.chatType === 'group' && mentioned && !message.mentioned) return undefined
    if (chat !== undefined && message.chatType !== chat) return undefined
    if (types !== undefined && !types.includes(message.type)) return undefined
    const match = matchText ? textTypes.includes(message.type) && matchText(message.text) : fits
    if (!match || (filter && !filter(message))) return undefined
    return match
  }
}

function textMatcher(pattern: string | RegExp | undefined): ((text: string) => Match | undefined) | undefined {
  if (pattern === undefined) return undefined
  if (typeof pattern === 'string') {
    const wanted = folded(pattern)
    return (text) => (folded(text) === wanted ? fits : undefined)
  }
  // With g or y a RegExp remembers where it stopped, and would miss every other message.
  const search = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ''))
  return (text) => {
    const match = search.exec(text)
    return match ? { match } : undefined
  }
}

function folded(text: string): string {
  return text.trim().normalize('NFC').toLowerCase()
}

function invalid(received: string): Error {
  return messagingError('MESSAGING_PATTERN_INVALID', {
    message: `onMessage does not understand its pattern: ${received}`,
  })
}
