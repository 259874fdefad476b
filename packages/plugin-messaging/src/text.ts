import { messagingError } from './errors.ts'
import type { MentionPart } from './mention.ts'

/** A text with mentions in it; made by {@link text}. */
export interface FormattedText {
  readonly kind: 'text'
  readonly parts: readonly (string | MentionPart)[]
}

/** What can be sent as text: a string, in which nothing mentions anybody, or a {@link FormattedText}. */
export type TextInput = string | FormattedText

/** What may stand in a `${…}` of {@link text}. Several mentions are separated by spaces. */
export type TextValue = string | number | MentionPart | FormattedText | readonly MentionPart[]

/** Most bytes of a text message's content (open.feishu.cn docs: im-v1 message create). */
export const maxTextBytes = 150 * 1024

/**
 * A text with mentions: `` await message.reply(text`${mention(person)}: ${title} is done`) ``.
 *
 * Only {@link mention} and {@link mentionAll} mention; tags inside strings, yours and your users', are shown as they are.
 */
export function text(strings: TemplateStringsArray, ...values: readonly TextValue[]): FormattedText {
  const parts = strings.flatMap((literal, index) => [literal, ...partsOf(values[index] ?? '')])
  return { kind: 'text', parts }
}

function partsOf(value: TextValue): readonly (string | MentionPart)[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)]
  if ('kind' in value) return value.kind === 'text' ? value.parts : [value]
  return value.flatMap((part, index) => (index === 0 ? [part] : [' ', part]))
}

/**
 * The `content` of a text message: JSON in which only mentions are tags.
 * @throws MESSAGING_TEXT_EMPTY, MESSAGING_TEXT_TOO_LONG
 */
export function textContent(input: TextInput): string {
  const written = typeof input === 'string' ? withoutMentions(input) : rendered(input)
  if (written === undefined || written.trim() === '')
    throw messagingError('MESSAGING_TEXT_EMPTY', {
      message: written === undefined ? `the text to send is ${typeOf(input)}` : 'the text to send is empty',
    })
  const content = JSON.stringify({ text: written })
  const bytes = Buffer.byteLength(content)
  if (bytes > maxTextBytes)
    throw messagingError('MESSAGING_TEXT_TOO_LONG', {
      message: `the text to send takes ${bytes} bytes as JSON; the platform takes ${maxTextBytes}`,
    })
  return content
}

function rendered(input: FormattedText | undefined): string | undefined {
  if (!Array.isArray(input?.parts)) return undefined
  let written = ''
  let plain = ''
  for (const part of input.parts as FormattedText['parts']) {
    // Strings are joined before tags are looked for: `<` and `at …` may come from two values.
    if (typeof part === 'string') plain += part
    else {
      written += withoutMentions(plain) + tag(part)
      plain = ''
    }
  }
  return written + withoutMentions(plain)
}

function tag({ id, name }: MentionPart): string {
  return `<at user_id="${id}">${name.replaceAll(/[<>]/g, '')}</at>`
}

/**
 * The platform documents no escape inside text messages, so the bracket of what would be a mention becomes its
 * full-width twin: people still read it, the platform does not.
 */
function withoutMentions(plain: string): string {
  return plain.replaceAll(/<(?=\s*\/?\s*at(?![a-z0-9]))/gi, '＜')
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : typeof value
}
