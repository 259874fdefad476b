import { PlatformError } from '../platform-error.ts'
import type { CodeBase, Sheet, Spreadsheet } from './spreadsheets.ts'

/** A rectangle of cells; indexes from 0, ends included. */
export interface Area {
  top: number
  left: number
  bottom: number
  right: number
}

export interface SheetRange extends Area {
  sheet: Sheet
}

/**
 * Reads `<sheetId>`, `<sheetId>!A1:B2`, `<sheetId>!A:B` and `<sheetId>!A2:B` (docs: sheets-v3 overview, range).
 *
 * @throws PlatformError …202 for another form, and for cells that the sheet does not have; …215 for an unknown sheet
 */
export function rangeOf(spreadsheet: Spreadsheet, text: string, codes: CodeBase): SheetRange {
  const [sheetId = '', cells, ...more] = text.split('!')
  if (more.length > 0) throw new PlatformError(codes + 202, text)
  const sheet = sheetOf(spreadsheet, sheetId, codes)
  if (cells === undefined) return { sheet, top: 0, left: 0, bottom: sheet.rowCount - 1, right: sheet.columnCount - 1 }
  const match = /^([A-Za-z]{1,3})(\d{1,7})?(?::([A-Za-z]{1,3})(\d{1,7})?)?$/.exec(cells)
  if (!match?.[1] || (match[2] === undefined && match[4] !== undefined)) throw new PlatformError(codes + 202, text)
  const [, first, from, last = first, until = match[3] === undefined ? from : undefined] = match
  const range = {
    sheet,
    top: from === undefined ? 0 : Number(from) - 1,
    left: columnIndex(first),
    bottom: until === undefined ? sheet.rowCount - 1 : Number(until) - 1,
    right: columnIndex(last),
  }
  const isInside = range.top >= 0 && range.bottom < sheet.rowCount && range.right < sheet.columnCount
  if (isInside && range.top <= range.bottom && range.left <= range.right) return range
  throw new PlatformError(codes + 202, text)
}

/** @throws PlatformError …215 */
export function sheetOf(spreadsheet: Spreadsheet, sheetId: string, codes: CodeBase): Sheet {
  const sheet = spreadsheet.sheets.find((known) => known.sheetId === sheetId)
  if (sheet) return sheet
  throw new PlatformError(codes + 215, sheetId)
}

/** Such as `Q7PlXT!A1:B2`. */
export function rangeText(sheet: Sheet, area: Area): string {
  return `${sheet.sheetId}!${cellName(area.top, area.left)}:${cellName(area.bottom, area.right)}`
}

/** Such as `B7`. */
export function cellName(row: number, column: number): string {
  return columnName(column) + String(row + 1)
}

/** 0 for A, 26 for AA. */
export function columnIndex(name: string): number {
  let index = 0
  for (const letter of name.toUpperCase()) index = index * 26 + letter.charCodeAt(0) - 64
  return index - 1
}

/** `A` for 0, `AA` for 26. */
export function columnName(index: number): string {
  const before = Math.floor(index / 26)
  return (before > 0 ? columnName(before - 1) : '') + String.fromCharCode(65 + (index % 26))
}
