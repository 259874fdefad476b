import type { Platform } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { limits, ownChildren } from './block-input.ts'
import { type Block, type BlockContent, blockTypes, type DocxDocument, removeBlock } from './document.ts'
import { placeBlocks } from './loose-blocks.ts'

interface TableProperty {
  row_size: number
  column_size: number
  column_width: number[]
  merge_info: { row_span: number; col_span: number }[]
  header_row: boolean
  header_column: boolean
}

/** @throws PlatformError 1770025 for a block that is no table, 1770026 and 1770027 for rows and columns outside of it */
export function updateTable(
  platform: Platform,
  document: DocxDocument,
  block: Block,
  operation: string,
  given: BlockContent,
): void {
  if (block.type !== blockTypes.table) throw new PlatformError(1770025)
  const table = structuredClone(block.content.property) as TableProperty
  const number = (name: string) => Number(given[name])
  const row = (at: number, max: number) => within(at, max, 1770026)
  const column = (at: number, max: number) => within(at, max, 1770027)
  if (operation === 'update_table_property') {
    if (given.column_width !== undefined) {
      // Narrower columns than this cannot be.
      if (!(number('column_width') >= 50)) throw new PlatformError(1770001, `column_width ${given.column_width}`)
      table.column_width[column(number('column_index'), table.column_size - 1)] = number('column_width')
    }
    if (given.header_row !== undefined) table.header_row = given.header_row === true
    if (given.header_column !== undefined) table.header_column = given.header_column === true
  } else if (operation === 'insert_table_row') {
    const at = given.row_index === -1 ? table.row_size : row(number('row_index'), table.row_size)
    if ((table.row_size + 1) * table.column_size > limits.cells) throw new PlatformError(1770011)
    insertCells(platform, document, block, Array(table.column_size).fill(at * table.column_size))
    table.row_size += 1
  } else if (operation === 'insert_table_column') {
    const at = given.column_index === -1 ? table.column_size : column(number('column_index'), table.column_size)
    if (table.column_size >= limits.wideColumns) throw new PlatformError(1770010)
    const rows = Array.from({ length: table.row_size }, (_, index) => index * (table.column_size + 1) + at)
    insertCells(platform, document, block, rows)
    table.column_size += 1
    table.column_width.splice(at, 0, 100)
  } else if (operation === 'delete_table_rows') {
    const [from, to] = [row(number('row_start_index'), table.row_size), row(number('row_end_index'), table.row_size)]
    if (to <= from || to - from === table.row_size) throw new PlatformError(1770026)
    const { column_size } = table
    removeCells(document, block, (cell) => cell >= from * column_size && cell < to * column_size)
    table.row_size -= to - from
  } else if (operation === 'delete_table_columns') {
    const from = column(number('column_start_index'), table.column_size)
    const to = column(number('column_end_index'), table.column_size)
    if (to <= from || to - from === table.column_size) throw new PlatformError(1770027)
    const { column_size } = table
    removeCells(document, block, (cell) => cell % column_size >= from && cell % column_size < to)
    table.column_size -= to - from
    table.column_width.splice(from, to - from)
  } else if (operation === 'merge_table_cells' || operation === 'unmerge_table_cells') {
    mergeCells(table, operation, number)
  } else throw new PlatformError(1770001, operation)
  // What was merged is so no longer once rows or columns come or go.
  if (table.merge_info.length !== table.row_size * table.column_size) table.merge_info = alone(table)
  block.content = { ...block.content, property: table }
}

/** @throws PlatformError 1770025 for a block that is no grid, 1770012 and 1770027 for columns outside of its limits */
export function updateGrid(
  platform: Platform,
  document: DocxDocument,
  block: Block,
  operation: string,
  given: BlockContent,
): void {
  if (block.type !== blockTypes.grid) throw new PlatformError(1770025)
  const columns = block.children.length
  if (operation === 'update_grid_column_width_ratio') {
    const ratios = given.width_ratios
    const fits = (ratio: unknown) => Number.isInteger(ratio) && Number(ratio) >= 1 && Number(ratio) <= 99
    if (!Array.isArray(ratios) || ratios.length !== columns || !ratios.every(fits)) {
      throw new PlatformError(1770001, `width_ratios has ${columns} numbers from 1 to 99`)
    }
    ratios.forEach((width_ratio, index) => {
      const column = document.blocks.get(block.children[index] ?? '')
      if (column) column.content = { ...column.content, width_ratio }
    })
    return
  }
  const wanted = Number(given.column_index)
  const at = wanted === -1 ? columns : wanted
  if (operation === 'insert_grid_column') {
    if (columns >= 5) throw new PlatformError(1770012)
    within(at, columns, 1770027)
    const [made] = ownChildren(blockTypes.grid, { column_size: columns + 1 })
    if (made) insertAt(platform, document, block, at, made)
  } else if (operation === 'delete_grid_column') {
    if (columns <= 2) throw new PlatformError(1770012)
    const index = wanted === -1 ? columns - 1 : within(wanted, columns - 1, 1770027)
    removeBlock(document, block.children[index] ?? '')
  } else throw new PlatformError(1770001, operation)
  block.content = { ...block.content, column_size: block.children.length }
}

function within(at: number, max: number, code: number): number {
  if (Number.isInteger(at) && at >= 0 && at <= max) return at
  throw new PlatformError(code, String(at))
}

function insertCells(platform: Platform, document: DocxDocument, block: Block, places: readonly number[]): void {
  const [cell] = ownChildren(blockTypes.table, { property: { row_size: 1, column_size: 1 } })
  for (const place of places) if (cell) insertAt(platform, document, block, place, cell)
  block.content = { ...block.content, cells: [...block.children] }
}

function insertAt(
  platform: Platform,
  document: DocxDocument,
  block: Block,
  place: number,
  made: ReturnType<typeof ownChildren>[number],
): void {
  placeBlocks(document, block.blockId, [made], () => platform.drive.newId('doxcn'))
  const added = block.children.pop()
  if (added !== undefined) block.children.splice(place, 0, added)
}

function removeCells(document: DocxDocument, block: Block, goes: (cell: number) => boolean): void {
  for (const cell of block.children.filter((_, index) => goes(index))) removeBlock(document, cell)
  block.content = { ...block.content, cells: [...block.children] }
}

function mergeCells(table: TableProperty, operation: string, number: (name: string) => number): void {
  const { row_size, column_size } = table
  if (operation === 'unmerge_table_cells') {
    const row = within(number('row_index'), row_size - 1, 1770026)
    const column = within(number('column_index'), column_size - 1, 1770027)
    table.merge_info[row * column_size + column] = { row_span: 1, col_span: 1 }
    return
  }
  const top = within(number('row_start_index'), row_size - 1, 1770026)
  const bottom = within(number('row_end_index'), row_size, 1770026)
  const left = within(number('column_start_index'), column_size - 1, 1770027)
  const right = within(number('column_end_index'), column_size, 1770027)
  if (bottom <= top || right <= left) throw new PlatformError(1770001, 'nothing to merge')
  table.merge_info[top * column_size + left] = { row_span: bottom - top, col_span: right - left }
}

function alone({ row_size, column_size }: TableProperty): TableProperty['merge_info'] {
  return Array.from({ length: row_size * column_size }, () => ({ row_span: 1, col_span: 1 }))
}
