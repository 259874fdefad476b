import type { Platform } from '../api-call.ts'
import type { Actor } from '../tenant.ts'
import type { Comment, Reply, ReplyElement } from './comments.ts'
import type { DriveFile } from './drive-files.ts'
import { actorIds } from './file-events.ts'
import { isSame } from './permissions.ts'

/** Adds a comment; who wants to know of comments hears of it when it concerns them. */
export function addComment(
  platform: Platform,
  file: DriveFile,
  creator: Actor,
  elements: readonly ReplyElement[],
): { comment: Comment; eventIds: string[] } {
  const reply = newReply(platform, creator, elements)
  const { createdAtMs, updatedAtMs } = reply
  const commentId = platform.drive.newNumber()
  const comment: Comment = { commentId, creator, createdAtMs, updatedAtMs, solved: undefined, replies: [reply] }
  file.comments.push(comment)
  return { comment, eventIds: tell(platform, file, comment, reply, 'add_comment') }
}

export function addReply(
  platform: Platform,
  file: DriveFile,
  comment: Comment,
  creator: Actor,
  elements: readonly ReplyElement[],
): Reply {
  const reply = newReply(platform, creator, elements)
  comment.replies.push(reply)
  comment.updatedAtMs = reply.createdAtMs
  tell(platform, file, comment, reply, 'add_reply')
  return reply
}

function newReply({ drive, clock }: Platform, creator: Actor, elements: readonly ReplyElement[]): Reply {
  const now = clock.now()
  return { replyId: drive.newNumber(), creator, createdAtMs: now, updatedAtMs: now, elements }
}

/** Pushes `drive.notice.comment_add_v1` to owners, those who took part, and those who are mentioned. */
function tell(
  platform: Platform,
  file: DriveFile,
  { commentId, replies }: Comment,
  reply: Reply,
  notice_type: 'add_comment' | 'add_reply',
): string[] {
  const { tenant, pushes, commentNotices } = platform
  const concerned = [file.owner, ...replies.map(({ creator }) => creator)]
  return commentNotices.all().flatMap(({ appId, actor }) => {
    const app = tenant.app(appId)
    const is_mentioned = reply.elements.some((element) => element.type === 'person' && isSame(element.actor, actor))
    const concerns = is_mentioned || concerned.some((other) => isSame(other, actor))
    if (!concerns || isSame(actor, reply.creator)) return []
    const people = {
      from_user_id: actorIds(tenant, app, reply.creator),
      to_user_id: actorIds(tenant, app, actor),
    }
    const notice_meta = { file_type: file.type, file_token: file.token, ...people, notice_type }
    const event = { notice_meta, comment_id: commentId, reply_id: reply.replyId, is_mentioned }
    return [pushes.push(appId, 'drive.notice.comment_add_v1', event)]
  })
}
