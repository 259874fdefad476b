import type { ApiCall, ApiHandler, Platform } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { deleteLines, insertLines, lineCount, type MajorDimension, moveLines } from './dimension.ts'
import { sheetOf } from './range.ts'
import { limits, type Sheet } from './spreadsheets.ts'

interface Dimension {
  sheetId: string
  majorDimension: MajorDimension
  length: number
  startIndex: number
  endIndex: number
}

const v2 = 90_000
const v3 = 1_310_000

/** Rows and columns of sheets v2 and v3 (docs: sheets-v3 sheet-rowcol). */
export const dimensionHandlers: Readonly<Record<string, ApiHandler>> = {
  // The only one of these that counts from 0, and leaves the end out.
  'POST /open-apis/sheets/v2/spreadsheets/:spreadsheetToken/insert_dimension_range': (platform, call) => {
    const { sheet, majorDimension, startIndex, endIndex } = dimensionOf(platform, call)
    const count = endIndex - startIndex
    if (startIndex < 0 || startIndex > lineCount(sheet, majorDimension)) throw new PlatformError(90212)
    if (count < 1 || count > limits.rowsAtOnce) throw new PlatformError(90212, `${count} lines`)
    insertLines(sheet, majorDimension, startIndex, count)
    return { fields: { ...call.params } }
  },
  'POST /open-apis/sheets/v2/spreadsheets/:spreadsheet_token/dimension_range': (platform, call) => {
    const { sheet, majorDimension, length } = dimensionOf(platform, call)
    insertLines(sheet, majorDimension, lineCount(sheet, majorDimension), length)
    return { data: { addCount: length, majorDimension }, fields: { ...call.params } }
  },
  'PUT /open-apis/sheets/v2/spreadsheets/:spreadsheetToken/dimension_range': (platform, call) => {
    const dimension = dimensionOf(platform, call)
    const { first, count } = existingLines(dimension)
    const properties = call.body.dimensionProperties as Record<string, unknown>
    const known = dimension.sheet.dimensions[dimension.majorDimension]
    for (let line = first; line < first + count; line += 1) known.set(line, { ...known.get(line), ...properties })
    return { fields: { ...call.params } }
  },
  'DELETE /open-apis/sheets/v2/spreadsheets/:spreadsheetToken/dimension_range': (platform, call) => {
    const dimension = dimensionOf(platform, call)
    const { sheet, majorDimension } = dimension
    const { first, count } = existingLines(dimension)
    if (count === lineCount(sheet, majorDimension)) throw new PlatformError(90212, 'a sheet keeps one line')
    deleteLines(sheet, majorDimension, first, count)
    return { data: { delCount: count, majorDimension }, fields: { ...call.params } }
  },
  'POST /open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/:sheet_id/move_dimension': (platform, call) => {
    const spreadsheet = platform.spreadsheets.spreadsheet(call.params.spreadsheet_token ?? '', v3)
    const sheet = sheetOf(spreadsheet, call.params.sheet_id ?? '', v3)
    const { source = {}, destination_index: to = -1 } = call.body as {
      source?: { major_dimension?: MajorDimension; start_index?: number; end_index?: number }
      destination_index?: number
    }
    const { major_dimension = 'ROWS', start_index: from = -1, end_index: until = -1 } = source
    const lines = lineCount(sheet, major_dimension)
    // The end is part of what moves; a destination within it moves nothing.
    const isRight = from >= 0 && from <= until && until < lines && to >= 0 && to <= lines
    if (!isRight || (to >= from && to <= until)) throw new PlatformError(1_310_202, JSON.stringify(call.body))
    moveLines(sheet, major_dimension, from, until - from + 1, to)
    spreadsheet.revision += 1
    return { fields: { ...call.params } }
  },
}

function dimensionOf(platform: Platform, call: ApiCall): Dimension & { sheet: Sheet } {
  const token = call.params.spreadsheetToken ?? call.params.spreadsheet_token ?? ''
  const spreadsheet = platform.spreadsheets.spreadsheet(token, v2)
  const dimension = call.body.dimension as Dimension
  const sheet = sheetOf(spreadsheet, dimension.sheetId, v2)
  spreadsheet.revision += 1
  return { ...dimension, sheet }
}

/**
 * Lines that count from 1, with the end.
 *
 * @throws PlatformError 90212 for lines that the sheet does not have, and for more than 5000
 */
function existingLines({ sheet, majorDimension, startIndex, endIndex }: Dimension & { sheet: Sheet }) {
  const count = endIndex - startIndex + 1
  const isRight = startIndex >= 1 && count >= 1 && count <= limits.rowsAtOnce
  if (isRight && endIndex <= lineCount(sheet, majorDimension)) return { first: startIndex - 1, count }
  throw new PlatformError(90212, `${startIndex} to ${endIndex}`)
}
