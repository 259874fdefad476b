import { type ApiHandler, callingActor, callingApp, page, queryText } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { commentAnswer, commentedFile, commentOf, givenElements, ownReply, replyAnswer } from './comment-call.ts'
import { addComment, addReply } from './comment-writing.ts'

const comments = '/open-apis/drive/v1/files/:file_token/comments'
const subscription = '/open-apis/drive/v1/user'

/** drive v1 comments on whole documents, and notices of them (docs: CommentAPI, drive-v1 event user). */
export const commentHandlers: Readonly<Record<string, ApiHandler>> = {
  [`GET ${comments}`]: (platform, call) => {
    const solved = queryText(call, 'is_solved')
    const found = commentedFile(platform, call).comments.filter((comment) => {
      return solved === undefined || (solved === 'true') === (comment.solved !== undefined)
    })
    const { items, ...rest } = page(call, found, 1069302, 50)
    return { data: { ...rest, items: items.map((comment) => commentAnswer(platform, call, comment)) } }
  },
  [`POST ${comments}`]: (platform, call) => {
    const file = commentedFile(platform, call)
    const { replies = [] } = (call.body.reply_list ?? {}) as { replies?: { content?: unknown }[] }
    if (replies.length !== 1) throw new PlatformError(1069302, 'a comment begins with one reply')
    const elements = givenElements(platform, call, replies[0]?.content)
    const { comment } = addComment(platform, file, callingActor(call), elements)
    const data = commentAnswer(platform, call, comment)
    return { data, fields: { ...call.params, comment_id: comment.commentId } }
  },
  [`POST ${comments}/batch_query`]: (platform, call) => {
    const file = commentedFile(platform, call)
    const ids = call.body.comment_ids as string[]
    const found = file.comments.filter(({ commentId }) => ids.includes(commentId))
    return { data: { items: found.map((comment) => commentAnswer(platform, call, comment)) } }
  },
  [`GET ${comments}/:comment_id`]: (platform, call) => {
    const comment = commentOf(commentedFile(platform, call), call.params.comment_id)
    return { data: commentAnswer(platform, call, comment) }
  },
  [`PATCH ${comments}/:comment_id`]: (platform, call) => {
    const comment = commentOf(commentedFile(platform, call), call.params.comment_id)
    const atMs = platform.clock.now()
    comment.solved = call.body.is_solved === true ? { by: callingActor(call), atMs } : undefined
    return { fields: { ...call.params } }
  },
  [`GET ${comments}/:comment_id/replies`]: (platform, call) => {
    const { replies } = commentOf(commentedFile(platform, call), call.params.comment_id)
    const { items, ...rest } = page(call, replies, 1069302, 50)
    return { data: { ...rest, items: items.map((reply) => replyAnswer(platform, call, reply)) } }
  },
  [`POST ${comments}/:comment_id/replies`]: (platform, call) => {
    const file = commentedFile(platform, call)
    const comment = commentOf(file, call.params.comment_id)
    const elements = givenElements(platform, call, call.body.content)
    const reply = addReply(platform, file, comment, callingActor(call), elements)
    return { data: replyAnswer(platform, call, reply), fields: { ...call.params, reply_id: reply.replyId } }
  },
  [`PUT ${comments}/:comment_id/replies/:reply_id`]: (platform, call) => {
    const reply = ownReply(call, commentOf(commentedFile(platform, call), call.params.comment_id))
    reply.elements = givenElements(platform, call, call.body.content)
    reply.updatedAtMs = platform.clock.now()
    return { fields: { ...call.params } }
  },
  [`DELETE ${comments}/:comment_id/replies/:reply_id`]: (platform, call) => {
    const file = commentedFile(platform, call)
    const comment = commentOf(file, call.params.comment_id)
    const reply = ownReply(call, comment)
    comment.replies = comment.replies.filter((other) => other !== reply)
    // Without any reply nothing is left of a comment.
    if (comment.replies.length === 0) file.comments = file.comments.filter((other) => other !== comment)
    return { fields: { ...call.params } }
  },
  [`POST ${subscription}/subscription`]: (platform, call) => {
    platform.commentNotices.add(callingApp(call).appId, callingActor(call))
    return {}
  },
  [`GET ${subscription}/subscription_status`]: (platform, call) => {
    // Documented as a text of that name, without saying which.
    return { data: { data: String(platform.commentNotices.has(callingApp(call).appId, callingActor(call))) } }
  },
  [`DELETE ${subscription}/remove_subscription`]: (platform, call) => {
    platform.commentNotices.remove(callingApp(call).appId, callingActor(call))
    return {}
  },
}
