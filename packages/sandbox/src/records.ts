/** An app as tests and bots need it. */
export interface SandboxApp {
  /** `cli_` and 16 hex digits. */
  appId: string
  appSecret: string
  name: string
  /** The bot's open_id in its own eyes, `ou_…`. */
  botOpenId: string
  /** `header.token` of its events. */
  verificationToken: string
  /** How it gets events. */
  delivery: 'websocket' | 'webhook'
  /** How it gets callbacks. */
  callbackDelivery: 'websocket' | 'webhook'
}

/** A person of the company. */
export interface SandboxUser {
  /** The tenant's own id, such as `alice`. */
  userId: string
  /** `on_…`, the same for all apps. */
  unionId: string
  /** The open_id in the eyes of the first app, `ou_…`. */
  openId: string
  /** open_id by app id: each app calls the same person differently, as on the platform. */
  openIds: Readonly<Record<string, string>>
  name: string
  enName: string
  email: string
}

/** A chat: a group, or the direct chat of a user and a bot. */
export interface SandboxChat {
  /** `oc_…` */
  chatId: string
  type: 'p2p' | 'group'
  name: string
  userIds: readonly string[]
  appIds: readonly string[]
}

/** A message as it lies in a chat. */
export interface SandboxMessage {
  /** Grows with every message of the sandbox; for `afterSeq`. */
  seq: number
  /** `om_…` */
  messageId: string
  chatId: string
  /** `id` is a user_id or an app id. */
  sender: { type: 'user' | 'bot'; id: string; name: string }
  messageType: string
  /** JSON text as the platform gives it back, with mentions as `@_user_1`. */
  content: string
  /** The words of a text, post, card or system message, with names for mentions; empty for other types. */
  text: string
  mentions: readonly { key: string; type: 'user' | 'bot' | 'all'; id: string; name: string }[]
  parentId?: string
  rootId?: string
  threadId?: string
  /** Milliseconds of the platform's clock. */
  createTimeMs: number
  /** Edited, or its card replaced. */
  updated: boolean
  /** Recalled. */
  deleted: boolean
  reactions: readonly { emojiType: string; type: 'user' | 'bot'; id: string }[]
  /** JSON text of the card as it was sent; only for cards. */
  card?: string
}

/** Something in the company's cloud space. */
export interface SandboxDocument {
  /** As the platform names types of documents, and `workspace` for one of aPaaS. */
  type: 'bitable' | 'sheet' | 'docx' | 'file' | 'folder' | 'wiki' | 'workspace'
  /** What APIs call it by: `app_token`, `spreadsheet_token`, `workspace_id`, `document_id` or the token of the drive. */
  token: string
  name: string
}

/** One attempt to deliver an event. */
export interface SandboxPush {
  /** Milliseconds of the platform's clock. */
  atMs: number
  /** `pending`: sent, and its window is open. */
  outcome: 'pending' | 'acked' | 'not-connected' | 'timeout' | 'refused'
  /** From the push to its outcome, real milliseconds. */
  elapsedMs?: number
}

/** What became of one event for one app. */
export interface SandboxDelivery {
  eventId: string
  eventType: string
  appId: string
  /** Milliseconds of the platform's clock. */
  createTimeMs: number
  /** `pending`: sent and not yet acknowledged, or waiting for its next push. */
  state: 'pending' | 'acked' | 'given-up'
  /** Pushes so far, also those that found no link; at most 5. */
  attempts: number
  /** Acknowledgements with code 200 that arrived, late ones included. */
  acks: number
  /** Of these, the ones past the window, which count for nothing. */
  lateAcks: number
  /** Why each failed attempt failed, oldest first. */
  failures: readonly ('not-connected' | 'timeout' | 'refused')[]
  /** Each attempt, oldest first. */
  pushes: readonly SandboxPush[]
  /** When the next push is due, milliseconds of the platform's clock; absent when none waits. */
  nextPushAtMs?: number
}

/** A callback such as `card.action.trigger`: pushed once, to be answered within the window. */
export interface CallbackEntry {
  seq: number
  /** Milliseconds of the platform's clock. */
  atMs: number
  appId: string
  eventId: string
  eventType: string
  outcome: 'pending' | 'answered' | 'failed' | 'timeout' | 'not-connected'
  /** What the user's client shows when something went wrong, as in `CallbackResult`. */
  code?: number
  /** Until the answer, real milliseconds. */
  elapsedMs?: number
}

/** A long connection of an app. */
export interface SandboxLink {
  /** The `device_id` of its URL. */
  linkId: string
  appId: string
  state: 'open' | 'stalled'
  connectedAtMs: number
  pings: number
  /** Data frames written to the socket. */
  dataFrames: number
  acks: number
  /** Messages from the client that were no frame. */
  badFrames: number
  /** Frames that a stalled link swallowed. */
  swallowedFrames: number
}

/** One API call that changes what others see. */
export interface LedgerEntry {
  seq: number
  /** Milliseconds of the platform's clock. */
  atMs: number
  appId: string
  /** Such as `POST /open-apis/im/v1/messages`. */
  api: string
  uuid?: string
  /** Ids that say what was touched: receive_id, chat_id, message_id. */
  fields: Readonly<Record<string, string>>
  /** SHA-256 of the content, hex. */
  contentHash?: string
  /** True only when something new came into being. */
  accepted: boolean
  /** seq of the accepted entry that this call repeated (same uuid within the hour). */
  repeatOf?: number
  /** HTTP status and body code of the answer. */
  status: number
  code: number
  /** False when a fault took the answer away. */
  answered: boolean
}

/** One HTTP call to the platform. Bodies are not kept. */
export interface CallEntry {
  seq: number
  atMs: number
  method: string
  path: string
  /** The API's name with `:name` parameters; absent for unknown routes. */
  api?: string
  appId?: string
  /** Type prefix and three characters. */
  token?: string
  status: number
  code: number
  durationMs: number
  logId: string
  /** The fault that shaped the answer. */
  faultId?: string
}
