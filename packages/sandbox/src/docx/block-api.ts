import { type ApiCall, type ApiHandler, callingActor, type Platform, page, queryText } from '../api-call.ts'
import { fileEdited } from '../drive/file-events.ts'
import { PlatformError } from '../platform-error.ts'
import { checkParent, givenContent, limits, ownChildren } from './block-input.ts'
import { updateBlock } from './block-update.ts'
import { type Block, blockTypes, removeBlock, walk } from './document.ts'
import { blockAnswer, blockOf, type DocxCall, docxCall } from './docx-call.ts'
import { placeBlocks } from './loose-blocks.ts'
import type { LooseBlock } from './markdown.ts'

type GivenBlock = Readonly<Record<string, unknown>>

const documents = '/open-apis/docx/v1/documents/:document_id'

/** docx v1 blocks (docs: docx-v1 document list, document-block get, children, descendant, patch, batch_update). */
export const blockHandlers: Readonly<Record<string, ApiHandler>> = {
  [`GET ${documents}/blocks`]: (platform, call) => {
    const docx = docxCall(platform, call, 'view')
    return { data: blockPage(platform, call, docx, [...walk(docx.document)]) }
  },
  [`GET ${documents}/blocks/:block_id`]: (platform, call) => {
    const docx = docxCall(platform, call, 'view')
    return { data: { block: blockAnswer(platform, call, docx, blockOf(docx, call.params.block_id ?? '')) } }
  },
  [`GET ${documents}/blocks/:block_id/children`]: (platform, call) => {
    const docx = docxCall(platform, call, 'view')
    const parent = blockOf(docx, call.params.block_id ?? '')
    const below = [...walk(docx.document, parent.blockId)].slice(1)
    const all = queryText(call, 'with_descendants') === 'true'
    const found = all ? below : below.filter(({ parentId }) => parentId === parent.blockId)
    return { data: blockPage(platform, call, docx, found) }
  },
  [`POST ${documents}/blocks/:block_id/children`]: (platform, call) => {
    const docx = docxCall(platform, call, 'edit')
    const parent = blockOf(docx, call.params.block_id ?? '')
    const given = call.body.children as GivenBlock[]
    if (given.length === 0) throw new PlatformError(1770001, 'children is empty')
    const loose = given.map((block) => {
      const { type, content } = givenContent(platform, call, block, { rows: limits.rows, columns: limits.columns })
      checkParent(parent.type, type)
      return withHolder({ type, content, children: ownChildren(type, content) })
    })
    const children = insertAt(platform, docx, parent, loose, Number(call.body.index ?? -1))
    return edited(platform, call, docx, { children: children.map((block) => blockAnswer(platform, call, docx, block)) })
  },
  [`POST ${documents}/blocks/:block_id/descendant`]: (platform, call) => {
    const docx = docxCall(platform, call, 'edit')
    const parent = blockOf(docx, call.params.block_id ?? '')
    const { children_id, descendants, index = -1 } = call.body as unknown as GivenTree
    const tree = givenTree(platform, call, parent, children_id, descendants)
    const children = insertAt(platform, docx, parent, tree.blocks, index)
    const made = children.flatMap(({ blockId }) => [...walk(docx.document, blockId)])
    const block_id_relations = made.flatMap(({ blockId }, at) => {
      const temporary_block_id = tree.names[at]
      return temporary_block_id ? [{ temporary_block_id, block_id: blockId }] : []
    })
    const answered = children.map((block) => blockAnswer(platform, call, docx, block))
    return edited(platform, call, docx, { children: answered, block_id_relations })
  },
  [`DELETE ${documents}/blocks/:block_id/children/batch_delete`]: (platform, call) => {
    const docx = docxCall(platform, call, 'edit')
    const parent = blockOf(docx, call.params.block_id ?? '')
    const { start_index, end_index } = call.body as { start_index: number; end_index: number }
    if (parent.type === blockTypes.table || parent.type === blockTypes.grid) throw new PlatformError(1770031)
    if (start_index < 0 || end_index <= start_index || end_index > parent.children.length) {
      throw new PlatformError(1770001, `children ${start_index} to ${end_index} of ${parent.children.length}`)
    }
    for (const child of parent.children.slice(start_index, end_index)) removeBlock(docx.document, child)
    return edited(platform, call, docx, {})
  },
  [`PATCH ${documents}/blocks/:block_id`]: (platform, call) => {
    const docx = docxCall(platform, call, 'edit')
    const block = blockOf(docx, call.params.block_id ?? '')
    updateBlock(platform, call, docx, block, call.body)
    return edited(platform, call, docx, { block: blockAnswer(platform, call, docx, block) })
  },
  [`PATCH ${documents}/blocks/batch_update`]: (platform, call) => {
    const docx = docxCall(platform, call, 'edit')
    const requests = call.body.requests as GivenBlock[]
    const ids = requests.map(({ block_id }) => String(block_id))
    if (new Set(ids).size < ids.length) throw new PlatformError(1770019, 'a block stands in several requests')
    const before = structuredClone(docx.document.blocks)
    try {
      for (const [at, update] of requests.entries()) {
        updateBlock(platform, call, docx, blockOf(docx, ids[at] ?? ''), update)
      }
    } catch (error) {
      // All or nothing.
      docx.document.blocks = before
      throw error
    }
    const blocks = ids.map((id) => blockAnswer(platform, call, docx, blockOf(docx, id)))
    return edited(platform, call, docx, { blocks })
  },
}

interface GivenTree {
  children_id: string[]
  descendants: GivenBlock[]
  index?: number
}

function blockPage(platform: Platform, call: ApiCall, docx: DocxCall, blocks: readonly Block[]) {
  const { items, ...rest } = page(call, blocks, 1770022, 500)
  return { ...rest, items: items.map((block) => blockAnswer(platform, call, docx, block)) }
}

/** Counts the revision and tells who listens. */
function edited(platform: Platform, call: ApiCall, { file, document }: DocxCall, data: Record<string, unknown>) {
  document.revision += 1
  fileEdited(platform, file, callingActor(call))
  const client_token = queryText(call, 'client_token') ?? ''
  return { data: { ...data, document_revision_id: document.revision, client_token }, fields: { ...call.params } }
}

function insertAt(platform: Platform, docx: DocxCall, parent: Block, loose: readonly LooseBlock[], index: number) {
  if (index < -1 || index > parent.children.length) throw new PlatformError(1770001, `index ${index}`)
  if (docx.document.blocks.size + countOf(loose) > limits.blocks) throw new PlatformError(1770004)
  let depth = Math.max(...loose.map(levelsOf))
  for (let above: Block | undefined = parent; above; above = docx.document.blocks.get(above.parentId)) depth += 1
  if (depth > limits.depth) throw new PlatformError(1770005)
  const made = placeBlocks(docx.document, parent.blockId, loose, () => platform.drive.newId('doxcn'))
  if (index >= 0) {
    parent.children.splice(-made.length)
    parent.children.splice(index, 0, ...made)
  }
  return made.map((id) => blockOf(docx, id))
}

function countOf(blocks: readonly LooseBlock[]): number {
  return blocks.reduce((sum, { children }) => sum + 1 + countOf(children), 0)
}

function levelsOf({ children }: LooseBlock): number {
  return 1 + Math.max(0, ...children.map(levelsOf))
}

/** A file lies in a view of its own, which is what the call answers. */
function withHolder(block: LooseBlock): LooseBlock {
  if (block.type !== blockTypes.file) return block
  return { type: blockTypes.view, content: { view_type: block.content.view_type ?? 1 }, children: [block] }
}

/**
 * The given blocks as a tree, and their temporary ids in its order.
 *
 * @throws PlatformError 1770019 for ids that stand twice, 1770006 for ids without a block, 1770014 for blocks that no
 *   parent holds, 1770013 for a table with another number of cells than it says
 */
function givenTree(
  platform: Platform,
  call: ApiCall,
  parent: Block,
  first: readonly string[],
  descendants: readonly GivenBlock[],
) {
  const byId = new Map(descendants.map((block) => [String(block.block_id ?? ''), block]))
  if (byId.size < descendants.length) throw new PlatformError(1770019)
  const names: string[] = []
  const build = (id: string, parentType: number): LooseBlock => {
    const given = byId.get(id)
    if (!given) throw new PlatformError(1770006, `descendants has no block ${id}`)
    if (names.includes(id)) throw new PlatformError(1770014, `block ${id} has two parents`)
    names.push(id)
    const { type, content } = givenContent(platform, call, given, { rows: limits.cells, columns: limits.wideColumns })
    checkParent(parentType, type)
    const ids = (given.children ?? []) as string[]
    if (type === blockTypes.table) {
      const { row_size, column_size } = content.property as { row_size: number; column_size: number }
      if (ids.length !== row_size * column_size) throw new PlatformError(1770013, `table ${id} has ${ids.length} cells`)
    }
    return { type, content, children: ids.map((child) => build(child, type)) }
  }
  const blocks = first.map((id) => build(id, parent.type))
  if (names.length < descendants.length) throw new PlatformError(1770014, 'a block has no parent')
  return { blocks, names }
}
