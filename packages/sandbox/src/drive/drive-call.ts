import { type ApiCall, callingActor, type Platform } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { type DriveFile, maxEntriesOfFolder } from './drive-files.ts'
import { type Level, may } from './permissions.ts'

/**
 * A file for a caller with the level; `type` is what the caller takes it for.
 *
 * @throws PlatformError 1061003, 1061007 for one in the trash, 1061004
 */
export function fileOf(
  platform: Platform,
  call: ApiCall,
  options: { token: string; level: Level; type?: string | undefined },
): DriveFile {
  const { token, level, type } = options
  const file = platform.drive.find(token)
  if (!file || (type !== undefined && file.type !== type)) throw new PlatformError(1061003, token)
  if (file.deletedAtMs !== undefined) throw new PlatformError(1061007, token)
  if (!may(platform, callingActor(call), file, level)) throw new PlatformError(1061004, token)
  return file
}

/**
 * The folder that something new comes into, the caller's root for an empty token.
 *
 * @throws PlatformError as `fileOf`, 1062507 for a full one
 */
export function folderForNew(platform: Platform, call: ApiCall, token: string): DriveFile {
  const { drive } = platform
  if (token === '') return drive.rootOf(callingActor(call))
  const folder = fileOf(platform, call, { token, level: 'edit', type: 'folder' })
  if (drive.childrenOf(folder).length >= maxEntriesOfFolder) throw new PlatformError(1062507)
  return folder
}
