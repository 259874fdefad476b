import { type ApiCall, callingActor, callingApp, type Platform, queryText, userById, userIdOf } from '../api-call.ts'
import type { DriveFile } from '../drive/drive-files.ts'
import { type Level, may } from '../drive/permissions.ts'
import { PlatformError } from '../platform-error.ts'
import { type Block, type BlockContent, contentKeys, type DocxDocument, elementsOf, isText } from './document.ts'

/** A document that a call works on. */
export interface DocxCall {
  file: DriveFile
  document: DocxDocument
}

/**
 * The document of the path, for a caller with the level.
 *
 * @throws PlatformError 1770002, 1770003 for one in the trash, 1770032; 1770021 and 1770001 for a document_revision_id
 *   that is not the present one
 */
export function docxCall(platform: Platform, call: ApiCall, level: Level): DocxCall {
  const file = platform.drive.find(call.params.document_id ?? '')
  if (!file?.document) throw new PlatformError(1770002)
  if (file.deletedAtMs !== undefined) throw new PlatformError(1770003)
  if (!may(platform, callingActor(call), file, level)) throw new PlatformError(1770032)
  const wanted = Number(queryText(call, 'document_revision_id') ?? -1)
  const { revision } = file.document
  if (wanted !== -1 && wanted !== revision) {
    throw new PlatformError(wanted < revision ? 1770021 : 1770001, `document_revision_id ${wanted} is not ${revision}`)
  }
  return { file, document: file.document }
}

/** @throws PlatformError 1770002 */
export function blockOf({ document }: DocxCall, blockId: string): Block {
  const block = document.blocks.get(blockId)
  if (block) return block
  throw new PlatformError(1770002, `block ${blockId}`)
}

/** A block as the API shows it. */
export function blockAnswer(platform: Platform, call: ApiCall, { file }: DocxCall, block: Block) {
  const { blockId, parentId, children, type, content } = block
  const page = type === 1 && { elements: [{ text_run: { content: platform.drive.nameOf(file) } }], style: { align: 1 } }
  return {
    block_id: blockId,
    parent_id: parentId,
    ...(children.length > 0 && { children }),
    block_type: type,
    [contentKeys[type] ?? 'undefined']: page || shown(platform, call, type, content),
  }
}

function shown(platform: Platform, call: ApiCall, type: number, content: BlockContent): BlockContent {
  const idType = queryText(call, 'user_id_type') ?? 'open_id'
  return withPeople(type, content, (userId) => userIdOf(platform.tenant, callingApp(call), userId, idType))
}

/**
 * Content as it is kept: people by user_id, whoever named them.
 *
 * @throws PlatformError of `userById` for somebody unknown
 */
export function kept(platform: Platform, call: ApiCall, type: number, content: BlockContent): BlockContent {
  const idType = queryText(call, 'user_id_type') ?? 'open_id'
  return withPeople(type, content, (id) => userById(platform.tenant, callingApp(call), id, idType).userId)
}

function withPeople(type: number, content: BlockContent, idOf: (id: string) => string): BlockContent {
  if (!isText(type) || !Array.isArray(content.elements)) return content
  const elements = elementsOf(content).map((element) => {
    const { mention_user } = element
    return mention_user ? { mention_user: { ...mention_user, user_id: idOf(String(mention_user.user_id)) } } : element
  })
  return { ...content, elements }
}
