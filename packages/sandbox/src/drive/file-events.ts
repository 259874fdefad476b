import type { Platform } from '../api-call.ts'
import type { Actor, AppRecord, Tenant } from '../tenant.ts'
import type { DriveFile } from './drive-files.ts'

/** A person or a bot in an event: all three kinds of id. */
export function actorIds(tenant: Tenant, app: AppRecord, actor: Actor) {
  const user = actor.type === 'user' ? tenant.users.get(actor.id) : undefined
  const open_id = tenant.openId(app.appId, actor)
  return { union_id: user?.unionId ?? tenant.botUnionId(actor.id), user_id: user?.userId ?? '', open_id }
}

/**
 * Pushes an event to the apps that subscribed to the document (docs: drive-v1 event list). `about` tells
 * what the event says besides the document.
 */
function pushFileEvent(
  platform: Platform,
  file: DriveFile,
  type: string,
  about: (app: AppRecord, subscriber: Actor) => Record<string, unknown>,
  watched: DriveFile = file,
): string[] {
  const { tenant, subscriptions, pushes } = platform
  return [...subscriptions.of(watched.token)].map(([appId, subscriber]) => {
    const app = tenant.app(appId)
    const event = { file_type: file.type, file_token: file.token, ...about(app, subscriber) }
    const header = { resource_id: file.token, user_list: [actorIds(tenant, app, subscriber)] }
    return pushes.push(appId, type, event, header)
  })
}

/** Pushes that a document got another title, or went. */
export function pushFileChange(
  platform: Platform,
  file: DriveFile,
  type: 'drive.file.title_updated_v1' | 'drive.file.trashed_v1' | 'drive.file.deleted_v1',
  operator: Actor,
): string[] {
  const { tenant } = platform
  return pushFileEvent(platform, file, type, (app) => ({ operator_id: actorIds(tenant, app, operator) }))
}

/** Writes down that somebody edited a document, and pushes `drive.file.edit_v1`. */
export function fileEdited(platform: Platform, file: DriveFile, operator: Actor): string[] {
  const { tenant, drive } = platform
  drive.touch(file, operator)
  return pushFileEvent(platform, file, 'drive.file.edit_v1', (app, subscriber) => ({
    operator_id_list: [actorIds(tenant, app, operator)],
    subscriber_id_list: [actorIds(tenant, app, subscriber)],
  }))
}

/** Pushes that people, bots or chats came to a document or went from it. */
export function pushMemberChange(
  platform: Platform,
  file: DriveFile,
  type: 'drive.file.permission_member_added_v1' | 'drive.file.permission_member_removed_v1',
  operator: Actor,
  members: { actors: readonly Actor[]; chatIds: readonly string[] },
): string[] {
  const { tenant } = platform
  return pushFileEvent(platform, file, type, (app) => ({
    operator_id: actorIds(tenant, app, operator),
    user_list: members.actors.map((actor) => actorIds(tenant, app, actor)),
    chat_list: members.chatIds,
  }))
}

/** Puts something new into a folder, and pushes that to who subscribed to the folder. */
export function newFileIn(
  platform: Platform,
  folder: DriveFile,
  file: Parameters<Platform['drive']['add']>[0],
): DriveFile {
  const { tenant, drive } = platform
  const added = drive.add({ ...file, parentToken: folder.token })
  const about = (app: AppRecord, subscriber: Actor) => ({
    folder_token: folder.token,
    operator_id: actorIds(tenant, app, added.owner),
    subscriber_ids: [actorIds(tenant, app, subscriber)],
  })
  pushFileEvent(platform, added, 'drive.file.created_in_folder_v1', about, folder)
  return added
}
