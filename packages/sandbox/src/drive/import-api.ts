import { type ApiCall, type ApiHandler, callingActor, type Platform } from '../api-call.ts'
import { fieldOf } from '../bitable/field-api.ts'
import { newDocument } from '../docx/document.ts'
import { appendMarkdown } from '../docx/loose-blocks.ts'
import { MissingPart, PlatformError } from '../platform-error.ts'
import type { Actor } from '../tenant.ts'
import { csvRows } from './csv.ts'
import type { DriveFile } from './drive-files.ts'
import type { TaskOutcome } from './drive-tasks.ts'
import { fileUrl } from './file-answer.ts'
import { newFileIn } from './file-events.ts'
import type { Media } from './media-store.ts'
import { isSame, may } from './permissions.ts'

const lifetimeMs = 5 * 60_000
/** What the platform imports as what (docs: drive-v1 import_task import-user-guide). */
const extensions: Readonly<Record<string, readonly string[]>> = {
  docx: ['docx', 'doc', 'txt', 'md', 'mark', 'markdown', 'html'],
  sheet: ['xlsx', 'xls', 'csv'],
  bitable: ['xlsx', 'csv'],
}
const isNumber = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?$/
const readable = ['txt', 'md', 'mark', 'markdown', 'csv']

/** drive v1 imports (docs: drive-v1 import_task). */
export const importHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/drive/v1/import_tasks': (platform, call) => {
    const { file_token, type, file_extension } = call.body as Record<string, string>
    const { mount_key } = call.body.point as { mount_key?: string }
    const owner = callingActor(call)
    const extension = (file_extension ?? '').toLowerCase()
    const media = importedMedia(platform, owner, file_token ?? '')
    if (!extensions[type ?? '']?.includes(extension)) throw new PlatformError(1069911, `${extension} as ${type}`)
    if (!media.name.toLowerCase().endsWith(`.${extension}`)) throw new PlatformError(1069910, media.name)
    const folder = folderOf(platform, owner, mount_key ?? '')
    if (!readable.includes(extension)) {
      throw new MissingPart(`The sandbox imports ${readable.join(', ')}; ${extension} it does not read.`)
    }
    const name = String(call.body.file_name || media.name.slice(0, -extension.length - 1))
    const task = platform.tasks.start({ kind: 'import', asked: { type }, owner }, (): TaskOutcome => {
      if (folder.deletedAtMs !== undefined) return { status: 117, message: 'the folder was deleted' }
      const { token } = imported(platform, call, { media, type: type ?? '', name, folder })
      return { status: 0, message: 'success', token }
    })
    return { data: { ticket: task.ticket }, fields: { file_token: media.token, ticket: task.ticket } }
  },
  'GET /open-apis/drive/v1/import_tasks/:ticket': (platform, call) => {
    const { ticket = '' } = call.params
    const task = platform.tasks.find(ticket, 'import')
    if (!task) throw new PlatformError(1069904, ticket)
    if (!isSame(task.owner, callingActor(call))) throw new PlatformError(1069902)
    const type = task.asked.type as DriveFile['type']
    const { token, status = 2, message = '' } = task.outcome ?? {}
    const found = token === undefined ? {} : { token, url: fileUrl({ type, token }), extra: [] }
    return { data: { result: { ticket, type, job_status: status, job_error_msg: message, ...found } } }
  },
}

/** @throws PlatformError 1069907, 1069902 for another's upload, 1069913 after 5 minutes */
function importedMedia(platform: Platform, owner: Actor, token: string): Media {
  const media = platform.media.find(token)
  if (!media) throw new PlatformError(1069907, token)
  if (media.parentType !== 'ccm_import_open') throw new PlatformError(1069914, 'not uploaded as ccm_import_open')
  if (!isSame(media.uploader, owner)) throw new PlatformError(1069902)
  if (platform.clock.now() - media.createdAtMs > lifetimeMs) throw new PlatformError(1069913)
  return media
}

/** @throws PlatformError 1069912, 1069908 */
function folderOf(platform: Platform, actor: Actor, token: string): DriveFile {
  if (token === '') return platform.drive.rootOf(actor)
  const folder = platform.drive.find(token)
  if (folder?.type !== 'folder' || folder.deletedAtMs !== undefined) throw new PlatformError(1069912, token)
  if (!may(platform, actor, folder, 'edit')) throw new PlatformError(1069908)
  return folder
}

function imported(
  platform: Platform,
  call: ApiCall,
  { media, type, name, folder }: { media: Media; type: string; name: string; folder: DriveFile },
): DriveFile {
  const { drive, spreadsheets, bases } = platform
  const owner = callingActor(call)
  const text = Buffer.from(media.bytes).toString()
  if (type === 'docx') {
    const document = newDocument(drive.newId('doxcn'))
    appendMarkdown(document, text, () => drive.newId('doxcn'))
    return newFileIn(platform, folder, { token: document.documentId, type, name, owner, document })
  }
  const [heads = [], ...rows] = csvRows(text)
  if (type === 'sheet') {
    const spreadsheet = spreadsheets.add({ title: name, folderToken: folder.token, owner })
    const [sheet] = spreadsheet.sheets
    if (sheet) {
      sheet.cells = [heads, ...rows].map((row) =>
        row.map((cell) => (isNumber.test(cell) ? Number(cell) : cell || undefined)),
      )
      sheet.rowCount = Math.max(sheet.rowCount, sheet.cells.length)
      sheet.columnCount = Math.max(sheet.columnCount, ...sheet.cells.map((row) => row?.length ?? 0))
    }
    return newFileIn(platform, folder, { token: spreadsheet.token, type, name, owner })
  }
  const base = bases.addBase({ name, folderToken: folder.token })
  const names = heads.map((head, index) => (head === '' || heads.indexOf(head) < index ? `${head} ${index + 1}` : head))
  const table = bases.addTable(base, { name: '数据表', fields: names.map((head) => fieldOf(head.trim(), 1)) })
  bases.addView(table, '表格')
  for (const cells of rows) {
    const row = bases.addRow(table, owner)
    for (const [index, field] of table.fields.entries()) if (cells[index]) row.cells.set(field.fieldId, cells[index])
  }
  return newFileIn(platform, folder, { token: base.appToken, type: 'bitable', name, owner })
}
