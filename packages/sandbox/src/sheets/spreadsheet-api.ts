import { type ApiHandler, callingActor, callingApp, type Platform, queryText, userIdOf } from '../api-call.ts'
import { newFileIn } from '../drive/file-events.ts'
import { tableFolder } from '../drive/table-folder.ts'
import { PlatformError } from '../platform-error.ts'
import type { Actor, AppRecord } from '../tenant.ts'
import { sheetOf } from './range.ts'
import type { Sheet, Spreadsheet } from './spreadsheets.ts'

const v2 = 90_000
const v3 = 1_310_000

/** Spreadsheets and what their sheets look like (docs: sheets-v3 spreadsheet, spreadsheet-sheet). */
export const spreadsheetHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/sheets/v3/spreadsheets': (platform, call) => {
    const { title = '', folder_token: folderToken = '' } = call.body as { title?: string; folder_token?: string }
    const folder = tableFolder(platform, call, folderToken, { missing: 1_310_204, forbidden: 1_310_213 })
    const owner = callingActor(call)
    const { token } = platform.spreadsheets.add({ title, folderToken, owner })
    newFileIn(platform, folder, { token, type: 'sheet', name: title, owner })
    const spreadsheet = { title, folder_token: folderToken, url: urlOf(token), spreadsheet_token: token }
    return { data: { spreadsheet }, fields: { spreadsheet_token: token } }
  },
  'GET /open-apis/sheets/v3/spreadsheets/:spreadsheet_token': (platform, call) => {
    const { title, token, owner } = platform.spreadsheets.spreadsheet(call.params.spreadsheet_token ?? '', v3)
    const owner_id = ownerId(platform, callingApp(call), owner, queryText(call, 'user_id_type') ?? 'open_id')
    return { data: { spreadsheet: { title, owner_id, token, url: urlOf(token) } } }
  },
  'PATCH /open-apis/sheets/v3/spreadsheets/:spreadsheet_token': (platform, call) => {
    const spreadsheet = platform.spreadsheets.spreadsheet(call.params.spreadsheet_token ?? '', v3)
    const title = call.body.title as string | undefined
    if (!title) throw new PlatformError(1_310_251, 'title is empty')
    spreadsheet.title = title
    return { fields: { ...call.params } }
  },
  'GET /open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/query': (platform, call) => {
    const { sheets } = platform.spreadsheets.spreadsheet(call.params.spreadsheet_token ?? '', v3)
    return { data: { sheets: sheets.map(sheetAnswer) } }
  },
  'GET /open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/:sheet_id': (platform, call) => {
    const { sheets, ...spreadsheet } = platform.spreadsheets.spreadsheet(call.params.spreadsheet_token ?? '', v3)
    const sheet = sheetOf({ ...spreadsheet, sheets }, call.params.sheet_id ?? '', v3)
    return { data: { sheet: sheetAnswer(sheet, sheets.indexOf(sheet)) } }
  },
  'GET /open-apis/sheets/v2/spreadsheets/:spreadsheetToken/metainfo': (platform, call) => {
    const spreadsheet = platform.spreadsheets.spreadsheet(call.params.spreadsheetToken ?? '', v2)
    const { token, title, owner, revision, sheets } = spreadsheet
    const idType = queryText(call, 'user_id_type')
    const ownerUserID = idType && ownerId(platform, callingApp(call), owner, idType)
    return {
      data: {
        spreadsheetToken: token,
        properties: {
          title,
          sheetCount: sheets.length,
          revision,
          ...(ownerUserID ? { ownerUserID } : { ownerUser: 0 }),
        },
        sheets: sheets.map(metaAnswer),
      },
    }
  },
}

/** Where a person opens the spreadsheet. */
function urlOf(token: Spreadsheet['token']): string {
  return `https://larkspur.example/sheets/${token}`
}

function ownerId({ tenant }: Platform, app: AppRecord, owner: Actor, idType: string): string {
  return owner.type === 'user' ? userIdOf(tenant, app, owner.id, idType) : tenant.openId(app.appId, owner)
}

function sheetAnswer(sheet: Sheet, index: number) {
  return {
    sheet_id: sheet.sheetId,
    title: sheet.title,
    index,
    hidden: sheet.hidden,
    grid_properties: {
      frozen_row_count: sheet.frozenRows,
      frozen_column_count: sheet.frozenColumns,
      row_count: sheet.rowCount,
      column_count: sheet.columnCount,
    },
    resource_type: 'sheet',
    merges: sheet.merges.map(({ top, left, bottom, right }) => ({
      start_row_index: top,
      end_row_index: bottom,
      start_column_index: left,
      end_column_index: right,
    })),
  }
}

function metaAnswer(sheet: Sheet, index: number) {
  return {
    sheetId: sheet.sheetId,
    title: sheet.title,
    index,
    rowCount: sheet.rowCount,
    columnCount: sheet.columnCount,
    frozenRowCount: sheet.frozenRows,
    frozenColCount: sheet.frozenColumns,
    merges: sheet.merges.map(({ top, left, bottom, right }) => ({
      startRowIndex: top,
      startColumnIndex: left,
      rowCount: bottom - top + 1,
      columnCount: right - left + 1,
    })),
  }
}
