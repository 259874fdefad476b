import type { AilyAnswerOptions } from './aily/answers.ts'
import type { Platform } from './api-call.ts'
import { base64Bytes } from './base64.ts'
import type { CallLog } from './call-log.ts'
import type { Changes } from './changes.ts'
import type { SandboxClock } from './clock.ts'
import * as contactActions from './contact/user-actions.ts'
import type * as control from './control.ts'
import { changeDelivery } from './delivery.ts'
import { sandboxDocuments } from './drive/sandbox-documents.ts'
import * as driveActions from './drive/user-actions.ts'
import type { Effects } from './effects.ts'
import type { Faults } from './faults.ts'
import { flood } from './flood.ts'
import { garbage } from './garbage.ts'
import type { RunIds } from './ids.ts'
import * as botActions from './im/bot-actions.ts'
import type { ChatRecord } from './im/chat-store.ts'
import * as groupActions from './im/group-actions.ts'
import { mayReceive, receiveEvent } from './im/receive-event.ts'
import { sandboxMessage } from './im/sandbox-message.ts'
import * as userActions from './im/user-actions.ts'
import { userContent } from './im/user-message.ts'
import type { Ledger } from './ledger.ts'
import type { LongConnection } from './long-connection.ts'
import { authorize } from './oauth/consent.ts'
import { checkPushCount } from './push-count.ts'
import type { PushEngine } from './push-engine.ts'
import { changeSettings, defaultSettings } from './settings.ts'
import type { AppRecord, UserRecord } from './tenant.ts'
import type { WebhookClient } from './webhook.ts'

const defaultTimeoutMs = 5000

/** Everything that a running sandbox consists of. */
export interface SandboxParts {
  platform: Platform
  clock: SandboxClock
  ids: RunIds
  settings: control.SandboxSettings
  /** Settings as given at the start, for `reset`. */
  initialSettings: control.SandboxSettingsChange
  links: LongConnection
  pushes: PushEngine
  webhooks: WebhookClient
  faults: Faults
  effects: Effects
  ledger: Ledger
  calls: CallLog
  changes: Changes
}

/** The control verbs on the state of this process. */
export class LocalControl implements control.SandboxControl {
  url = ''
  readonly #parts: SandboxParts
  readonly upload = this.#verb(userActions.upload)
  readonly download = this.#verb(userActions.download)
  readonly recall = this.#verb(userActions.recall)
  readonly edit = this.#verb(userActions.edit)
  readonly react = this.#verb(userActions.react)
  readonly unreact = this.#verb(userActions.unreact)
  readonly read = this.#verb(userActions.read)
  readonly clickCard = this.#verb(userActions.clickCard)
  readonly authorize = this.#verb(authorize)
  readonly createUser = this.#verb(contactActions.createUser)
  readonly updateUser = this.#verb(contactActions.updateUser)
  readonly deleteUser = this.#verb(contactActions.deleteUser)
  readonly addBot = this.#verb(botActions.addBot)
  readonly removeBot = this.#verb(botActions.removeBot)
  readonly editDocument = this.#verb(driveActions.editDocument)
  readonly shareDocument = this.#verb(driveActions.shareDocument)
  readonly deleteDocument = this.#verb(driveActions.deleteDocument)
  readonly documents: control.SandboxControl['documents'] = async () => sandboxDocuments(this.#parts.platform)
  readonly addMembers = this.#verb(groupActions.addMembers)
  readonly removeMembers = this.#verb(groupActions.removeMembers)
  readonly withdrawMembers = this.#verb(groupActions.withdrawMembers)
  readonly renameChat = this.#verb(groupActions.renameChat)
  readonly disbandChat = this.#verb(groupActions.disbandChat)
  readonly openMenu = this.#verb(botActions.openMenu)

  constructor(parts: SandboxParts) {
    this.#parts = parts
  }

  get apps(): control.SandboxApp[] {
    return [...this.#parts.platform.tenant.apps.values()].map(appAnswer)
  }

  get users(): control.SandboxUser[] {
    return [...this.#parts.platform.tenant.users.values()].map((user) => this.#userAnswer(user))
  }

  async addApp(options: control.AddAppOptions = {}): Promise<control.SandboxApp> {
    return appAnswer(this.#parts.platform.tenant.addApp(options))
  }

  async setDelivery(options: control.DeliveryOptions): Promise<control.SandboxApp> {
    const app = this.#parts.platform.tenant.app(options.appId)
    await changeDelivery(app, options, this.#parts.webhooks)
    this.#parts.changes.tell({ kind: 'links', appId: app.appId })
    return appAnswer(app)
  }

  async chats(): Promise<control.SandboxChat[]> {
    return this.#parts.platform.chats.all().map(chatAnswer)
  }

  async createChat(options: {
    name: string
    users: readonly string[]
    apps: readonly string[]
  }): Promise<control.SandboxChat> {
    const { tenant, chats } = this.#parts.platform
    if (!Array.isArray(options.users) || !Array.isArray(options.apps)) {
      throw new Error(`A chat needs "users" and "apps", lists of ids, received ${JSON.stringify(options)}.`)
    }
    const userIds = options.users.map((key) => tenant.user(key).userId)
    const appIds = options.apps.map((appId) => tenant.app(appId).appId)
    return chatAnswer(chats.createGroup(options.name, userIds, appIds))
  }

  async say(options: control.SayOptions): Promise<control.SayResult> {
    const { tenant, messages } = this.#parts.platform
    const user = tenant.user(options.user)
    const chat = this.#chatFor(user, options.to)
    const parent = options.replyTo === undefined ? undefined : messages.find(options.replyTo)
    if (options.replyTo !== undefined && parent?.chatId !== chat.chatId) {
      throw new Error(`There is no message "${options.replyTo}" in chat ${chat.chatId} to reply to.`)
    }
    const message = messages.add({
      ...userContent(tenant, options),
      chatId: chat.chatId,
      sender: { type: 'user', id: user.userId },
      parent,
      inThread: parent !== undefined && (options.inThread || parent.threadId !== undefined || chat.topicGroup),
    })
    const eventIds: string[] = []
    for (const app of tenant.apps.values()) {
      if (!mayReceive(app, chat, message)) continue
      const event = receiveEvent(tenant, app, chat, message)
      eventIds.push(this.#parts.pushes.push(app.appId, 'im.message.receive_v1', event))
    }
    return { messageId: message.messageId, chatId: chat.chatId, seq: message.seq, eventIds }
  }

  async answerAily(options: AilyAnswerOptions): Promise<void> {
    this.#parts.platform.ailyAnswers.add(options)
  }

  async messages(options: { chatId: string; afterSeq?: number; user?: string }): Promise<control.SandboxMessage[]> {
    const { tenant, chats, messages } = this.#parts.platform
    const viewer = options.user === undefined ? undefined : tenant.user(options.user).userId
    const { chatId } = chats.chat(options.chatId)
    const found = messages.inChat(chatId).filter((message) => message.seq > (options.afterSeq ?? 0))
    return found.map((message) => sandboxMessage(tenant, message, viewer))
  }

  async waitForMessage(
    options: { chatId?: string; afterSeq?: number; sender?: 'user' | 'bot'; timeoutMs?: number } = {},
  ): Promise<control.SandboxMessage> {
    const { chatId, afterSeq = 0, sender, timeoutMs = defaultTimeoutMs } = options
    const { tenant, messages } = this.#parts.platform
    const message = await messages.waitFor(
      (candidate) =>
        candidate.seq > afterSeq &&
        (chatId === undefined || candidate.chatId === chatId) &&
        (sender === undefined || candidate.sender.type === sender),
      timeoutMs,
    )
    if (message) return sandboxMessage(tenant, message)
    const where = chatId === undefined ? 'any chat' : `chat ${chatId}`
    const failed = this.#parts.calls.list({}).filter((call) => call.code !== 0).length
    throw new Error(
      `No message${sender ? ` of a ${sender}` : ''} after seq ${afterSeq} in ${where} within ${timeoutMs} ms (${this.#summary()}, ${failed} failed API calls).`,
    )
  }

  async pushEvent(options: control.PushEventOptions): Promise<{ eventIds: string[] }> {
    const { appId, eventType, event, header, count = 1 } = options
    checkPushCount('pushEvent', count)
    this.#parts.platform.tenant.app(appId)
    return { eventIds: Array.from({ length: count }, () => this.#parts.pushes.push(appId, eventType, event, header)) }
  }

  async pushCallback(options: {
    appId: string
    eventType: string
    event: Record<string, unknown>
    header?: Record<string, unknown>
  }): Promise<control.CallbackResult> {
    return this.#parts.pushes.callback(options.appId, options.eventType, options.event, options.header)
  }

  async pushRaw(options: { appId: string; data: string; encoding?: 'base64' | 'text' }): Promise<{ links: number }> {
    const binary = options.encoding !== 'text'
    const links = this.#parts.links.of(this.#parts.platform.tenant.app(options.appId).appId)
    const bytes = binary ? base64Bytes('data', options.data) : Buffer.from(options.data)
    for (const link of links) link.sendRaw(bytes, binary)
    return { links: links.length }
  }

  async pushGarbage(options: { appId?: string; linkId?: string; count?: number } = {}): Promise<{ links: number }> {
    const { count = 100 } = options
    checkPushCount('pushGarbage', count)
    const links = this.#parts.links.select(options)
    for (const link of links) {
      for (let index = 0; index < count; index += 1) {
        const message = garbage(index)
        link.sendRaw(Buffer.from(message), typeof message !== 'string')
      }
    }
    return { links: links.length }
  }

  async deliveries(
    filter: { appId?: string; eventId?: string; state?: control.SandboxDelivery['state'] } = {},
  ): Promise<control.SandboxDelivery[]> {
    return this.#parts.pushes.list(filter)
  }

  async waitForDeliveries(
    options: { appId?: string; timeoutMs?: number } = {},
  ): Promise<{ acked: number; givenUp: number }> {
    const { appId, timeoutMs = defaultTimeoutMs } = options
    const settled = await this.#parts.pushes.waitUntilSettled(appId, timeoutMs)
    const filter = appId === undefined ? {} : { appId }
    const count = (state: control.SandboxDelivery['state']) => this.#parts.pushes.count({ ...filter, state })
    if (settled) return { acked: count('acked'), givenUp: count('given-up') }
    throw new Error(`${count('pending')} deliveries are still pending after ${timeoutMs} ms (${this.#summary()}).`)
  }

  async repushNow(): Promise<{ count: number }> {
    return { count: this.#parts.pushes.repushNow() }
  }

  async links(filter: { appId?: string } = {}): Promise<control.SandboxLink[]> {
    return this.#parts.links.select(filter).map((link) => link.info)
  }

  async waitForLinks(
    options: { appId?: string; count?: number; timeoutMs?: number } = {},
  ): Promise<control.SandboxLink[]> {
    const { count = 1, timeoutMs = defaultTimeoutMs } = options
    const filter = options.appId === undefined ? {} : { appId: options.appId }
    const { links } = this.#parts
    const open = () => links.select(filter).filter((link) => !link.stalled)
    if (await links.waitUntil(() => open().length === count, timeoutMs)) return open().map((link) => link.info)
    const present = open().length
    throw new Error(`${present} links instead of ${count} after ${timeoutMs} ms (${this.#summary()}).`)
  }

  async dropLinks(
    options: { appId?: string; linkId?: string; how?: 'close' | 'end' | 'reset'; code?: number } = {},
  ): Promise<{ count: number }> {
    const links = this.#parts.links.select(options)
    for (const link of links) link.drop(options.how ?? 'close', options.code ?? 1000)
    return { count: links.length }
  }

  async stallLinks(options: { appId?: string; linkId?: string } = {}): Promise<{ count: number }> {
    const links = this.#parts.links.select(options)
    for (const link of links) link.stall()
    return { count: links.length }
  }

  async ledger(
    filter: { appId?: string; api?: string; accepted?: boolean; afterSeq?: number } = {},
  ): Promise<control.LedgerEntry[]> {
    return this.#parts.ledger.list(filter)
  }

  async calls(filter: { appId?: string; api?: string; afterSeq?: number } = {}): Promise<control.CallEntry[]> {
    return this.#parts.calls.list(filter)
  }

  async addFault(fault: control.FaultSpec): Promise<{ faultId: string }> {
    if (fault.appId !== undefined) this.#parts.platform.tenant.app(fault.appId)
    return { faultId: this.#parts.faults.add(fault) }
  }

  async clearFaults(options: { faultId?: string } = {}): Promise<void> {
    this.#parts.faults.clear(options.faultId)
  }

  async faultCounts(): Promise<control.FaultCount[]> {
    return this.#parts.faults.counts()
  }

  async voidTokens(options: { appId?: string; kind?: 'tenant' | 'app' | 'user' } = {}): Promise<{ count: number }> {
    return { count: this.#parts.platform.tokens.void(options) }
  }

  async setClock(change: { scale?: number; advanceMs?: number }): Promise<{ nowMs: number; scale: number }> {
    const { clock } = this.#parts
    clock.set(change)
    return { nowMs: clock.now(), scale: clock.scale }
  }

  async configure(settings: control.SandboxSettingsChange): Promise<control.SandboxSettings> {
    changeSettings(this.#parts.settings, settings)
    return structuredClone(this.#parts.settings)
  }

  async flood(options: control.FloodOptions): Promise<control.FloodResult> {
    const { platform, links, pushes, clock, ids, settings } = this.#parts
    const app = options.appId === undefined ? this.#firstApp() : platform.tenant.app(options.appId)
    return flood({ tenant: platform.tenant, app, links, pushes, clock, ids, settings }, options)
  }

  async reset(): Promise<void> {
    const { platform, clock, pushes, faults, effects, ledger, calls, settings, initialSettings, changes } = this.#parts
    clock.reset()
    pushes.reset()
    platform.messages.reset()
    platform.batches.reset()
    platform.applications.reset()
    platform.cardEntities.reset()
    platform.updateTokens.reset()
    platform.resources.reset()
    platform.rateLimits.reset()
    platform.grants.reset()
    platform.bases.reset()
    platform.tableWrites.reset()
    platform.subscriptions.reset()
    platform.commentNotices.reset()
    platform.spreadsheets.reset()
    platform.drive.reset()
    platform.wiki.reset()
    platform.media.reset()
    platform.uploads.reset()
    platform.tasks.reset()
    await platform.workspaces.reset()
    platform.aily.reset()
    platform.ailyAnswers.reset()
    faults.reset()
    ledger.reset()
    calls.reset()
    effects.reset()
    changeSettings(settings, defaultSettings())
    changeSettings(settings, initialSettings)
    changes.tell({ kind: 'reset' })
  }

  /** What somebody does to the platform, as a verb. */
  #verb<O, R>(act: (platform: Platform, options: O) => R | Promise<R>): (options: O) => Promise<R> {
    return async (options) => act(this.#parts.platform, options)
  }

  #firstApp(): AppRecord {
    const [first] = this.#parts.platform.tenant.apps.values()
    if (first) return first
    throw new Error('The sandbox has no app; make one with addApp().')
  }

  #chatFor(user: UserRecord, to: control.SayOptions['to']): ChatRecord {
    const { tenant, chats } = this.#parts.platform
    if (typeof to === 'string') {
      const chat = chats.chat(to)
      if (!chat.userIds.has(user.userId)) throw new Error(`${user.userId} is not a member of chat ${to}.`)
      return chat
    }
    const app = to ? tenant.app(to.appId) : this.#firstApp()
    if (!tenant.isAvailable(app, user.userId)) {
      throw new Error(`App ${app.appId} is not available to ${user.userId}; see availableTo of the app.`)
    }
    return chats.direct(user.userId, app.appId)
  }

  #summary(): string {
    const { links, pushes } = this.#parts
    return `${links.select({}).length} links, ${pushes.list({ state: 'pending' }).length} pending deliveries`
  }

  #userAnswer(user: UserRecord): control.SandboxUser {
    const { tenant } = this.#parts.platform
    const actor = { type: 'user', id: user.userId } as const
    const openIds = Object.fromEntries([...tenant.apps.keys()].map((appId) => [appId, tenant.openId(appId, actor)]))
    const { userId, unionId, name, enName, email } = user
    return { userId, unionId, openId: Object.values(openIds)[0] ?? '', openIds, name, enName, email }
  }
}

function appAnswer(app: AppRecord): control.SandboxApp {
  const { appId, appSecret, name, botOpenId, verificationToken, events, callbacks } = app
  const ways = { delivery: events.type, callbackDelivery: callbacks.type }
  return { appId, appSecret, name, botOpenId, verificationToken, ...ways }
}

function chatAnswer(chat: ChatRecord): control.SandboxChat {
  const { chatId, type, name } = chat
  return { chatId, type, name, userIds: [...chat.userIds], appIds: [...chat.appIds] }
}
