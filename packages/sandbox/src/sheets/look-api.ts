import type { ApiCall, ApiHandler, Platform } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { type Area, rangeOf, rangeText, type SheetRange } from './range.ts'
import type { Spreadsheet } from './spreadsheets.ts'

const v2 = 90_000
const keptStyles = 1000

/** Merged cells and styles (docs: sheets-v3 data-operation). */
export const lookHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/sheets/v2/spreadsheets/:spreadsheetToken/merge_cells': (platform, call) => {
    const { spreadsheet, range } = target(platform, call, call.body.range as string)
    const { sheet, top, left, bottom, right } = range
    if (sheet.merges.some((area) => overlaps(area, range))) throw new PlatformError(90202, 'the range has merged cells')
    if (call.body.mergeType === 'MERGE_ROWS') {
      for (let row = top; row <= bottom; row += 1) sheet.merges.push({ top: row, left, bottom: row, right })
    } else if (call.body.mergeType === 'MERGE_COLUMNS') {
      for (let column = left; column <= right; column += 1)
        sheet.merges.push({ top, left: column, bottom, right: column })
    } else sheet.merges.push({ top, left, bottom, right })
    return { data: { spreadsheetToken: spreadsheet.token }, fields: { ...call.params } }
  },
  'POST /open-apis/sheets/v2/spreadsheets/:spreadsheetToken/unmerge_cells': (platform, call) => {
    const { spreadsheet, range } = target(platform, call, call.body.range as string)
    range.sheet.merges = range.sheet.merges.filter((area) => !overlaps(area, range))
    return { data: { spreadsheetToken: spreadsheet.token }, fields: { ...call.params } }
  },
  'PUT /open-apis/sheets/v2/spreadsheets/:spreadsheetToken/style': (platform, call) => {
    const { range: text, style } = call.body.appendStyle as { range: string; style: Record<string, unknown> }
    const { spreadsheet, range } = target(platform, call, text)
    setStyle(range, style)
    const { revision } = spreadsheet
    return { data: { updates: { revision, ...styledAnswer(spreadsheet, range) } }, fields: { ...call.params } }
  },
  'PUT /open-apis/sheets/v2/spreadsheets/:spreadsheetToken/styles_batch_update': (platform, call) => {
    const data = call.body.data as { ranges: string[]; style: Record<string, unknown> }[]
    const all = data.flatMap(({ ranges, style }) => ranges.map((text) => ({ ...target(platform, call, text), style })))
    const responses = all.map(({ spreadsheet, range, style }) => {
      setStyle(range, style)
      return styledAnswer(spreadsheet, range)
    })
    const total = (count: (response: (typeof responses)[number]) => number) =>
      responses.reduce((sum, response) => sum + count(response), 0)
    return {
      data: {
        spreadsheetToken: call.params.spreadsheetToken,
        totalUpdatedRows: total(({ updatedRows }) => updatedRows),
        totalUpdatedColumns: total(({ updatedColumns }) => updatedColumns),
        totalUpdatedCells: total(({ updatedCells }) => updatedCells),
        revision: all[0]?.spreadsheet.revision ?? 0,
        responses,
      },
      fields: { ...call.params },
    }
  },
}

function target(platform: Platform, call: ApiCall, text: string): { spreadsheet: Spreadsheet; range: SheetRange } {
  const spreadsheet = platform.spreadsheets.spreadsheet(call.params.spreadsheetToken ?? '', v2)
  const range = rangeOf(spreadsheet, text, v2)
  spreadsheet.revision += 1
  return { spreadsheet, range }
}

function overlaps(a: Area, b: Area): boolean {
  return a.top <= b.bottom && b.top <= a.bottom && a.left <= b.right && b.left <= a.right
}

function setStyle({ sheet, ...area }: SheetRange, style: Readonly<Record<string, unknown>>): void {
  sheet.styles = [...sheet.styles.slice(1 - keptStyles), { area, style: style.clean ? { formatter: '' } : style }]
}

function styledAnswer({ token }: Spreadsheet, range: SheetRange) {
  const updatedRows = range.bottom - range.top + 1
  const updatedColumns = range.right - range.left + 1
  return {
    spreadsheetToken: token,
    updatedRange: rangeText(range.sheet, range),
    updatedRows,
    updatedColumns,
    updatedCells: updatedRows * updatedColumns,
  }
}
