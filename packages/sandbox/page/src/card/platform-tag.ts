import type { Token, TokenizerAndRendererExtension, Tokens } from 'marked'

/** A tag of the platform inside markdown, such as `<at id='ou_…'></at>`. */
export interface PlatformTag {
  type: 'platformTag'
  raw: string
  name: string
  attributes: Record<string, string>
  /** What stands between the tags, read as markdown. */
  tokens: Token[]
  /** What stands between the tags, as it is. */
  text: string
}

const tags = 'at|font|text_tag|number_tag|link|a|person|local_datetime|raw|br|hr'
const opening = new RegExp(`^<(${tags})(\\s[^<>]*?|=[^<>]*?)?\\s*(/?)>`, 'i')
const attribute = /([a-z_]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi

/** Reads the platform's own tags (docs: card components rich-text). All others stay text. */
export const platformTags: TokenizerAndRendererExtension = {
  name: 'platformTag',
  level: 'inline',
  start: (source) => {
    const at = source.search(new RegExp(`<(${tags})\\b`, 'i'))
    return at < 0 ? undefined : at
  },
  tokenizer(source) {
    const open = opening.exec(source)
    if (!open) return undefined
    const [head, tag = '', words = '', selfClosed] = open
    const name = tag.toLowerCase()
    const inner = selfClosed || name === 'br' || name === 'hr' ? '' : between(source, head.length, name)
    if (inner === undefined) return undefined
    const closing = source.slice(head.length + inner.length).match(new RegExp(`^</${name}\\s*>`, 'i'))?.[0] ?? ''
    const raw = head + inner + closing
    const attributes = Object.fromEntries(
      [...words.matchAll(attribute)].map(([, key = '', a, b, c]) => [key.toLowerCase(), a ?? b ?? c ?? '']),
    )
    const tokens = name === 'raw' ? [] : this.lexer.inlineTokens(inner)
    return { type: 'platformTag', raw, name, attributes, tokens, text: inner } satisfies PlatformTag as Tokens.Generic
  },
}

/** The text up to the tag that closes this one, over tags of the same name inside; undefined when it is never closed. */
function between(source: string, from: number, name: string): string | undefined {
  const tag = new RegExp(`<(/?)${name}(?=[\\s>/])[^<>]*>`, 'gi')
  tag.lastIndex = from
  let depth = 1
  for (let match = tag.exec(source); match; match = tag.exec(source)) {
    depth += match[1] ? -1 : 1
    if (depth === 0) return source.slice(from, match.index)
  }
  return undefined
}
