import { type ApiAnswer, type ApiCall, type ApiHandler, callingActor, type Platform } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { type CellValue, type Field, limits, type Row, type Table } from './bases.ts'
import { checkClientToken, type TableCall, tableCall } from './bitable-call.ts'
import { cellFrom } from './cell.ts'
import { dropLinksTo, setCells } from './links.ts'
import { RecordWatch } from './record-watch.ts'

type RecordFields = Record<string, unknown>
type Cells = Map<Field, CellValue | undefined>

/** Records that one call writes (docs: app-table-record batch_create, batch_update, batch_delete). */
const maxWritten = 1000
const maxDeleted = 500

/** bitable v1 records: what writes them. Answers carry the fields as they came, as on the platform. */
export const recordHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/bitable/v1/apps/:app_token/tables/:table_id/records': writing((platform, call) => {
    const [record] = createRecords(platform, call, [call.body.fields as RecordFields])
    return { data: { record }, fields: { ...call.params, record_id: record?.record_id ?? '' } }
  }),
  'POST /open-apis/bitable/v1/apps/:app_token/tables/:table_id/records/batch_create': writing((platform, call) => {
    const records = call.body.records as { fields: RecordFields }[]
    const fields = records.map((record) => record.fields)
    return { data: { records: createRecords(platform, call, fields) }, fields: { ...call.params } }
  }),
  'PUT /open-apis/bitable/v1/apps/:app_token/tables/:table_id/records/:record_id': writing((platform, call) => {
    const change = { record_id: call.params.record_id ?? '', fields: call.body.fields as RecordFields }
    const [record] = updateRecords(platform, call, [change])
    return { data: { record }, fields: { ...call.params } }
  }),
  'POST /open-apis/bitable/v1/apps/:app_token/tables/:table_id/records/batch_update': writing((platform, call) => {
    const records = updateRecords(platform, call, call.body.records as { record_id: string; fields: RecordFields }[])
    return { data: { records }, fields: { ...call.params } }
  }),
  'DELETE /open-apis/bitable/v1/apps/:app_token/tables/:table_id/records/:record_id': writing((platform, call) => {
    const [deleted] = deleteRecords(platform, call, [call.params.record_id ?? ''])
    return { data: deleted, fields: { ...call.params } }
  }),
  'POST /open-apis/bitable/v1/apps/:app_token/tables/:table_id/records/batch_delete': writing((platform, call) => {
    const records = deleteRecords(platform, call, call.body.records as string[])
    return { data: { records }, fields: { ...call.params } }
  }),
}

function writing(write: (platform: Platform, call: ApiCall) => ApiAnswer): ApiHandler {
  return (platform, call) => platform.tableWrites.run(call.params.table_id ?? '', () => write(platform, call))
}

function createRecords(platform: Platform, call: ApiCall, records: readonly RecordFields[]) {
  checkClientToken(call)
  const view = tableCall(platform, call)
  if (records.length > maxWritten) throw new PlatformError(1254104)
  if (view.table.rows.size + records.length > limits.rows) throw new PlatformError(1254103)
  const actor = callingActor(call)
  // All or nothing: every record is judged before the first one is written.
  const rows = records.map((fields) => cellsFrom(view, fields))
  const watch = new RecordWatch(view, actor)
  const answers = rows.map((cells, index) => {
    const row = platform.bases.addRow(view.table, actor)
    setCells(view.base, view.table, row, cells)
    fillDates(view.table, row)
    watch.added(row)
    return recordAnswer(row, records[index] ?? {})
  })
  watch.push()
  return answers
}

/** Dates that the field fills in with the time of the record, where the call brings none. */
function fillDates(table: Table, row: Row): void {
  for (const { fieldId, type, property } of table.fields) {
    if (type === 5 && property?.auto_fill && !row.cells.has(fieldId)) row.cells.set(fieldId, row.createdAtMs)
  }
}

function updateRecords(
  platform: Platform,
  call: ApiCall,
  changes: readonly { record_id: string; fields: RecordFields }[],
) {
  const view = tableCall(platform, call)
  if (changes.length > maxWritten) throw new PlatformError(1254104)
  const actor = callingActor(call)
  const judged = changes.map(({ record_id, fields }) => {
    return { row: rowOf(view.table, record_id), cells: cellsFrom(view, fields), fields }
  })
  const watch = new RecordWatch(view, actor)
  const answers = judged.map(({ row, cells, fields }) => {
    watch.willEdit(row)
    setCells(view.base, view.table, row, cells)
    platform.bases.touch(row, actor)
    return recordAnswer(row, fields)
  })
  watch.push()
  return answers
}

function deleteRecords(platform: Platform, call: ApiCall, recordIds: readonly string[]) {
  const view = tableCall(platform, call)
  const { base, table } = view
  if (recordIds.length > maxDeleted) throw new PlatformError(1254104)
  const watch = new RecordWatch(view, callingActor(call))
  for (const recordId of recordIds) watch.deleted(rowOf(table, recordId))
  for (const recordId of recordIds) table.rows.delete(recordId)
  table.revision += 1
  dropLinksTo(base, table, new Set(recordIds))
  watch.push()
  return recordIds.map((record_id) => ({ deleted: true, record_id }))
}

/** @throws PlatformError 1254043 */
function rowOf(table: Table, recordId: string): Row {
  const row = table.rows.get(recordId)
  if (row) return row
  throw new PlatformError(1254043, recordId)
}

/** @throws PlatformError 1254045 for an unknown field, and the codes of `cellFrom` */
function cellsFrom(view: TableCall, fields: RecordFields): Cells {
  return new Map(
    Object.entries(fields).map(([name, value]) => {
      const field = view.table.fields.find((known) => known.name === name)
      if (!field) throw new PlatformError(1254045, name)
      return [field, cellFrom(view, field, value)]
    }),
  )
}

function recordAnswer({ recordId }: Row, fields: RecordFields) {
  return { fields, id: recordId, record_id: recordId }
}
