import { type BlockContent, blockTypes, type TextElement, textContent, textRun } from './document.ts'

/** A block that is in no document yet. */
export interface LooseBlock {
  type: number
  content: BlockContent
  children: LooseBlock[]
  /** Where its picture lies; only for images. */
  imageUrl?: string
}

/** Reads Markdown into blocks: headings, lists, to-dos, quotes, code, tables, dividers, images and paragraphs. */
export function markdownBlocks(markdown: string): LooseBlock[] {
  const lines = markdown.replaceAll('\r\n', '\n').split('\n')
  const blocks: LooseBlock[] = []
  /** The open list items, outermost first, with how far they are indented. */
  let items: { indent: number; block: LooseBlock }[] = []
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    if (line.trim() === '') continue
    const item = listItem(line)
    if (item) {
      items = items.filter(({ indent }) => indent < item.indent)
      const siblings = items.at(-1)?.block.children ?? blocks
      siblings.push(item.block)
      items.push(item)
      continue
    }
    items = []
    const fence = /^\s*(```+|~~~+)/.exec(line)?.[1]
    if (fence) {
      const end = lines.findIndex((other, at) => at > index && other.trim().startsWith(fence))
      const code = lines.slice(index + 1, end < 0 ? lines.length : end).join('\n')
      blocks.push(loose(blockTypes.code, textContent([textRun(code)], { language: 1, wrap: false })))
      index = end < 0 ? lines.length : end
    } else if (isTableRow(line) && isTableRule(lines[index + 1])) {
      let end = index + 2
      while (end < lines.length && isTableRow(lines[end] ?? '')) end += 1
      blocks.push(table([line, ...lines.slice(index + 2, end)].map(cellsOf)))
      index = end - 1
    } else blocks.push(singleLine(line))
  }
  return blocks
}

function singleLine(line: string): LooseBlock {
  const heading = /^(#{1,9})\s+(.*)$/.exec(line)
  if (heading) return loose(blockTypes.heading1 + (heading[1] as string).length - 1, text(heading[2] as string))
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return loose(blockTypes.divider, {})
  const quote = /^\s*>\s?(.*)$/.exec(line)
  if (quote) return loose(blockTypes.quoteContainer, {}, [loose(blockTypes.text, text(quote[1] as string))])
  const image = /^\s*!\[[^\]]*\]\(([^)\s]+)[^)]*\)\s*$/.exec(line)
  if (image) return { ...loose(blockTypes.image, { token: '' }), imageUrl: image[1] as string }
  return loose(blockTypes.text, text(line.trim()))
}

function listItem(line: string): { indent: number; block: LooseBlock } | undefined {
  const match = /^(\s*)(?:([-*+])|\d+[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/.exec(line)
  if (!match || /^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return undefined
  const [, space = '', mark, box, words = ''] = match
  const indent = space.replaceAll('\t', '    ').length
  if (box !== undefined) return { indent, block: loose(blockTypes.todo, text(words, { done: box !== ' ' })) }
  return { indent, block: loose(mark ? blockTypes.bullet : blockTypes.ordered, text(words)) }
}

function table(rows: readonly string[][]): LooseBlock {
  const columns = Math.max(...rows.map((row) => row.length))
  const cells = rows.flatMap((row) => Array.from({ length: columns }, (_, index) => row[index] ?? ''))
  const property = {
    row_size: rows.length,
    column_size: columns,
    column_width: Array.from({ length: columns }, () => 100),
    merge_info: cells.map(() => ({ row_span: 1, col_span: 1 })),
    header_row: true,
    header_column: false,
  }
  return loose(
    blockTypes.table,
    { property },
    cells.map((cell) => loose(blockTypes.tableCell, {}, [loose(blockTypes.text, text(cell))])),
  )
}

function isTableRow(line: string): boolean {
  return /^\s*\|.*\|\s*$/.test(line)
}

function isTableRule(line = ''): boolean {
  return isTableRow(line) && /^[\s|:-]+$/.test(line)
}

function cellsOf(row: string): string[] {
  return row
    .trim()
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())
}

function loose(type: number, content: BlockContent, children: LooseBlock[] = []): LooseBlock {
  return { type, content, children }
}

function text(words: string, style: BlockContent = {}): BlockContent {
  return textContent(inlineElements(words), style)
}

const inline = /(`[^`]+`)|\*\*([^*]+)\*\*|__([^_]+)__|~~([^~]+)~~|\*([^*]+)\*|\[([^\]]+)\]\(([^)\s]+)\)/g

function inlineElements(words: string): TextElement[] {
  const elements: TextElement[] = []
  let from = 0
  for (const match of words.matchAll(inline)) {
    if (match.index > from) elements.push(textRun(words.slice(from, match.index)))
    const [whole, code, stars, underscores, struck, italic, label, url] = match
    if (code) elements.push(textRun(code.slice(1, -1), { inline_code: true }))
    else if (stars ?? underscores) elements.push(textRun((stars ?? underscores) as string, { bold: true }))
    else if (struck) elements.push(textRun(struck, { strikethrough: true }))
    else if (italic) elements.push(textRun(italic, { italic: true }))
    else elements.push(textRun(label as string, { link: { url: encodeURIComponent(url as string) } }))
    from = match.index + whole.length
  }
  if (from < words.length || elements.length === 0) elements.push(textRun(words.slice(from)))
  return elements
}
