import type { ApiHandler, Platform } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { sheetOf } from './range.ts'
import { limits, type Sheet, type Spreadsheet } from './spreadsheets.ts'

interface SheetProperties {
  sheetId: string
  title?: string
  index?: number
  hidden?: boolean
  frozenRowCount?: number
  frozenColCount?: number
}

interface SheetRequest {
  addSheet?: { properties: { title: string; index?: number } }
  copySheet?: { source: { sheetId: string }; destination: { title?: string } }
  deleteSheet?: { sheetId: string }
  updateSheet?: { properties: SheetProperties }
}

const v2 = 90_000

/** Sheets come, are copied, changed and go (docs: sheets-v3 spreadsheet-sheet). */
export const sheetHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/sheets/v2/spreadsheets/:spreadsheet_token/sheets_batch_update': (platform, call) => {
    const spreadsheet = platform.spreadsheets.spreadsheet(call.params.spreadsheet_token ?? '', v2)
    const requests = call.body.requests as SheetRequest[]
    const before = structuredClone(spreadsheet.sheets)
    try {
      const replies = requests.map((request) => run(platform, spreadsheet, request))
      spreadsheet.revision += 1
      return { data: { replies }, fields: { ...call.params } }
    } catch (error) {
      // All or nothing.
      spreadsheet.sheets = before
      throw error
    }
  },
}

function run(platform: Platform, spreadsheet: Spreadsheet, request: SheetRequest): Record<string, unknown> {
  const { addSheet, copySheet, deleteSheet, updateSheet } = request
  const answer = ({ sheetId, title }: Sheet) => ({
    properties: { sheetId, title, index: spreadsheet.sheets.findIndex((sheet) => sheet.sheetId === sheetId) },
  })
  if (addSheet) {
    const { title, index } = addSheet.properties
    checkTitle(spreadsheet, title)
    return { addSheet: answer(platform.spreadsheets.addSheet(spreadsheet, title, index)) }
  }
  if (copySheet) {
    const source = sheetOf(spreadsheet, copySheet.source.sheetId, v2)
    const title = copySheet.destination.title ?? `${source.title}(副本)`
    checkTitle(spreadsheet, title)
    return { copySheet: answer(platform.spreadsheets.copySheet(spreadsheet, source, title)) }
  }
  if (deleteSheet) {
    const sheet = sheetOf(spreadsheet, deleteSheet.sheetId, v2)
    if (spreadsheet.sheets.length === 1) throw new PlatformError(90204, 'the last sheet stays')
    spreadsheet.sheets = spreadsheet.sheets.filter((other) => other !== sheet)
    return { deleteSheet: { result: true, sheetId: sheet.sheetId } }
  }
  if (updateSheet) return { updateSheet: { properties: changed(spreadsheet, updateSheet.properties) } }
  throw new PlatformError(90204, 'a request is addSheet, copySheet, deleteSheet or updateSheet')
}

function changed(spreadsheet: Spreadsheet, properties: SheetProperties): SheetProperties {
  const sheet = sheetOf(spreadsheet, properties.sheetId, v2)
  const { title, index, hidden, frozenRowCount, frozenColCount } = properties
  if ((frozenRowCount ?? 0) > sheet.rowCount || (frozenColCount ?? 0) > sheet.columnCount)
    throw new PlatformError(90212)
  if (title !== undefined && title !== sheet.title) {
    checkTitle(spreadsheet, title)
    sheet.title = title
  }
  sheet.hidden = hidden ?? sheet.hidden
  sheet.frozenRows = frozenRowCount ?? sheet.frozenRows
  sheet.frozenColumns = frozenColCount ?? sheet.frozenColumns
  if (index !== undefined) {
    spreadsheet.sheets = spreadsheet.sheets.filter((other) => other !== sheet)
    spreadsheet.sheets.splice(index, 0, sheet)
  }
  return properties
}

/** @throws PlatformError 90207 for an empty title or one with characters that titles may not have, 90210 for a taken one, 90226 past 300 sheets */
function checkTitle(spreadsheet: Spreadsheet, title: string): void {
  if (title === '' || title.length > 100 || /[/\\?*[\]:]/.test(title)) throw new PlatformError(90207, title)
  if (spreadsheet.sheets.some((sheet) => sheet.title === title)) throw new PlatformError(90210, title)
  if (spreadsheet.sheets.length > limits.sheets) throw new PlatformError(90226)
}
