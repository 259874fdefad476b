import type { Actor } from '../tenant.ts'

/** A piece of a reply; people by user_id or, for bots, app_id. */
export type ReplyElement =
  | { type: 'text_run'; text: string }
  | { type: 'docs_link'; url: string }
  | { type: 'person'; actor: Actor }

export interface Reply {
  replyId: string
  creator: Actor
  createdAtMs: number
  updatedAtMs: number
  elements: readonly ReplyElement[]
}

/** A comment on a document as a whole; its first reply is what it says. */
export interface Comment {
  commentId: string
  creator: Actor
  createdAtMs: number
  updatedAtMs: number
  solved: { by: Actor; atMs: number } | undefined
  replies: Reply[]
}
