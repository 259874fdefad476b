import type { TokenizerAndRendererExtension, Tokens } from 'marked'
import { findEmoji } from '../emoji.ts'

/** Reads emotions such as `:OK:`; keys without a picture stay text. */
export const emotions: TokenizerAndRendererExtension = {
  name: 'emotion',
  level: 'inline',
  start: (source) => {
    const at = source.search(/:[A-Z][A-Z_]*:/)
    return at < 0 ? undefined : at
  },
  tokenizer(source) {
    const [raw, key = ''] = /^:([A-Z][A-Z_]*):/.exec(source) ?? []
    const picture = findEmoji(key)
    return raw && picture ? ({ type: 'emotion', raw, text: picture, name: key } as Tokens.Generic) : undefined
  },
}
