import type { Platform } from '../api-call.ts'
import type { DocumentEdit, DocumentShare } from '../control.ts'
import { appendMarkdown } from '../docx/loose-blocks.ts'
import type { Actor } from '../tenant.ts'
import { addComment } from './comment-writing.ts'
import type { DriveFile } from './drive-files.ts'
import { fileEdited, pushFileChange } from './file-events.ts'
import { addMember } from './permission-api.ts'
import { isSame, type Level, may } from './permissions.ts'

/** A person writes at the end of a docx, renames a document, or comments on it; apps that subscribed to it hear. */
export function editDocument(platform: Platform, options: DocumentEdit): { eventIds: string[] } {
  const { user, token, markdown, title, comment, mentions = [] } = options
  if (markdown === undefined && title === undefined && !comment) {
    throw new Error('editDocument needs markdown, a title or a comment.')
  }
  const changes = markdown !== undefined || title !== undefined
  const { actor, file } = personAndFile(platform, user, token, changes ? 'edit' : 'view')
  const eventIds: string[] = []
  if (title !== undefined) {
    if (file.type === 'sheet' || file.type === 'bitable') {
      throw new Error(`${token} is a ${file.type}; its name is changed by its own API.`)
    }
    file.name = title
    platform.drive.touch(file, actor)
    eventIds.push(...pushFileChange(platform, file, 'drive.file.title_updated_v1', actor))
  }
  if (markdown !== undefined) {
    if (!file.document) throw new Error(`${token} is a ${file.type}; only a docx takes Markdown.`)
    appendMarkdown(file.document, markdown, () => platform.drive.newId('doxcn'))
    file.document.revision += 1
    eventIds.push(...fileEdited(platform, file, actor))
  }
  if (comment) {
    const people = mentions.map((key) => ({ type: 'person', actor: mentioned(platform, key) }) as const)
    eventIds.push(...addComment(platform, file, actor, [{ type: 'text_run', text: comment }, ...people]).eventIds)
  }
  return { eventIds }
}

/** A person shares a document or a folder with a bot or with somebody else. */
export function shareDocument(platform: Platform, options: DocumentShare): { eventIds: string[] } {
  const { user, token, appId, withUser, perm = 'view' } = options
  if ((appId === undefined) === (withUser === undefined)) {
    throw new Error('shareDocument takes either appId or withUser.')
  }
  const { actor, file } = personAndFile(platform, user, token, perm)
  const whom: Actor =
    appId === undefined
      ? { type: 'user', id: platform.tenant.user(withUser ?? '').userId }
      : { type: 'bot', id: platform.tenant.app(appId).appId }
  return { eventIds: addMember(platform, file, { ...whom, perm, permType: 'container' }, actor) }
}

/** The owner puts a document or folder into the trash, or does away with it for good. */
export function deleteDocument(
  platform: Platform,
  options: { user: string; token: string; forever?: boolean },
): { eventIds: string[] } {
  const { user, token, forever = false } = options
  const { actor, file } = personAndFile(platform, user, token, 'view')
  if (!isSame(file.owner, actor)) throw new Error(`${user} does not own ${token}; ${file.owner.id} does.`)
  platform.drive.remove(file)
  return {
    eventIds: pushFileChange(platform, file, forever ? 'drive.file.deleted_v1' : 'drive.file.trashed_v1', actor),
  }
}

function mentioned({ tenant }: Platform, key: string): Actor {
  return tenant.apps.has(key) ? { type: 'bot', id: key } : { type: 'user', id: tenant.user(key).userId }
}

function personAndFile(
  platform: Platform,
  user: string,
  token: string,
  level: Level,
): { actor: Actor; file: DriveFile } {
  const actor = { type: 'user', id: platform.tenant.user(user).userId } as const
  const file = platform.drive.find(token)
  if (!file || file.deletedAtMs !== undefined) {
    throw new Error(`There is no document "${token}"; documents() tells what there is.`)
  }
  if (!may(platform, actor, file, level)) throw new Error(`${user} may not ${level} ${token}.`)
  return { actor, file }
}
