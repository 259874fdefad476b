import { type ApiCall, callingActor, type Platform } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { DriveFile } from './drive-files.ts'
import { may } from './permissions.ts'

/**
 * The folder for a new base or spreadsheet: the caller's root for none.
 *
 * @throws PlatformError `missing` for a folder that is not there, `forbidden` for one that the caller may not write in
 */
export function tableFolder(
  platform: Platform,
  call: ApiCall,
  token: string,
  codes: { missing: number; forbidden: number },
): DriveFile {
  const actor = callingActor(call)
  if (token === '') return platform.drive.rootOf(actor)
  const folder = platform.drive.find(token)
  if (folder?.type !== 'folder' || folder.deletedAtMs !== undefined) throw new PlatformError(codes.missing, token)
  if (!may(platform, actor, folder, 'edit')) throw new PlatformError(codes.forbidden, token)
  return folder
}
