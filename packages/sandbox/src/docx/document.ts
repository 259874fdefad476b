/** What a block holds under the key of its type. */
export type BlockContent = Readonly<Record<string, unknown>>

export interface Block {
  /** 27 characters; the page block is called as its document. */
  blockId: string
  parentId: string
  children: string[]
  type: number
  content: BlockContent
}

/** The blocks of a docx, as a tree below its page block. */
export interface DocxDocument {
  documentId: string
  revision: number
  blocks: Map<string, Block>
}

/** The key that the content of a type of block stands under (docs: data-structure/block). */
export const contentKeys: Readonly<Record<number, string>> = {
  1: 'page',
  2: 'text',
  3: 'heading1',
  4: 'heading2',
  5: 'heading3',
  6: 'heading4',
  7: 'heading5',
  8: 'heading6',
  9: 'heading7',
  10: 'heading8',
  11: 'heading9',
  12: 'bullet',
  13: 'ordered',
  14: 'code',
  15: 'quote',
  17: 'todo',
  18: 'bitable',
  19: 'callout',
  20: 'chat_card',
  21: 'diagram',
  22: 'divider',
  23: 'file',
  24: 'grid',
  25: 'grid_column',
  26: 'iframe',
  27: 'image',
  28: 'isv',
  29: 'mindnote',
  30: 'sheet',
  31: 'table',
  32: 'table_cell',
  33: 'view',
  34: 'quote_container',
  35: 'task',
  36: 'okr',
  37: 'okr_objective',
  38: 'okr_key_result',
  39: 'okr_progress',
  40: 'add_ons',
  41: 'jira_issue',
  42: 'wiki_catalog',
  43: 'board',
  44: 'agenda',
  45: 'agenda_item',
  46: 'agenda_item_title',
  47: 'agenda_item_content',
  48: 'link_preview',
  49: 'source_synced',
  50: 'reference_synced',
  51: 'sub_page_list',
  52: 'ai_template',
}

/** Types of blocks by name. */
export const blockTypes = {
  page: 1,
  text: 2,
  heading1: 3,
  bullet: 12,
  ordered: 13,
  code: 14,
  quote: 15,
  equation: 16,
  todo: 17,
  callout: 19,
  divider: 22,
  file: 23,
  grid: 24,
  gridColumn: 25,
  image: 27,
  table: 31,
  tableCell: 32,
  view: 33,
  quoteContainer: 34,
} as const

/** Whether the content of this type is a text with elements and a style. */
export function isText(type: number): boolean {
  return type >= 1 && type <= 17
}

export function newDocument(documentId: string): DocxDocument {
  const page = { blockId: documentId, parentId: '', children: [], type: blockTypes.page, content: {} }
  return { documentId, revision: 1, blocks: new Map([[documentId, page]]) }
}

/** A block and all below it, in the order of the document. */
export function* walk(document: DocxDocument, blockId: string = document.documentId): Generator<Block> {
  const block = document.blocks.get(blockId)
  if (!block) return
  yield block
  for (const child of block.children) yield* walk(document, child)
}

/** Adds a block to its parent, at an index or at the end. */
export function insertBlock(document: DocxDocument, block: Block, index = -1): void {
  document.blocks.set(block.blockId, block)
  const siblings = document.blocks.get(block.parentId)?.children
  siblings?.splice(index < 0 ? siblings.length : index, 0, block.blockId)
}

/** Removes a block with all below it. */
export function removeBlock(document: DocxDocument, blockId: string): void {
  const block = document.blocks.get(blockId)
  for (const { blockId: below } of [...walk(document, blockId)]) document.blocks.delete(below)
  const siblings = document.blocks.get(block?.parentId ?? '')?.children
  const index = siblings?.indexOf(blockId) ?? -1
  if (index >= 0) siblings?.splice(index, 1)
}

/** An element of a text: exactly one key such as `text_run`. */
export type TextElement = Readonly<Record<string, BlockContent | undefined>>

export function elementsOf(content: BlockContent): readonly TextElement[] {
  return Array.isArray(content.elements) ? content.elements : []
}

/** A plain piece of text. */
export function textRun(content: string, style: BlockContent = {}): TextElement {
  const plain = { bold: false, inline_code: false, italic: false, strikethrough: false, underline: false }
  return { text_run: { content, text_element_style: { ...plain, ...style } } }
}

/** A text block's content. */
export function textContent(elements: readonly TextElement[], style: BlockContent = {}): BlockContent {
  return { elements, style: { align: 1, folded: false, ...style } }
}
