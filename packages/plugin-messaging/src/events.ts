/** What `observe` tells about messages: ids and kinds, never text. */
export interface MessagingEvents {
  /** A message came in, whether or not a handler takes it. Told once for each message. */
  'messaging:received': {
    /** `cli_…` */
    readonly appId: string
    /** `om_…` */
    readonly messageId: string
    /** `oc_…` */
    readonly chatId: string
    readonly chatType: 'p2p' | 'group'
    /** `text`, `post`, `image` … */
    readonly messageType: string
    /** What it was taken for. */
    readonly kind: IncomingKind
  }
  /** A message went out. Told again when a repeated run of a handler gets the stored result of its call. */
  'messaging:sent': {
    readonly appId: string
    readonly messageId: string
    readonly chatId: string
    readonly messageType: 'text'
    /** The message that it answers, when it is a reply. */
    readonly repliedTo?: string | undefined
  }
}

/** What a message is taken for: `ignored` are messages of bots. */
export type IncomingKind = 'message' | 'command' | 'unknown_command' | 'ignored'
