import { type ApiCall, type ApiHandler, type Platform, queryText } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { type CellRendering, cellAnswer, cellFrom } from './cell.ts'
import { insertLines } from './dimension.ts'
import { type Area, rangeOf, rangeText, type SheetRange } from './range.ts'
import { type Cell, limits, type Spreadsheet } from './spreadsheets.ts'

interface ValueRange {
  range: string
  values: unknown[][]
}

const v2 = 90_000
const maxAnswerBytes = 10 * 1024 * 1024

/** sheets v2 values (docs: sheets-v3 data: read, write, prepend, append). */
export const valuesHandlers: Readonly<Record<string, ApiHandler>> = {
  'GET /open-apis/sheets/v2/spreadsheets/:spreadsheetToken/values/:range': (platform, call) => {
    const spreadsheet = spreadsheetOf(platform, call)
    const valueRange = readRange(spreadsheet, call.params.range ?? '', call)
    checkSize([valueRange])
    return { data: { revision: spreadsheet.revision, spreadsheetToken: spreadsheet.token, valueRange } }
  },
  'GET /open-apis/sheets/v2/spreadsheets/:spreadsheetToken/values_batch_get': (platform, call) => {
    const spreadsheet = spreadsheetOf(platform, call)
    const ranges = [call.query.ranges ?? []].flat().flatMap((text) => text.split(','))
    const valueRanges = ranges.map((range) => readRange(spreadsheet, range, call))
    checkSize(valueRanges)
    const totalCells = valueRanges.reduce((sum, { values }) => sum + values.length * (values[0]?.length ?? 0), 0)
    return { data: { revision: spreadsheet.revision, spreadsheetToken: spreadsheet.token, totalCells, valueRanges } }
  },
  'PUT /open-apis/sheets/v2/spreadsheets/:spreadsheetToken/values': (platform, call) => {
    const spreadsheet = spreadsheetOf(platform, call)
    const [update] = writeRanges(spreadsheet, [call.body.valueRange as ValueRange])
    return { data: { ...update, revision: spreadsheet.revision }, fields: { ...call.params } }
  },
  'POST /open-apis/sheets/v2/spreadsheets/:spreadsheetToken/values_batch_update': (platform, call) => {
    const spreadsheet = spreadsheetOf(platform, call)
    const responses = writeRanges(spreadsheet, call.body.valueRanges as ValueRange[])
    return {
      data: { responses, revision: spreadsheet.revision, spreadsheetToken: spreadsheet.token },
      fields: { ...call.params },
    }
  },
  'POST /open-apis/sheets/v2/spreadsheets/:spreadsheetToken/values_prepend': (platform, call) => {
    const spreadsheet = spreadsheetOf(platform, call)
    const { range, cells } = judged(spreadsheet, call.body.valueRange as ValueRange)
    insertLines(range.sheet, 'ROWS', range.top, cells.length)
    return addedAnswer(spreadsheet, call, range, range.top, cells)
  },
  'POST /open-apis/sheets/v2/spreadsheets/:spreadsheetToken/values_append': (platform, call) => {
    const spreadsheet = spreadsheetOf(platform, call)
    const { range, cells } = judged(spreadsheet, call.body.valueRange as ValueRange)
    const { sheet } = range
    const top = firstBlank(range)
    const missing = top + cells.length - sheet.rowCount
    if (queryText(call, 'insertDataOption') === 'INSERT_ROWS') insertLines(sheet, 'ROWS', top, cells.length)
    else if (missing > 0) insertLines(sheet, 'ROWS', sheet.rowCount, missing)
    return addedAnswer(spreadsheet, call, range, top, cells)
  },
}

function spreadsheetOf(platform: Platform, call: ApiCall): Spreadsheet {
  return platform.spreadsheets.spreadsheet(call.params.spreadsheetToken ?? '', v2)
}

function readRange(spreadsheet: Spreadsheet, text: string, call: ApiCall) {
  const range = rangeOf(spreadsheet, text, v2)
  const rendering: CellRendering = {
    values: queryText(call, 'valueRenderOption') as CellRendering['values'],
    dates: queryText(call, 'dateTimeRenderOption') as CellRendering['dates'],
  }
  const { sheet, top, left, bottom, right } = range
  const values = Array.from({ length: bottom - top + 1 }, (_, row) => {
    return Array.from({ length: right - left + 1 }, (_, column) => {
      return cellAnswer(sheet, top + row, left + column, rendering)
    })
  })
  return { majorDimension: 'ROWS', range: rangeText(sheet, range), revision: spreadsheet.revision, values }
}

function checkSize(valueRanges: readonly { values: unknown[][] }[]): void {
  const bytes = valueRanges.reduce((sum, { values }) => sum + Buffer.byteLength(JSON.stringify(values)), 0)
  if (bytes > maxAnswerBytes) throw new PlatformError(90221, `${bytes} bytes`)
}

/** Writes all ranges or none. */
function writeRanges(spreadsheet: Spreadsheet, valueRanges: readonly ValueRange[]) {
  const all = valueRanges.map((valueRange) => {
    const { range, cells } = judged(spreadsheet, valueRange)
    const fits = cells.length <= range.bottom - range.top + 1 && width(cells) <= range.right - range.left + 1
    if (!fits) throw new PlatformError(90202, `${valueRange.range} is smaller than its values`)
    return { range, cells }
  })
  spreadsheet.revision += 1
  return all.map(({ range, cells }) => {
    return updateAnswer(spreadsheet, range, written(range, range.top, cells))
  })
}

/**
 * @throws PlatformError 90202 and 90215 for the range, 90204 for values that are no lists of cells, 90227 past 5000 rows or
 * 100 columns
 */
function judged(spreadsheet: Spreadsheet, { range, values }: ValueRange): { range: SheetRange; cells: Cell[][] } {
  const target = rangeOf(spreadsheet, range, v2)
  if (values.length === 0 || !values.every(Array.isArray)) throw new PlatformError(90204, 'values is a list of rows')
  const isTooLarge = values.length > limits.rowsAtOnce || width(values) > limits.columnsAtOnce
  if (isTooLarge) throw new PlatformError(90227, `${values.length} rows of ${width(values)} columns`)
  if (target.left + width(values) > target.sheet.columnCount) throw new PlatformError(90202, range)
  return { range: target, cells: values.map((row) => row.map(cellFrom)) }
}

function width(values: readonly (readonly unknown[])[]): number {
  return values.reduce((most, row) => Math.max(most, row.length), 0)
}

function written({ sheet, left }: SheetRange, top: number, rows: readonly Cell[][]): Area {
  for (const [offset, values] of rows.entries()) {
    const row = sheet.cells[top + offset] ?? []
    sheet.cells[top + offset] = row
    for (const [column, cell] of values.entries()) row[left + column] = cell
  }
  return { top, left, bottom: top + rows.length - 1, right: left + Math.max(1, width(rows)) - 1 }
}

/** The first row at or below the range's that is blank in all of its columns. */
function firstBlank({ sheet, top, left, right }: SheetRange): number {
  let row = top
  while (sheet.cells[row]?.slice(left, right + 1).some((cell) => cell !== undefined)) row += 1
  return row
}

function addedAnswer(spreadsheet: Spreadsheet, call: ApiCall, range: SheetRange, top: number, cells: Cell[][]) {
  spreadsheet.revision += 1
  const { token: spreadsheetToken, revision } = spreadsheet
  const updates = { ...updateAnswer(spreadsheet, range, written(range, top, cells)), revision }
  return {
    data: { spreadsheetToken, tableRange: updates.updatedRange, revision, updates },
    fields: { ...call.params },
  }
}

function updateAnswer({ token }: Spreadsheet, { sheet }: SheetRange, area: Area) {
  const updatedRows = area.bottom - area.top + 1
  const updatedColumns = area.right - area.left + 1
  return {
    spreadsheetToken: token,
    updatedRange: rangeText(sheet, area),
    updatedRows,
    updatedColumns,
    updatedCells: updatedRows * updatedColumns,
  }
}
