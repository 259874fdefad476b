import { type ApiHandler, callingActor, type Platform, queryText } from '../api-call.ts'
import type { DriveFile } from '../drive/drive-files.ts'
import { maxEntriesOfFolder } from '../drive/drive-files.ts'
import { newFileIn } from '../drive/file-events.ts'
import { may } from '../drive/permissions.ts'
import { MissingPart, PlatformError } from '../platform-error.ts'
import type { Actor } from '../tenant.ts'
import { type Block, contentKeys, newDocument, walk } from './document.ts'
import { docxCall } from './docx-call.ts'
import { placeBlocks } from './loose-blocks.ts'
import { markdownBlocks } from './markdown.ts'
import { documentMarkdown } from './markdown-text.ts'
import { elementsText, plainText } from './plain-text.ts'

const maxContentLength = 10_485_760

/** docx v1 documents (docs: docx-v1 document create, get, raw_content, convert; docs-v1 get). */
export const documentHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/docx/v1/documents': (platform, call) => {
    const { title = '', folder_token = '' } = call.body as { title?: string; folder_token?: string }
    const folder = folderFor(platform, callingActor(call), folder_token)
    const token = platform.drive.newId('doxcn')
    const owner = callingActor(call)
    const document = newDocument(token)
    const file = newFileIn(platform, folder, { token, type: 'docx', name: title, owner, document })
    return { data: { document: documentAnswer(platform, file) }, fields: { document_id: token } }
  },
  'GET /open-apis/docx/v1/documents/:document_id': (platform, call) => {
    return { data: { document: documentAnswer(platform, docxCall(platform, call, 'view').file) } }
  },
  'GET /open-apis/docx/v1/documents/:document_id/raw_content': (platform, call) => {
    const { file, document } = docxCall(platform, call, 'view')
    const content = plainText(document, file.name, platform.tenant)
    if (content.length > maxContentLength) throw new PlatformError(1770033)
    return { data: { content } }
  },
  'POST /open-apis/docx/v1/documents/blocks/convert': (platform, call) => {
    const content = String(call.body.content)
    if (content.length > maxContentLength) throw new PlatformError(1770033)
    if (call.body.content_type === 'html') throw new MissingPart('The sandbox converts Markdown to blocks, not HTML.')
    const scratch = newDocument('')
    const loose = markdownBlocks(content)
    const first = placeBlocks(scratch, '', loose, () => platform.drive.newId('doxcn'))
    const images = first.flatMap((block_id, index) => {
      const image_url = loose[index]?.imageUrl
      return image_url === undefined ? [] : [{ block_id, image_url }]
    })
    const blocks = [...walk(scratch)].slice(1).map(looseAnswer)
    return { data: { first_level_block_ids: first, blocks, block_id_to_image_urls: images } }
  },
  'GET /open-apis/docs/v1/content': (platform, call) => {
    const file = platform.drive.find(queryText(call, 'doc_token') ?? '')
    if (!file?.document) throw new PlatformError(2889914)
    if (file.deletedAtMs !== undefined) throw new PlatformError(2889906)
    if (!may(platform, callingActor(call), file, 'view')) throw new PlatformError(2889902)
    const nameOf = (content: Block['content']) => elementsText(content, platform.tenant)
    return { data: { content: documentMarkdown(file.document, platform.drive.nameOf(file), nameOf) } }
  },
}

function documentAnswer(platform: Platform, file: DriveFile) {
  const display_setting = {
    show_authors: true,
    show_comment_count: false,
    show_create_time: true,
    show_like_count: false,
    show_pv: false,
    show_uv: false,
  }
  const title = platform.drive.nameOf(file)
  return { document_id: file.token, revision_id: file.document?.revision ?? 1, title, display_setting }
}

function looseAnswer({ blockId, parentId, children, type, content }: Block) {
  const head = { block_id: blockId, parent_id: parentId, ...(children.length > 0 && { children }), block_type: type }
  return { ...head, [contentKeys[type] ?? 'undefined']: content }
}

/**
 * The folder for something new, the caller's root by default.
 *
 * @throws PlatformError 1770039, 1770040, 1770037 for a full one
 */
function folderFor(platform: Platform, actor: Actor, token: string): DriveFile {
  if (token === '') return platform.drive.rootOf(actor)
  const folder = platform.drive.find(token)
  if (folder?.type !== 'folder' || folder.deletedAtMs !== undefined) throw new PlatformError(1770039, token)
  if (!may(platform, actor, folder, 'edit')) throw new PlatformError(1770040)
  if (platform.drive.childrenOf(folder).length >= maxEntriesOfFolder) throw new PlatformError(1770037)
  return folder
}
