import type { MenuEntry } from '../app-options.ts'
import type { SandboxMessage } from '../records.ts'
import type { InspectorCall, InspectorCallback, InspectorEvent } from './inspector-records.ts'

/** A person as the page shows them. */
export interface PagePerson {
  /** The tenant's own id, such as `alice`. */
  userId: string
  /** Every id by which messages and cards may name this person. */
  ids: readonly string[]
  name: string
  enName: string
  jobTitle: string
  enJobTitle: string
  department: { name: string; enName: string }
}

/** A slash command that a bot declared. */
export interface PageCommand {
  /** Without the slash. */
  command: string
  description: string
  /** The description by language, such as `zh_cn`. */
  i18n: Readonly<Record<string, string>>
}

/** An app with its bot as the page shows it. */
export interface PageApp {
  appId: string
  /** Every id by which messages and cards may name this bot. */
  ids: readonly string[]
  name: string
  delivery: 'websocket' | 'webhook'
  /** Open long connections; 0 with `websocket` means that nobody receives what people say. */
  links: number
  /** Entries of the bot's menu, as far as they are known. */
  menu: readonly MenuEntry[]
  /** Slash commands that the bot declared. */
  commands: readonly PageCommand[]
}

/** A message in a conversation. */
export interface PageMessage extends SandboxMessage {
  /** Replies in the thread that this message opens; absent for others. */
  threadReplies?: number
  /** What it answers; absent when that was forgotten, or nothing is answered. */
  parent?: SandboxMessage
}

/** A chat in the list of a person. */
export interface PageChat {
  /** `oc_…` */
  chatId: string
  type: 'p2p' | 'group'
  /** Empty for direct chats, which are called as their bot. */
  name: string
  description: string
  userIds: readonly string[]
  appIds: readonly string[]
  ownerUserId?: string
  /** Replies open threads by themselves. */
  topicGroup: boolean
  lastMessage?: PageMessage
  /** Messages of others that this person has not read. */
  unread: number
  /** How far each member has read, by the message's seq. */
  readSeqs: Readonly<Record<string, number>>
}

/** What the page starts with. */
export interface PageStart {
  /** Another one means another sandbox: what the page knows is gone. */
  run: string
  company: string
  people: readonly PagePerson[]
  apps: readonly PageApp[]
}

/** A part of a conversation, oldest first. */
export interface PageMessages {
  messages: readonly PageMessage[]
  hasOlder: boolean
  hasNewer: boolean
}

/** One thing that the feed tells; each comes with the newest state, so that a page may miss those before. */
export type FeedItem =
  /** First of all, and after each loss: load again what is shown. */
  | { kind: 'sync'; run: string }
  | { kind: 'message'; message: PageMessage }
  /** `chat` is absent when the person is no longer in it. */
  | { kind: 'chat'; chatId: string; chat?: PageChat }
  | { kind: 'read'; chatId: string; userId: string; seq: number }
  | { kind: 'app'; app: PageApp }
  | { kind: 'people' }
  | { kind: 'event'; event: InspectorEvent }
  | { kind: 'callback'; callback: InspectorCallback }
  | { kind: 'call'; call: InspectorCall }

/** What the consent page asks a person. */
export interface PageConsent {
  appId: string
  appName: string
  scopes: readonly string[]
  /** Where the answer goes. */
  redirectUri: string
}
