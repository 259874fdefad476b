import type { ApiCall, ApiHandler, Platform } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { cellText } from './cell.ts'
import { columnIndex, columnName, rangeOf, rangeText, sheetOf } from './range.ts'
import type { FilterCondition, Sheet, SheetFilter } from './spreadsheets.ts'

const v3 = 1_310_000

/** sheets v3 filters, one a sheet (docs: sheets-v3 spreadsheet-sheet-filter). */
export const filterHandlers: Readonly<Record<string, ApiHandler>> = {
  'GET /open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/:sheet_id/filter': (platform, call) => {
    const { sheet } = target(platform, call)
    return { data: sheet.filter ? { sheet_filter_info: filterAnswer(sheet, sheet.filter) } : {} }
  },
  'POST /open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/:sheet_id/filter': (platform, call) => {
    const { spreadsheet, sheet } = target(platform, call)
    if (sheet.filter) throw new PlatformError(1_310_236, 'the sheet has a filter')
    const { sheet: _, ...area } = rangeOf(spreadsheet, call.body.range as string, v3)
    sheet.filter = changed({ area, columns: new Map() }, call)
    return { fields: { ...call.params } }
  },
  'PUT /open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/:sheet_id/filter': (platform, call) => {
    const { sheet } = target(platform, call)
    sheet.filter = changed(existing(sheet), call)
    return { fields: { ...call.params } }
  },
  'DELETE /open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/:sheet_id/filter': (platform, call) => {
    const { sheet } = target(platform, call)
    existing(sheet)
    sheet.filter = undefined
    return { fields: { ...call.params } }
  },
}

function target(platform: Platform, call: ApiCall) {
  const spreadsheet = platform.spreadsheets.spreadsheet(call.params.spreadsheet_token ?? '', v3)
  return { spreadsheet, sheet: sheetOf(spreadsheet, call.params.sheet_id ?? '', v3) }
}

/** @throws PlatformError 1310236 */
function existing(sheet: Sheet): SheetFilter {
  if (sheet.filter) return sheet.filter
  throw new PlatformError(1_310_236, 'the sheet has no filter')
}

/** @throws PlatformError 1310236 for a column outside the range, and for a condition that is none */
function changed({ area, columns }: SheetFilter, call: ApiCall): SheetFilter {
  const { col, condition } = call.body as { col: string; condition: FilterCondition }
  const column = /^[A-Za-z]{1,3}$/.test(col) ? columnIndex(col) : -1
  if (column < area.left || column > area.right) throw new PlatformError(1_310_236, `column ${col}`)
  const all = new Map(columns)
  all.delete(column)
  if (condition.filter_type === 'clear') return { area, columns: all }
  if (!testOf(condition)) throw new PlatformError(1_310_236, JSON.stringify(condition))
  return { area, columns: all.set(column, { ...condition }) }
}

function filterAnswer(sheet: Sheet, { area, columns }: SheetFilter) {
  const hidden: number[] = []
  // The first row of the range is its head.
  for (let row = area.top + 1; row <= Math.min(area.bottom, sheet.cells.length - 1); row += 1) {
    const isShown = [...columns].every(([column, condition]) => {
      return testOf(condition)?.(cellText(sheet, sheet.cells[row]?.[column]))
    })
    if (!isShown) hidden.push(row + 1)
  }
  return {
    range: rangeText(sheet, area),
    filtered_out_rows: hidden,
    filter_infos: [...columns].map(([column, condition]) => ({
      col: columnName(column),
      conditions: [condition],
    })),
  }
}

type Test = (text: string) => boolean

/** Nothing for a condition that is none; colours are not looked at. */
function testOf({ filter_type, compare_type = '', expected }: FilterCondition): Test | undefined {
  if (filter_type === 'multiValue') return expected.length > 0 ? (text) => expected.includes(text) : undefined
  if (filter_type === 'text' && expected.length === 1) return textTest(compare_type, expected[0] ?? '')
  if (filter_type !== 'number') return undefined
  const bounds = expected.map(numberOf)
  const compare = numberTests[compare_type]
  const isRight = compare && bounds.length === (compare_type.endsWith('etween') ? 2 : 1) && !bounds.some(Number.isNaN)
  if (!isRight) return undefined
  return (text) => text !== '' && !Number.isNaN(Number(text)) && compare(Number(text), bounds[0] ?? 0, bounds[1] ?? 0)
}

function textTest(compare: string, wanted: string): Test | undefined {
  const tests: Readonly<Record<string, Test>> = {
    beginsWith: (text) => text.startsWith(wanted),
    endsWith: (text) => text.endsWith(wanted),
    contains: (text) => text.includes(wanted),
    notBeginsWith: (text) => !text.startsWith(wanted),
    notEndsWith: (text) => !text.endsWith(wanted),
    notContains: (text) => !text.includes(wanted),
  }
  return tests[compare]
}

const numberTests: Readonly<Record<string, (value: number, first: number, second: number) => boolean>> = {
  equal: (value, first) => value === first,
  notEqual: (value, first) => value !== first,
  greater: (value, first) => value > first,
  greaterOrEqual: (value, first) => value >= first,
  less: (value, first) => value < first,
  lessOrEqual: (value, first) => value <= first,
  between: (value, first, second) => value >= first && value <= second,
  notBetween: (value, first, second) => value < first || value > second,
}

/** Also percentages, such as `50%`. */
function numberOf(text: string): number {
  if (text.trim() === '') return Number.NaN
  return text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text)
}
