/** A mention inside a received message. */
export interface Mention {
  /** The placeholder in the raw content: `@_user_1`, `@_all`. */
  readonly key: string
  /** `ou_…`; empty for everybody. */
  readonly openId: string
  readonly name: string
  /** Whether it is a bot, this one or another. */
  readonly isBot: boolean
  /** Whether everybody is mentioned. */
  readonly isAll: boolean
}

/** Types of message whose text handlers can match. */
export const textTypes: readonly string[] = ['text', 'post']

/**
 * The text of a received message, with the placeholders of mentions still in it: of a text message its text, of a rich
 * text (`post`) its title and lines, of everything else nothing (open.feishu.cn docs: im-v1 message content, received).
 */
export function placeholderText(type: string, content: unknown): string {
  if (typeof content !== 'object' || content === null) return ''
  const { text, title, content: lines } = content as { text?: unknown; title?: unknown; content?: unknown }
  if (type === 'text') return typeof text === 'string' ? text : ''
  if (type !== 'post') return ''
  const written = Array.isArray(lines) ? lines.map(lineText) : []
  return [title, ...written].filter((line) => typeof line === 'string' && line !== '').join('\n')
}

function lineText(line: unknown): string {
  return Array.isArray(line) ? line.map(nodeText).join('') : ''
}

function nodeText(node: unknown): string {
  if (typeof node !== 'object' || node === null) return ''
  const { tag, text, user_id: mentioned } = node as { tag?: unknown; text?: unknown; user_id?: unknown }
  const words = tag === 'at' ? mentioned : text
  return typeof words === 'string' ? words : ''
}

/** Puts names in place of placeholders, leaves out the mention of `ownOpenId`, and trims. */
export function resolveMentions(text: string, mentions: readonly Mention[], ownOpenId: string | undefined): string {
  const placed = mentions.filter(({ key }) => key !== '')
  if (placed.length === 0) return text.trim()
  const names = new Map(placed.map((each) => [each.key, isOwn(each, ownOpenId) ? undefined : `@${each.name}`]))
  // Longest first, so that @_user_1 does not take the start of @_user_12. One pass: names are not looked into.
  const keys = [...names.keys()].sort((a, b) => b.length - a.length).map((key) => key.replaceAll(/\W/g, '\\$&'))
  const placeholder = new RegExp(`(${keys.join('|')})([ \\u00a0]?)`, 'g')
  return text
    .replaceAll(placeholder, (_, key: string, space: string) => {
      const name = names.get(key)
      return name === undefined ? '' : name + space
    })
    .trim()
}

function isOwn(mention: Mention, ownOpenId: string | undefined): boolean {
  return ownOpenId !== undefined && mention.openId === ownOpenId
}
