import type { ApiCall, ApiHandler, Platform } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { cellText } from './cell.ts'
import { cellName, rangeOf, sheetOf } from './range.ts'
import type { Cell, Sheet } from './spreadsheets.ts'

interface FindCondition {
  range: string
  /** True leaves the case out of account, whatever its name says (docs: sheets-v3 find). */
  match_case?: boolean
  match_entire_cell?: boolean
  search_by_regex?: boolean
  /** Looks into formulas alone. */
  include_formulas?: boolean
}

const v3 = 1_310_000
const maxReplaced = 5000

/** sheets v3 find and replace (docs: sheets-v3 data-operation). */
export const findHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/:sheet_id/find': (platform, call) => {
    return { data: { find_result: resultOf(findCells(platform, call)) } }
  },
  'POST /open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/:sheet_id/replace': (platform, call) => {
    const found = findCells(platform, call)
    if (found.cells.length > maxReplaced) throw new PlatformError(1_310_226)
    const { sheet, pattern, cells } = found
    for (const { row, column, cell } of cells) {
      const line = sheet.cells[row] ?? []
      const replacement = () => call.body.replacement as string
      if (typeof cell === 'object' && 'formula' in cell)
        line[column] = { formula: cell.formula.replaceAll(pattern, replacement) }
      else line[column] = cellText(sheet, cell).replaceAll(pattern, replacement)
    }
    return { data: { replace_result: resultOf(found) }, fields: { ...call.params } }
  },
}

function findCells(platform: Platform, call: ApiCall) {
  const spreadsheet = platform.spreadsheets.spreadsheet(call.params.spreadsheet_token ?? '', v3)
  const own = sheetOf(spreadsheet, call.params.sheet_id ?? '', v3)
  const condition = call.body.find_condition as FindCondition
  const { sheet, top, left, bottom, right } = rangeOf(spreadsheet, condition.range, v3)
  if (sheet !== own) throw new PlatformError(1_310_202, condition.range)
  const pattern = patternOf(call.body.find as string, condition)
  const cells: { row: number; column: number; cell: Cell }[] = []
  for (let row = top; row <= Math.min(bottom, sheet.cells.length - 1); row += 1) {
    for (let column = left; column <= right; column += 1) {
      const cell = sheet.cells[row]?.[column]
      const text = searched(sheet, cell, condition.include_formulas === true)
      if (text !== undefined && text.search(pattern) >= 0) cells.push({ row, column, cell })
    }
  }
  return { sheet, pattern, cells }
}

function searched(sheet: Sheet, cell: Cell, inFormulas: boolean): string | undefined {
  if (cell === undefined) return undefined
  const isFormula = typeof cell === 'object' && 'formula' in cell
  if (inFormulas) return isFormula ? cell.formula : undefined
  return isFormula ? undefined : cellText(sheet, cell)
}

/** @throws PlatformError 1310248 for a regular expression that is none */
function patternOf(find: string, condition: FindCondition): RegExp {
  const source = condition.search_by_regex ? find : find.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  try {
    return new RegExp(condition.match_entire_cell ? `^(?:${source})$` : source, condition.match_case ? 'gi' : 'g')
  } catch {
    throw new PlatformError(1_310_248, find)
  }
}

function resultOf({ cells }: { cells: readonly { row: number; column: number; cell: Cell }[] }) {
  const names = (isFormula: boolean) =>
    cells
      .filter(({ cell }) => (typeof cell === 'object' && 'formula' in cell) === isFormula)
      .map(({ row, column }) => cellName(row, column))
  return {
    matched_cells: names(false),
    matched_formula_cells: names(true),
    rows_count: new Set(cells.map(({ row }) => row)).size,
  }
}
