import { type Block, type BlockContent, blockTypes, type DocxDocument, elementsOf, isText } from './document.ts'

type WordsOf = (content: BlockContent) => string

/** A document as Markdown (docs: docs-v1 get); `wordsOf` tells the plain words of a text. */
export function documentMarkdown(document: DocxDocument, title: string, wordsOf: WordsOf): string {
  const page = document.blocks.get(document.documentId)
  return `${[`# ${title}`, '', ...siblingLines(document, page?.children ?? [], wordsOf)].join('\n').trimEnd()}\n`
}

const marks: Readonly<Record<number, string>> = {
  [blockTypes.bullet]: '- ',
  [blockTypes.ordered]: '1. ',
  [blockTypes.todo]: '- [ ] ',
  [blockTypes.quote]: '> ',
}

function siblingLines(document: DocxDocument, ids: readonly string[], wordsOf: WordsOf): string[] {
  const lines: string[] = []
  let previous: Block | undefined
  for (const id of ids) {
    const block = document.blocks.get(id)
    if (!block) continue
    if (previous && !(isItem(previous) && isItem(block))) lines.push('')
    lines.push(...blockLines(document, block, wordsOf))
    previous = block
  }
  return lines
}

function blockLines(document: DocxDocument, block: Block, wordsOf: WordsOf): string[] {
  const { type, content } = block
  if (type === blockTypes.table) return tableLines(document, block, wordsOf)
  if (type === blockTypes.code) return ['```', wordsOf(content), '```']
  if (type === blockTypes.divider) return ['---']
  const own = isText(type) ? [markOf(block) + styledWords(content, wordsOf)] : []
  const indent = type === blockTypes.quoteContainer ? '> ' : isItem(block) ? '  ' : ''
  return [...own, ...siblingLines(document, block.children, wordsOf).map((line) => indent + line)]
}

function isItem({ type }: Block): boolean {
  return type === blockTypes.bullet || type === blockTypes.ordered || type === blockTypes.todo
}

function markOf({ type, content }: Block): string {
  if (type >= blockTypes.heading1 && type < blockTypes.bullet) return `${'#'.repeat(type - blockTypes.heading1 + 1)} `
  const { done } = (content.style ?? {}) as { done?: boolean }
  return done ? '- [x] ' : (marks[type] ?? '')
}

function tableLines(document: DocxDocument, block: Block, wordsOf: WordsOf): string[] {
  const { column_size } = block.content.property as { column_size: number }
  const cells = block.children.map((cell) => {
    const texts = (document.blocks.get(cell)?.children ?? []).map((id) => document.blocks.get(id)?.content ?? {})
    return texts.map(wordsOf).join(' ')
  })
  const rows: string[] = []
  for (let from = 0; from < cells.length; from += column_size) {
    rows.push(`| ${cells.slice(from, from + column_size).join(' | ')} |`)
    if (from === 0) rows.push(`|${' --- |'.repeat(column_size)}`)
  }
  return rows
}

function styledWords(content: BlockContent, wordsOf: WordsOf): string {
  const words = elementsOf(content).map((element) => {
    const plain = wordsOf({ elements: [element] })
    const style = (element.text_run?.text_element_style ?? {}) as Record<string, unknown>
    const { url } = (style.link ?? {}) as { url?: unknown }
    if (style.inline_code) return `\`${plain}\``
    const around = `${style.bold ? '**' : ''}${style.italic ? '*' : ''}${style.strikethrough ? '~~' : ''}`
    const marked = around + plain + [...around].toReversed().join('')
    return typeof url === 'string' && url !== '' ? `[${marked}](${decoded(url)})` : marked
  })
  return words.join('')
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url)
  } catch {
    // It was not encoded, or not well.
    return url
  }
}
