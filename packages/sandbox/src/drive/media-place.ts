import type { Platform } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { DriveFile } from './drive-files.ts'
import type { Media } from './media-store.ts'

/** Types of media that lie in no document. */
const free = ['ccm_import_open', 'moments', 'vc_virtual_background']

/**
 * The document that a medium lies in, if any: the node is a block of a docx, otherwise the document itself.
 *
 * @throws PlatformError 1061044 for a node that does not exist
 */
export function mediaDocument(
  { drive }: Platform,
  { parentType, parentNode }: Pick<Media, 'parentType' | 'parentNode'>,
): DriveFile | undefined {
  if (free.includes(parentType)) return undefined
  const found = parentType.startsWith('docx_')
    ? drive.all().find(({ document }) => document?.blocks.has(parentNode))
    : drive.find(parentNode)
  if (found) return found
  throw new PlatformError(1061044, parentNode)
}
