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
 * Pushes `drive.file.<what>_v1` to the apps that subscribed to the document (docs: drive-v1 event list). `about` tells
 * what the event says besides the document.
 */
function pushFileEvent(
  platform: Platform,
  file: DriveFile,
  what: string,
  about: (app: AppRecord, subscriber: Actor) => Record<string, unknown>,
  watched: DriveFile = file,
): string[] {
  const { tenant, subscriptions, pushes } = platform
  return [...subscriptions.of(watched.token)].map(([appId, subscriber]) => {
    const app = tenant.app(appId)
    const event = { file_type: file.type, file_token: file.token, ...about(app, subscriber) }
    const header = { resource_id: file.token, user_list: [actorIds(tenant, app, subscriber)] }
    return pushes.push(appId, `drive.file.${what}_v1`, event, header)
  })
}

/** Pushes `title_updated`, `trashed` or `deleted`. */
export function pushFileChange(
  platform: Platform,
  file: DriveFile,
  what: 'title_updated' | 'trashed' | 'deleted',
  operator: Actor,
): string[] {
  const { tenant } = platform
  return pushFileEvent(platform, file, what, (app) => ({ operator_id: actorIds(tenant, app, operator) }))
}

/** Writes down that somebody edited a document, and pushes `edit`. */
export function fileEdited(platform: Platform, file: DriveFile, operator: Actor): string[] {
  const { tenant, drive } = platform
  drive.touch(file, operator)
  return pushFileEvent(platform, file, 'edit', (app, subscriber) => ({
    operator_id_list: [actorIds(tenant, app, operator)],
    subscriber_id_list: [actorIds(tenant, app, subscriber)],
  }))
}

/** Pushes `permission_member_added` or `permission_member_removed` for people, bots and chats. */
export function pushMemberChange(
  platform: Platform,
  file: DriveFile,
  what: 'permission_member_added' | 'permission_member_removed',
  operator: Actor,
  members: { actors: readonly Actor[]; chatIds: readonly string[] },
): string[] {
  const { tenant } = platform
  return pushFileEvent(platform, file, what, (app) => ({
    operator_id: actorIds(tenant, app, operator),
    user_list: members.actors.map((actor) => actorIds(tenant, app, actor)),
    chat_list: members.chatIds,
  }))
}

/** Puts something new into a folder, and pushes `created_in_folder` to who subscribed to the folder. */
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
  pushFileEvent(platform, added, 'created_in_folder', about, folder)
  return added
}
