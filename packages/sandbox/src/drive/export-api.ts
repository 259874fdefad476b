import { type ApiCall, type ApiHandler, callingActor, callingApp, type Platform, queryText } from '../api-call.ts'
import { cellAnswer } from '../bitable/cell.ts'
import { plainText } from '../docx/plain-text.ts'
import { PlatformError } from '../platform-error.ts'
import { cellText } from '../sheets/cell.ts'
import { csvText } from './csv.ts'
import type { DriveFile } from './drive-files.ts'
import type { TaskOutcome } from './drive-tasks.ts'
import { excelFile, pdfFile, wordFile } from './office-file.ts'
import { isSame, type Level, may } from './permissions.ts'

const lifetimeMs = 10 * 60_000
const extensions: Readonly<Record<string, readonly string[]>> = {
  docx: ['docx', 'pdf'],
  sheet: ['xlsx', 'csv'],
  bitable: ['xlsx', 'csv'],
}

/** drive v1 exports (docs: drive-v1 export_task). */
export const exportHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/drive/v1/export_tasks': (platform, call) => {
    const { token, type, file_extension, sub_id } = call.body as Record<string, string>
    const file = platform.drive.find(token ?? '')
    if (!file || file.type !== type) throw new PlatformError(1069914, token)
    if (file.deletedAtMs !== undefined) throw new PlatformError(1069906)
    if (!extensions[type]?.includes(file_extension ?? '')) throw new PlatformError(1069918)
    const parts = partsOf(platform, call, file)
    const part = parts.find(({ id }) => id === sub_id)
    if (file_extension === 'csv' && !part) throw new PlatformError(1069904, 'csv needs the sub_id of a sheet or table')
    const security = file.publicSettings.security_entity.replace(/^(?:anyone_can|only)_/, '') as Level
    if (!may(platform, callingActor(call), file, security)) throw new PlatformError(1069902)
    const asked = { file_extension, type, file_name: platform.drive.nameOf(file), token }
    const task = platform.tasks.start({ kind: 'export', asked, owner: callingActor(call) }, (): TaskOutcome => {
      if (file.deletedAtMs !== undefined) return { status: 111, message: 'the document was deleted' }
      const bytes = exported(platform, call, file, String(file_extension), sub_id)
      const media = {
        name: `${asked.file_name}.${file_extension}`,
        parentType: 'export',
        parentNode: file.token,
        bytes,
      }
      const now = platform.clock.now()
      const { token: made } = platform.media.add({ ...media, uploader: callingActor(call), createdAtMs: now })
      return { status: 0, message: 'success', token: made }
    })
    return { data: { ticket: task.ticket }, fields: { token: file.token, ticket: task.ticket } }
  },
  'GET /open-apis/drive/v1/export_tasks/:ticket': (platform, call) => {
    const task = platform.tasks.find(call.params.ticket ?? '', 'export')
    if (!task || task.asked.token !== queryText(call, 'token')) throw new PlatformError(1069904, 'ticket or token')
    if (!isSame(task.owner, callingActor(call))) throw new PlatformError(1069902)
    const { file_extension, type, file_name } = task.asked
    const { token = '', status = 2, message = '' } = task.outcome ?? {}
    const file_size = platform.media.find(token)?.bytes.length ?? 0
    const rest = { file_token: token, file_size, job_error_msg: message, job_status: status }
    return { data: { result: { file_extension, type, file_name, ...rest } } }
  },
  'GET /open-apis/drive/v1/export_tasks/file/:file_token/download': (platform, call) => {
    const media = platform.media.find(call.params.file_token ?? '')
    const isOver = !media || platform.clock.now() - media.createdAtMs > lifetimeMs
    if (isOver || media.parentType !== 'export' || !isSame(media.uploader, callingActor(call))) {
      throw new PlatformError(1060001)
    }
    const contentType = 'application/octet-stream'
    return { binary: { bytes: Buffer.from(media.bytes), contentType, fileName: media.name } }
  },
}

function exported(platform: Platform, call: ApiCall, file: DriveFile, extension: string, subId = ''): Buffer {
  if (file.document) {
    const lines = plainText(file.document, platform.drive.nameOf(file), platform.tenant).trimEnd().split('\n')
    return extension === 'pdf' ? pdfFile(lines) : wordFile(lines)
  }
  const parts = partsOf(platform, call, file)
  if (extension === 'xlsx') return excelFile(parts)
  return Buffer.from(csvText(parts.find(({ id }) => id === subId)?.rows ?? []))
}

interface TablePart {
  id: string
  name: string
  rows: string[][]
}

/** The sheets of a spreadsheet or the tables of a base, as texts. */
function partsOf(platform: Platform, call: ApiCall, { type, token }: DriveFile): TablePart[] {
  if (type === 'sheet') {
    return platform.spreadsheets.spreadsheet(token, 1_310_000).sheets.map((sheet) => {
      const rows = [...sheet.cells].map((row) => [...(row ?? [])].map((cell) => cellText(sheet, cell)))
      return { id: sheet.sheetId, name: sheet.title, rows }
    })
  }
  if (type !== 'bitable') return []
  const base = platform.bases.base(token)
  const view = { platform, app: callingApp(call), idType: 'open_id', base }
  return [...base.tables.values()].map(({ tableId, name, fields, rows }) => {
    const lines = [...rows.values()].map((row) =>
      fields.map((field) => wordsOf(cellAnswer(view, field, row), field.type)),
    )
    return { id: tableId, name, rows: [fields.map((field) => field.name), ...lines] }
  })
}

const dateTypes = [5, 1001, 1002]

/** What a cell of a base says. */
function wordsOf(value: unknown, type: number): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map((entry) => wordsOf(entry, type)).join(',')
  if (typeof value === 'number' && dateTypes.includes(type)) return new Date(value).toISOString().slice(0, 10)
  if (typeof value !== 'object') return String(value)
  const { text, name, link_record_ids } = value as Record<string, unknown>
  return String(text ?? name ?? link_record_ids ?? '')
}
