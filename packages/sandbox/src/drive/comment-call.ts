import { type ApiCall, callingActor, callingApp, type Platform, queryText, userById } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { Actor } from '../tenant.ts'
import type { Comment, Reply, ReplyElement } from './comments.ts'
import type { DriveFile } from './drive-files.ts'
import { actorIdOf } from './file-answer.ts'
import { type Level, may } from './permissions.ts'

const maxReplyLength = 10_000

/** Elements as calls name them (docs: CommentAPI create). */
interface GivenElement {
  type?: string
  text_run?: { text?: unknown }
  docs_link?: { url?: unknown }
  person?: { user_id?: unknown }
}

/** @throws PlatformError 1069307, 1069304 for a document in the trash, 1069303 for who may not comment */
export function commentedFile(platform: Platform, call: ApiCall): DriveFile {
  const file = platform.drive.find(call.params.file_token ?? '')
  if (!file || file.type !== queryText(call, 'file_type')) throw new PlatformError(1069307)
  if (file.deletedAtMs !== undefined) throw new PlatformError(1069304)
  const needed = file.publicSettings.comment_entity.replace('anyone_can_', '') as Level
  if (!may(platform, callingActor(call), file, needed)) throw new PlatformError(1069303)
  return file
}

/** @throws PlatformError 1069307 */
export function commentOf(file: DriveFile, commentId = ''): Comment {
  const comment = file.comments.find((known) => known.commentId === commentId)
  if (comment) return comment
  throw new PlatformError(1069307, `comment ${commentId}`)
}

/** @throws PlatformError 1069307, 1069303 for another's reply */
export function ownReply(call: ApiCall, { replies }: Comment): Reply {
  const reply = replies.find(({ replyId }) => replyId === call.params.reply_id)
  if (!reply) throw new PlatformError(1069307, `reply ${call.params.reply_id}`)
  const { type, id } = callingActor(call)
  if (reply.creator.type !== type || reply.creator.id !== id) throw new PlatformError(1069303)
  return reply
}

/** @throws PlatformError 1069302 for an element without its content, and for a text that is too long */
export function givenElements(platform: Platform, call: ApiCall, content: unknown): ReplyElement[] {
  const { elements } = (content ?? {}) as { elements?: unknown }
  if (!Array.isArray(elements) || elements.length === 0)
    throw new PlatformError(1069302, 'elements is empty or no list')
  return elements.map((element: GivenElement | null): ReplyElement => {
    const { type = '', text_run, docs_link, person } = element ?? {}
    if (type === 'text_run' && isText(text_run?.text) && text_run.text.length <= maxReplyLength) {
      return { type, text: text_run.text }
    }
    if (type === 'docs_link' && isText(docs_link?.url)) return { type, url: docs_link.url }
    if (type === 'person' && isText(person?.user_id)) return { type, actor: personOf(platform, call, person.user_id) }
    throw new PlatformError(1069302, `an element of type ${type}`)
  })
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function personOf(platform: Platform, call: ApiCall, id: string): Actor {
  const idType = queryText(call, 'user_id_type') ?? 'open_id'
  const known = idType === 'open_id' ? platform.tenant.actorByOpenId(id) : undefined
  if (known?.actor.type === 'bot') return known.actor
  return { type: 'user', id: userById(platform.tenant, callingApp(call), id, idType).userId }
}

export function commentAnswer(platform: Platform, call: ApiCall, comment: Comment) {
  const { commentId, creator, createdAtMs, updatedAtMs, solved, replies } = comment
  return {
    comment_id: commentId,
    user_id: idOf(platform, call, creator),
    create_time: Math.floor(createdAtMs / 1000),
    update_time: Math.floor(updatedAtMs / 1000),
    is_solved: solved !== undefined,
    ...(solved && { solved_time: Math.floor(solved.atMs / 1000), solver_user_id: idOf(platform, call, solved.by) }),
    has_more: false,
    is_whole: true,
    quote: '',
    reply_list: { replies: replies.map((reply) => replyAnswer(platform, call, reply)) },
  }
}

export function replyAnswer(platform: Platform, call: ApiCall, reply: Reply) {
  const elements = reply.elements.map((element) => {
    const { type } = element
    if (type === 'text_run') return { type, text_run: { text: element.text } }
    if (type === 'docs_link') return { type, docs_link: { url: element.url } }
    return { type, person: { user_id: idOf(platform, call, element.actor) } }
  })
  return {
    content: { elements },
    reply_id: reply.replyId,
    user_id: idOf(platform, call, reply.creator),
    create_time: Math.floor(reply.createdAtMs / 1000),
    update_time: Math.floor(reply.updatedAtMs / 1000),
    extra: { image_list: [] },
  }
}

function idOf({ tenant }: Platform, call: ApiCall, actor: Actor): string {
  return actorIdOf(tenant, callingApp(call), actor, queryText(call, 'user_id_type') ?? 'open_id')
}
