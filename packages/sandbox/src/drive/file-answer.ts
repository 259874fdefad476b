import { type ApiCall, callingApp, type Platform, queryText, userIdOf } from '../api-call.ts'
import type { Actor, AppRecord, Tenant } from '../tenant.ts'
import type { DriveFile } from './drive-files.ts'

const paths = { folder: 'drive/folder', docx: 'docx', sheet: 'sheets', bitable: 'base', file: 'file', shortcut: 'file' }

/** Where a person opens the file. */
export function fileUrl({ type, token }: Pick<DriveFile, 'type' | 'token'>): string {
  return `https://larkspur.example/${paths[type]}/${token}`
}

/** An id of the given type; bots have an open_id alone. */
export function actorIdOf(tenant: Tenant, app: AppRecord, actor: Actor, idType: string): string {
  return actor.type === 'user' ? userIdOf(tenant, app, actor.id, idType) : tenant.openId(app.appId, actor)
}

/** A file as lists show it (docs: drive-v1 file list). */
export function fileAnswer(platform: Platform, call: ApiCall, file: DriveFile) {
  const target = file.target === undefined ? undefined : platform.drive.find(file.target)
  return {
    token: file.token,
    name: platform.drive.nameOf(file),
    type: file.type,
    parent_token: file.parentToken,
    url: fileUrl(target ?? file),
    ...(target && { shortcut_info: { target_type: target.type, target_token: target.token } }),
    created_time: seconds(file.createdAtMs),
    modified_time: seconds(file.modifiedAtMs),
    owner_id: actorIdOf(platform.tenant, callingApp(call), file.owner, queryText(call, 'user_id_type') ?? 'open_id'),
  }
}

/** Seconds since 1970 as text. */
export function seconds(atMs: number): string {
  return String(Math.floor(atMs / 1000))
}
