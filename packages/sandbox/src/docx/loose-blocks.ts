import { blockTypes, type DocxDocument, insertBlock } from './document.ts'
import { type LooseBlock, markdownBlocks } from './markdown.ts'

/** Puts blocks with all below them into a document; answers the ids of the first level. */
export function placeBlocks(
  document: DocxDocument,
  parentId: string,
  blocks: readonly LooseBlock[],
  newId: () => string,
): string[] {
  return blocks.map(({ type, content, children }) => {
    const block = { blockId: newId(), parentId, children: [], type, content }
    insertBlock(document, block)
    const cells = placeBlocks(document, block.blockId, children, newId)
    // A table names its cells a second time, in the order of its rows.
    if (type === blockTypes.table) block.content = { ...content, cells }
    return block.blockId
  })
}

/** Writes Markdown at the end of a document. */
export function appendMarkdown(document: DocxDocument, markdown: string, newId: () => string): void {
  placeBlocks(document, document.documentId, markdownBlocks(markdown), newId)
}
