import { Marked, type Token } from 'marked'
import { useMemo } from 'react'
import { emotions } from './emotion.ts'
import styles from './markdown.module.css'
import { MarkdownTokens } from './markdown-tokens.tsx'
import { platformTags } from './platform-tag.ts'

// HTML of other kinds is text: nothing that a bot sends is ever put into the page as markup.
const marked = new Marked({
  gfm: true,
  breaks: true,
  tokenizer: { html: () => undefined, tag: () => undefined },
  extensions: [platformTags, emotions],
})

/** Text with the platform's markdown, whole. */
export function Markdown({ text }: { text: string }) {
  const tokens = useMemo(() => marked.lexer(text), [text])
  return (
    <div className={styles.markdown}>
      <MarkdownTokens tokens={tokens} />
    </div>
  )
}

/** Text with the part of markdown that `lark_md` knows: what stands within a line. */
export function InlineMarkdown({ text }: { text: string }) {
  const tokens: Token[] = useMemo(() => new marked.Lexer(marked.defaults).inlineTokens(text), [text])
  return <MarkdownTokens tokens={tokens} />
}
