import type { Platform } from '../api-call.ts'
import { type DocxDocument, newDocument, walk } from '../docx/document.ts'
import { PlatformError } from '../platform-error.ts'
import type { Actor } from '../tenant.ts'
import type { DriveFile } from './drive-files.ts'

/** What a new file is made of. */
type NewFile = Parameters<Platform['drive']['add']>[0]

/** Makes a copy of what a file holds; `place` puts it where it belongs. */
export function copyFile(
  platform: Platform,
  file: DriveFile,
  to: { name: string; owner: Actor; folderToken: string; place: (made: NewFile) => DriveFile },
): DriveFile {
  const { name, owner, folderToken } = to
  const { drive, bases, spreadsheets } = platform
  const placed = (token: string, document?: DocxDocument) => {
    return to.place({ token, type: file.type, name, owner, document })
  }
  if (file.document) {
    const document = copyDocument(file.document, () => drive.newId('doxcn'))
    return placed(document.documentId, document)
  }
  if (file.type === 'bitable') {
    const { timeZone, tables } = bases.base(file.token)
    const copy = bases.addBase({ name, timeZone, tables: structuredClone(tables), folderToken })
    return placed(copy.appToken)
  }
  if (file.type === 'sheet') {
    const { sheets } = spreadsheets.spreadsheet(file.token, 1_310_000)
    const copy = spreadsheets.add({ title: name, folderToken, owner })
    copy.sheets = structuredClone(sheets)
    return placed(copy.token)
  }
  const media = platform.media.find(file.token)
  if (!media) throw new PlatformError(1061003, file.token)
  const { token, ...content } = media
  return placed(platform.media.add({ ...content, name, parentNode: folderToken, uploader: owner }).token)
}

/** The same blocks under new ids. */
function copyDocument(source: DocxDocument, newId: () => string): DocxDocument {
  const blocks = [...walk(source)]
  const ids = new Map(blocks.map(({ blockId }) => [blockId, newId()]))
  const idOf = (id: string) => ids.get(id) ?? ''
  const copy = newDocument(idOf(source.documentId))
  for (const { blockId, parentId, children, type, content } of blocks) {
    const cells = content.cells ? { cells: children.map(idOf) } : {}
    const id = idOf(blockId)
    const block = { blockId: id, parentId: idOf(parentId), children: children.map(idOf), type }
    copy.blocks.set(id, { ...block, content: { ...structuredClone(content), ...cells } })
  }
  return copy
}
