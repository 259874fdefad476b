import type { AilyAnswerOptions } from './aily/answers.ts'
import type { AddAppOptions, DeliveryOptions } from './app-options.ts'
import type { BotMembership } from './im/bot-actions.ts'
import type { ClickOptions } from './im/card-use.ts'
import type { MembersChange } from './im/group-actions.ts'
import type { EditOptions, SayOptions, SayResult } from './im/say-options.ts'
import type {
  CallEntry,
  LedgerEntry,
  SandboxApp,
  SandboxChat,
  SandboxDelivery,
  SandboxDocument,
  SandboxLink,
  SandboxMessage,
  SandboxPush,
  SandboxUser,
} from './records.ts'
import type { SandboxSettings, SandboxSettingsChange } from './settings.ts'

export type {
  AddAppOptions,
  CallEntry,
  ClickOptions,
  DeliveryOptions,
  EditOptions,
  LedgerEntry,
  SandboxApp,
  SandboxChat,
  SandboxDelivery,
  SandboxDocument,
  SandboxLink,
  SandboxMessage,
  SandboxPush,
  SandboxSettings,
  SandboxSettingsChange,
  SandboxUser,
  SayOptions,
  SayResult,
}

/** A fault on API calls or on endpoint discovery. */
export interface FaultSpec {
  /** Such as `POST /open-apis/im/v1/messages` or `POST /callback/ws/endpoint`; absent: every call. */
  api?: string
  appId?: string
  /** How often it happens; absent: until cleared. */
  times?: number
  /** HTTP status of the answer; the effect does not happen. Default: what is documented for `code`, else 400. */
  status?: number
  /** Code of the answer's body; the effect does not happen. 99991400 alone is HTTP 429 with both rate limit headers. */
  code?: number
  msg?: string
  headers?: Record<string, string>
  /** The whole body instead of code and msg: text as it is, anything else as JSON. */
  body?: unknown
  /** Waits before the call runs, real milliseconds. */
  delayMs?: number
  /**
   * Destroys the socket before the effect, after it (the effect happened, the answer is lost), or `midway`: the effect
   * happened, and half of the answer arrives.
   */
  drop?: 'before' | 'after' | 'midway'
}

/** A fault as it was added, and what came of it. */
export interface FaultCount extends FaultSpec {
  faultId: string
  /** How often it really happened. */
  happened: number
  /** False when it has happened as often as it should, or was cleared. */
  armed: boolean
}

/** What may change about a person. */
export interface UserChange {
  name?: string
  /** Default: the name. */
  enName?: string
  email?: string
  /** With prefix, such as `+8613800000001`. */
  mobile?: string
  jobTitle?: string
  /** The tenant's own id, such as `rd`; default `0`, the company. */
  departmentId?: string
  leader?: string
}

/** A user's decision on the consent page of OAuth. */
export interface AuthorizeOptions {
  user: string
  /** The whole address that the bot sends the user to, on any host. */
  url: string
  /** Default `allow`. */
  decision?: 'allow' | 'deny'
}

/** An event that is pushed as it is given. */
export interface PushEventOptions {
  appId: string
  eventType: string
  event: Record<string, unknown>
  /** Overrides header fields, such as event_id. */
  header?: Record<string, unknown>
  /** This many events with ids of their own, at most 100,000. Default 1. */
  count?: number
}

/** How a callback such as `card.action.trigger` ended; the client has `ackWindowMs` for its answer. */
export interface CallbackResult {
  outcome: 'answered' | 'failed' | 'timeout' | 'not-connected'
  /**
   * What the user's client shows when something went wrong: 200340 no link, 200341 no answer in time, 200342 no connection,
   * 200343 unknown host, 200671 refused, 200672 malformed, 200673 and 200830 a card that cannot take the place.
   */
  code?: number
  /** What the client answered, decoded from base64 JSON; absent when it answered nothing. */
  response?: unknown
  elapsedMs: number
}

/** A load of receive events. */
export interface FloodOptions {
  /** Default: the first app. */
  appId?: string
  /** Events in all. */
  count: number
  /** Closed loop: this many unacknowledged at a time. Default 64. */
  inFlight?: number
  /** Open loop: events a second, whatever is unacknowledged. */
  rate?: number
  /** Chats that the messages are spread over. Default 16. */
  chats?: number
  /** Bytes of text in each message. Default 64. */
  bytes?: number
}

/** What a flood measured. */
export interface FloodResult {
  /** Acknowledged events. */
  events: number
  /** Events whose acknowledgement did not come within the window or was refused. */
  unacknowledged: number
  elapsedMs: number
  eventsPerSecond: number
  /** From write to acknowledgement, in milliseconds. */
  ackMs: { p50: number; p99: number; max: number }
}

/** What a person does to a document. */
export interface DocumentEdit {
  user: string
  /** `document_id` or another token of the drive, as `documents()` tells it. */
  token: string
  /** Comes to the end of a docx. */
  markdown?: string
  /** Of a docx, file or folder. */
  title?: string
  /** Becomes a comment on the document as a whole. */
  comment?: string
  /** Who is mentioned at the end of the comment: people, and bots by app id. */
  mentions?: readonly string[]
}

/** Sharing with either a bot or another person. */
export interface DocumentShare {
  user: string
  token: string
  appId?: string
  withUser?: string
  /** Default `view`. */
  perm?: 'view' | 'edit' | 'full_access'
}

/**
 * The verbs that drive a sandbox, the same in its own process (`startSandbox`) and over HTTP (`connectSandbox`).
 * Wrong arguments reject with a sentence that says what there is.
 */
export interface SandboxControl {
  /** Base URL, to be used as the SDK's domain. */
  readonly url: string
  readonly apps: readonly SandboxApp[]
  readonly users: readonly SandboxUser[]
  addApp(options?: AddAppOptions): Promise<SandboxApp>
  /** Changes how an app gets events and callbacks; rejects, and changes nothing, when the request URL fails its challenge. */
  setDelivery(options: DeliveryOptions): Promise<SandboxApp>
  /** Somebody joins the company. */
  createUser(options: UserChange & { userId: string; name: string }): Promise<{ eventIds: string[] }>
  updateUser(options: UserChange & { user: string }): Promise<{ eventIds: string[] }>
  /** Somebody leaves the company and its groups. */
  deleteUser(options: { user: string }): Promise<{ eventIds: string[] }>
  /** All chats of the sandbox. */
  chats(): Promise<SandboxChat[]>
  createChat(options: { name: string; users: readonly string[]; apps: readonly string[] }): Promise<SandboxChat>
  /** A user sends a message; resolves when it lies in the chat and its events are on their way. */
  say(options: SayOptions): Promise<SayResult>
  /** Makes an image or a file that users can say with its key; `data` is base64. */
  upload(options: { kind: 'image' | 'file'; data: string; fileName?: string }): Promise<{ key: string }>
  /** What lies behind a key, whoever uploaded it; `data` is base64. */
  download(options: { key: string }): Promise<{ kind: 'image' | 'file'; fileName: string; data: string }>
  /** A user recalls an own message. */
  recall(options: { user: string; messageId: string }): Promise<{ eventIds: string[] }>
  /** A user edits an own text or rich text, up to 20 times; apps are told nothing. */
  edit(options: EditOptions): Promise<void>
  /** A user puts a reaction such as `THUMBSUP` on a message. */
  react(options: { user: string; messageId: string; emojiType: string }): Promise<{
    reactionId: string
    eventIds: string[]
  }>
  /** A user takes a reaction away. */
  unreact(options: { user: string; messageId: string; emojiType: string }): Promise<{ eventIds: string[] }>
  /** A user reads all messages of a chat. */
  read(options: { user: string; chatId: string }): Promise<{ eventIds: string[] }>
  /** A user uses an element of a card; what the bot answers is judged, and its card replaces the clicked one. */
  clickCard(options: ClickOptions): Promise<CallbackResult>
  /** A member puts a bot into a group. */
  addBot(options: BotMembership): Promise<{ eventIds: string[] }>
  /** A member takes a bot out of a group. */
  removeBot(options: BotMembership): Promise<{ eventIds: string[] }>
  /** A member brings people into a group. */
  addMembers(options: MembersChange): Promise<{ eventIds: string[] }>
  /** The owner takes people out of a group, or a member leaves. */
  removeMembers(options: MembersChange): Promise<{ eventIds: string[] }>
  /** A member undoes that people were brought into a group. */
  withdrawMembers(options: MembersChange): Promise<{ eventIds: string[] }>
  renameChat(options: { user: string; chatId: string; name: string }): Promise<{ eventIds: string[] }>
  /** The owner ends a group, which stays known with nobody in it. */
  disbandChat(options: { user: string; chatId: string }): Promise<{ eventIds: string[] }>
  /** A user opens an entry of a bot's menu. */
  openMenu(options: { user: string; appId: string; eventKey: string }): Promise<{ eventIds: string[] }>
  /** A user writes at the end of a docx, renames it, or comments on it. */
  editDocument(options: DocumentEdit): Promise<{ eventIds: string[] }>
  /** A user shares a document or folder with a bot or another user. */
  shareDocument(options: DocumentShare): Promise<{ eventIds: string[] }>
  /** The owner puts a document or folder into the trash, or does away with it for good. */
  deleteDocument(options: { user: string; token: string; forever?: boolean }): Promise<{ eventIds: string[] }>
  /** Scripts what Aily answers from now on; the latest script that fits counts. */
  answerAily(options: AilyAnswerOptions): Promise<void>
  /** What lies in the company's cloud space, oldest first. */
  documents(): Promise<SandboxDocument[]>
  /** Messages of a chat, oldest first; with `user` cards as this person sees them. */
  messages(options: { chatId: string; afterSeq?: number; user?: string }): Promise<SandboxMessage[]>
  /** The oldest message that fits, also one that is there already; rejects after `timeoutMs` (default 5000, real). */
  waitForMessage(options?: {
    chatId?: string
    afterSeq?: number
    sender?: 'user' | 'bot'
    timeoutMs?: number
  }): Promise<SandboxMessage>
  /** Pushes any event as it is. */
  pushEvent(options: PushEventOptions): Promise<{ eventIds: string[] }>
  /** Pushes a callback such as `card.action.trigger` once and waits for its answer. */
  pushCallback(options: {
    appId: string
    eventType: string
    event: Record<string, unknown>
    header?: Record<string, unknown>
  }): Promise<CallbackResult>
  /** Writes raw bytes as one WebSocket message to all links of the app. */
  pushRaw(options: { appId: string; data: string; encoding?: 'base64' | 'text' }): Promise<{ links: number }>
  /** Writes `count` (default 100) messages that are no valid frames to links: bytes, text, cut and senseless frames. */
  pushGarbage(options?: { appId?: string; linkId?: string; count?: number }): Promise<{ links: number }>
  deliveries(filter?: {
    appId?: string
    eventId?: string
    state?: SandboxDelivery['state']
  }): Promise<SandboxDelivery[]>
  /** Resolves when no delivery is pending; rejects after `timeoutMs` (default 5000, real). */
  waitForDeliveries(options?: { appId?: string; timeoutMs?: number }): Promise<{ acked: number; givenUp: number }>
  /** Starts all waiting re-pushes now. */
  repushNow(): Promise<{ count: number }>
  links(filter?: { appId?: string }): Promise<SandboxLink[]>
  /** Resolves when exactly this many links (default 1) are open, stalled ones aside; rejects after `timeoutMs` (default 5000, real). */
  waitForLinks(options?: { appId?: string; count?: number; timeoutMs?: number }): Promise<SandboxLink[]>
  /** Ends links: `close` = Close frame and TCP end (default), `end` = TCP end alone, `reset` = TCP reset. */
  dropLinks(options?: { appId?: string; linkId?: string; how?: 'close' | 'end' | 'reset'; code?: number }): Promise<{
    count: number
  }>
  /** Makes links half-open: nothing is read or written, nothing is closed. */
  stallLinks(options?: { appId?: string; linkId?: string }): Promise<{ count: number }>
  /** API calls with an effect, oldest first. */
  ledger(filter?: { appId?: string; api?: string; accepted?: boolean; afterSeq?: number }): Promise<LedgerEntry[]>
  /** All platform calls, oldest first. */
  calls(filter?: { appId?: string; api?: string; afterSeq?: number }): Promise<CallEntry[]>
  addFault(fault: FaultSpec): Promise<{ faultId: string }>
  clearFaults(options?: { faultId?: string }): Promise<void>
  /** How often each fault really happened. */
  faultCounts(): Promise<FaultCount[]>
  /** A user decides on the consent page; `redirectUrl` is where the browser goes then, with `code` or `error`. */
  authorize(options: AuthorizeOptions): Promise<{ redirectUrl: string }>
  /** Makes tokens invalid at once (99991663 from then on, 99991668 for user tokens). */
  voidTokens(options?: { appId?: string; kind?: 'tenant' | 'app' | 'user' }): Promise<{ count: number }>
  /**
   * Speeds time up or slows it down, or lets it jump; a jump back (`advanceMs` below 0) puts off what was due, and tokens
   * live longer by it.
   */
  setClock(change: { scale?: number; advanceMs?: number }): Promise<{ nowMs: number; scale: number }>
  /** Changes settings of the running sandbox; answers all of them. */
  configure(settings: SandboxSettingsChange): Promise<SandboxSettings>
  /** Load of receive events, encoded beforehand; they are not kept as messages or deliveries. */
  flood(options: FloodOptions): Promise<FloodResult>
  /**
   * Messages, deliveries, ledger, calls, faults, settings and the clock's speed as at the start; links, tokens, apps, people and
   * groups stay.
   */
  reset(): Promise<void>
}

/** Names of the verbs, which are also their HTTP paths below `/sandbox/`. */
export const controlVerbs = [
  'addApp',
  'setDelivery',
  'createUser',
  'updateUser',
  'deleteUser',
  'chats',
  'createChat',
  'say',
  'upload',
  'download',
  'recall',
  'edit',
  'react',
  'unreact',
  'read',
  'clickCard',
  'addBot',
  'removeBot',
  'addMembers',
  'removeMembers',
  'withdrawMembers',
  'renameChat',
  'disbandChat',
  'openMenu',
  'editDocument',
  'shareDocument',
  'deleteDocument',
  'answerAily',
  'documents',
  'messages',
  'waitForMessage',
  'pushEvent',
  'pushCallback',
  'pushRaw',
  'pushGarbage',
  'deliveries',
  'waitForDeliveries',
  'repushNow',
  'links',
  'waitForLinks',
  'dropLinks',
  'stallLinks',
  'ledger',
  'calls',
  'addFault',
  'clearFaults',
  'faultCounts',
  'authorize',
  'voidTokens',
  'setClock',
  'configure',
  'flood',
  'reset',
] as const satisfies readonly Exclude<keyof SandboxControl, 'url' | 'apps' | 'users'>[]
