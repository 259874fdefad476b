/** What a user says. */
export interface SayOptions {
  /** user_id, open_id, union_id, e-mail or name. */
  user: string
  /** A chat id, or an app for the direct chat with its bot. Default: the direct chat with the first app. */
  to?: string | { appId: string }
  /** Text; `@Name` of each mention becomes a placeholder, and is put in front when it is missing. */
  text?: string
  /** open_ids, user_ids or app ids, or everybody. */
  mentions?: readonly string[] | 'all'
  /** Message id that this one answers. */
  replyTo?: string
  /** The reply opens or continues a thread. Default: only where there is one already, and in topic groups. */
  inThread?: boolean
  /** With `content`, for other types than text. Default `text`. */
  messageType?: string
  /** The content as users' messages carry it, object or JSON text. */
  content?: string | Record<string, unknown>
}

/** What a user makes of an own text or rich text; the fields are those of `SayOptions`. */
export interface EditOptions extends Pick<SayOptions, 'user' | 'text' | 'mentions' | 'messageType' | 'content'> {
  messageId: string
}

/** What came of a user's message. */
export interface SayResult {
  messageId: string
  chatId: string
  seq: number
  /** The receive events that it caused, one for each app that may see it. */
  eventIds: readonly string[]
}
