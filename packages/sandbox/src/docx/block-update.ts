import type { ApiCall, Platform } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { checkedElements, checkedObject } from './block-input.ts'
import { type Block, type BlockContent, blockTypes, elementsOf, isText } from './document.ts'
import { type DocxCall, kept } from './docx-call.ts'
import { updateGrid, updateTable } from './table-update.ts'

/** `fields` of a style update, by number (docs: document-block patch). */
const styleFields = ['', 'align', 'done', 'folded', 'language', 'wrap', 'background_color', 'indentation_level']

/**
 * Carries out the one operation that an update names.
 *
 * @throws PlatformError 1770001 for none or several, 1770025 for one that does not fit the block, 1770038 for a picture
 *   or file that was not uploaded
 */
export function updateBlock(
  platform: Platform,
  call: ApiCall,
  { document }: DocxCall,
  block: Block,
  update: Readonly<Record<string, unknown>>,
): void {
  const named = Object.keys(update).filter((key) => key !== 'block_id' && update[key] !== undefined)
  const [operation = ''] = named
  if (named.length !== 1) throw new PlatformError(1770001, 'an update names exactly one operation')
  const given = checkedObject(update[operation], operation)
  if (operation === 'update_text_elements' || operation === 'update_text_style' || operation === 'update_text') {
    if (!isText(block.type) || block.type === blockTypes.page) throw new PlatformError(1770025)
    block.content = updatedText(platform, call, block, operation, given)
  } else if (operation === 'replace_image' || operation === 'replace_file') {
    replaceMedia(platform, block, operation, given)
  } else if (operation === 'update_task') {
    if (block.type !== 35) throw new PlatformError(1770025)
    block.content = { ...block.content, ...given }
  } else if (operation.includes('grid')) updateGrid(platform, document, block, operation, given)
  else if (operation.includes('table')) updateTable(platform, document, block, operation, given)
  else throw new PlatformError(1770001, operation)
}

function updatedText(platform: Platform, call: ApiCall, block: Block, operation: string, given: BlockContent) {
  let { content } = block
  if (operation !== 'update_text_style') {
    const elements = checkedElements(given.elements)
    content = { ...content, elements: elementsOf(kept(platform, call, block.type, { elements })) }
  }
  if (operation === 'update_text_elements') return content
  const style = { ...(content.style as BlockContent) } as Record<string, unknown>
  const fields = given.fields ?? []
  if (!Array.isArray(fields)) throw new PlatformError(1770001, 'fields is no list')
  const wanted = checkedObject(given.style ?? {}, 'style')
  for (const field of fields as number[]) {
    const name = styleFields[field]
    if (!name) throw new PlatformError(1770001, `fields ${field}`)
    const value = wanted[name]
    if (value === undefined) delete style[name]
    else style[name] = value
  }
  return { ...content, style }
}

function replaceMedia(platform: Platform, block: Block, operation: string, given: BlockContent): void {
  const wanted = operation === 'replace_image' ? blockTypes.image : blockTypes.file
  if (block.type !== wanted) throw new PlatformError(1770025)
  const media = platform.media.find(String(given.token))
  // It has to be uploaded for this very block.
  if (media?.parentNode !== block.blockId) throw new PlatformError(1770013, `media ${given.token}`)
  block.content = { ...block.content, ...given, ...(wanted === blockTypes.file && { name: media.name }) }
}
