import type { ApiCall, Platform } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import {
  type BlockContent,
  blockTypes,
  contentKeys,
  elementsOf,
  isText,
  type TextElement,
  textContent,
  textRun,
} from './document.ts'
import { kept } from './docx-call.ts'
import type { LooseBlock } from './markdown.ts'

/** Documented limits of blocks (docs: data-structure/block, document-block create). */
export const limits = {
  textLength: 100_000,
  rows: 9,
  columns: 9,
  cells: 2000,
  wideColumns: 100,
  blocks: 40_000,
  depth: 100,
}

/** Types that come with another one, or that the API cannot make. */
const notMade: readonly number[] = [blockTypes.page, blockTypes.equation, 36, 37, 38, 39, 42, 44, 45, 46, 47, 49, 999]
/** Types that hold no blocks. */
const childless: readonly number[] = [14, 18, 20, 21, 22, 23, 26, 27, 28, 29, 30, 40, 41, 43, 48, 51, 52]

/**
 * Whether a block may get children of a type by a call.
 *
 * @throws PlatformError 1770028 for a block without children, 1770030 for children that do not fit
 */
export function checkParent(parentType: number, childType: number): void {
  if (childless.includes(parentType)) throw new PlatformError(1770028)
  const wanted = { [blockTypes.table]: blockTypes.tableCell, [blockTypes.grid]: blockTypes.gridColumn }[parentType]
  const only = { [blockTypes.tableCell]: blockTypes.table, [blockTypes.gridColumn]: blockTypes.grid }[childType]
  if ((wanted !== undefined && wanted !== childType) || (only !== undefined && only !== parentType)) {
    throw new PlatformError(1770030, `block_type ${childType} in ${parentType}`)
  }
  const inCell = parentType === blockTypes.tableCell
  if (inCell && (childType === blockTypes.table || childType === blockTypes.grid)) throw new PlatformError(1770030)
}

/**
 * What a given block is to hold.
 *
 * @throws PlatformError 1770001, 1770029 for a type that cannot be made, 1770010 to 1770012 for tables and grids
 */
export function givenContent(
  platform: Platform,
  call: ApiCall,
  given: Readonly<Record<string, unknown>>,
  table: { rows: number; columns: number },
): { type: number; content: BlockContent } {
  const type = Number(given.block_type)
  const key = contentKeys[type]
  if (key === undefined || notMade.includes(type)) throw new PlatformError(1770029, `block_type ${type}`)
  const content = checkedObject(given[key] ?? {}, key)
  if (isText(type)) return { type, content: givenText(platform, call, type, content) }
  if (type === blockTypes.table) return { type, content: { property: givenProperty(content, table) } }
  if (type === blockTypes.grid) {
    const columns = Number(content.column_size)
    if (!(columns >= 2 && columns <= 5)) throw new PlatformError(1770012, `column_size ${content.column_size}`)
    return { type, content: { column_size: columns } }
  }
  // Pictures and files come later, by replace_image and replace_file.
  if (type === blockTypes.image || type === blockTypes.file) return { type, content: { ...content, token: '' } }
  return { type, content }
}

function givenText(platform: Platform, call: ApiCall, type: number, content: BlockContent): BlockContent {
  const elements = checkedElements(content.elements)
  const more = type === blockTypes.todo ? { done: false } : type === blockTypes.code ? { language: 1, wrap: false } : {}
  const style = { ...more, ...checkedObject(content.style ?? {}, 'style') }
  return textContent(elementsOf(kept(platform, call, type, { elements })), style)
}

/** @throws PlatformError 1770001 for an element that is none, or a text that is too long */
export function checkedElements(given: unknown): TextElement[] {
  if (!Array.isArray(given) || given.length === 0) throw new PlatformError(1770001, 'elements is empty or no list')
  return given.map((one) => {
    const element = checkedObject(one, 'an element')
    const [key, ...others] = Object.keys(element).filter((name) => element[name] !== undefined)
    if (key === undefined || others.length > 0) throw new PlatformError(1770001, 'an element has exactly one content')
    const inner = checkedObject(element[key], key)
    if (key === 'mention_user' && typeof inner.user_id !== 'string') throw new PlatformError(1770001, 'user_id')
    if (key !== 'text_run') return { [key]: inner }
    const { content, text_element_style } = inner
    if (typeof content !== 'string' || content.length > limits.textLength) {
      throw new PlatformError(1770001, `the content of a text_run has at most ${limits.textLength} characters`)
    }
    return textRun(content, checkedObject(text_element_style ?? {}, 'text_element_style'))
  })
}

/** @throws PlatformError 1770001 for anything but an object */
export function checkedObject(value: unknown, name: string): BlockContent {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as BlockContent
  throw new PlatformError(1770001, `${name} is no object`)
}

function givenProperty(content: BlockContent, max: { rows: number; columns: number }): BlockContent {
  const property = checkedObject(content.property ?? {}, 'property')
  const { row_size, column_size, column_width, header_row = false, header_column = false } = property
  const [rows, columns] = [Number(row_size), Number(column_size)]
  if (!(Number.isInteger(rows) && Number.isInteger(columns) && rows >= 1 && columns >= 1)) {
    throw new PlatformError(1770001, 'row_size and column_size')
  }
  if (columns > max.columns) throw new PlatformError(1770010)
  if (rows > max.rows || rows * columns > limits.cells) throw new PlatformError(1770011)
  const widths = column_width ?? Array.from({ length: columns }, () => 100)
  if (!Array.isArray(widths) || widths.length !== columns || !widths.every(Number.isInteger)) {
    throw new PlatformError(1770001, `column_width has ${columns} numbers`)
  }
  const merge_info = Array.from({ length: rows * columns }, () => ({ row_span: 1, col_span: 1 }))
  return { row_size: rows, column_size: columns, column_width: widths, merge_info, header_row, header_column }
}

/** What the platform puts into a new table, grid or callout by itself. */
export function ownChildren(type: number, content: BlockContent): LooseBlock[] {
  const empty = () => ({ type: blockTypes.text, content: textContent([textRun('')]), children: [] })
  const holder = (holderType: number, inside: BlockContent = {}) => {
    return { type: holderType, content: inside, children: [empty()] }
  }
  if (type === blockTypes.table) {
    const { row_size, column_size } = content.property as { row_size: number; column_size: number }
    return Array.from({ length: row_size * column_size }, () => holder(blockTypes.tableCell))
  }
  if (type === blockTypes.grid) {
    const columns = content.column_size as number
    const width_ratio = Math.floor(100 / columns)
    return Array.from({ length: columns }, () => holder(blockTypes.gridColumn, { width_ratio }))
  }
  return type === blockTypes.callout || type === blockTypes.quoteContainer ? [empty()] : []
}
