import type { AddAppOptions, MenuEntry } from './app-options.ts'
import { type CompanySeed, companySeed } from './company.ts'
import { seededHex, seededText } from './ids.ts'
import type { SavedStore } from './saved-state/saved-store.ts'
import { checkedRequestUrl, newSubscription, type Subscription } from './subscription.ts'

/** An app with its bot, as the tenant knows it. */
export interface AppRecord {
  appId: string
  appSecret: string
  name: string
  /** The bot's open_id in its own eyes (`bot/v3/info`). */
  botOpenId: string
  /** `header.token` of every event. */
  verificationToken: string
  events: Subscription
  callbacks: Subscription
  /** Encrypt Key of webhooks; without it bodies are plain and unsigned. */
  encryptKey: string | undefined
  /** Entries of the bot's menu. */
  menu: readonly MenuEntry[]
  /** Scope im:message.group_msg; without it only group messages that mention the bot are delivered. */
  receivesAllGroupMessages: boolean
  /** user_ids of the people who may use the bot. */
  availableTo: 'everyone' | ReadonlySet<string>
}

/** A person of the company. open_ids differ from app to app: `Tenant.openId`. */
export interface UserRecord {
  userId: string
  unionId: string
  name: string
  enName: string
  email: string
  mobile: string
  jobTitle: string
  /** What the page shows in English; no API knows it. */
  enJobTitle: string
  /** 1 male, 2 female, 0 secret. */
  gender: number
  departmentIds: readonly string[]
  leaderUserId: string | undefined
}

/** A user or a bot, named without the eyes of an app. */
export interface Actor {
  type: 'user' | 'bot'
  /** user_id or app_id. */
  id: string
}

/** A department; `0` is the company itself. */
export type Department = CompanySeed['departments'][number]

/** One company: its apps, people and departments, and who is called how by whom. */
export class Tenant implements SavedStore {
  readonly tenantKey: string
  readonly company: CompanySeed
  readonly apps = new Map<string, AppRecord>()
  readonly users = new Map<string, UserRecord>()
  readonly departments: readonly Department[]
  /** Told when people or apps came, changed or went. */
  changed: () => void = () => {}
  readonly #seed: string
  readonly #actorsByOpenId = new Map<string, { actor: Actor; viewerAppId: string }>()
  readonly #usersByKey = new Map<string, UserRecord>()

  constructor(seed: string) {
    this.#seed = seed
    this.tenantKey = seededHex(16, seed, 'tenant')
    this.company = companySeed
    const { name, departments, users } = companySeed
    const company = { departmentId: '0', name, enName: name, parentId: '', leaderUserId: users[0]?.userId ?? '' }
    this.departments = [company, ...departments]
    for (const person of users) this.addUser(person)
  }

  addUser(person: Partial<UserRecord> & Pick<UserRecord, 'userId' | 'name'>): UserRecord {
    if (this.users.has(person.userId)) throw new Error(`User ${person.userId} exists already.`)
    const user: UserRecord = {
      enName: person.name,
      email: `${person.userId}@larkspur.example`,
      mobile: '',
      jobTitle: '',
      enJobTitle: '',
      gender: 0,
      departmentIds: ['0'],
      leaderUserId: undefined,
      ...person,
      unionId: `on_${seededHex(32, this.#seed, 'union', person.userId)}`,
    }
    this.users.set(user.userId, user)
    this.#addKeys(user)
    for (const appId of this.apps.keys()) this.#newOpenId(appId, { type: 'user', id: user.userId })
    this.changed()
    return user
  }

  changeUser(user: UserRecord, change: Partial<UserRecord>): void {
    this.#removeKeys(user)
    Object.assign(user, change)
    this.#addKeys(user)
    this.changed()
  }

  /** Their ids stay theirs: who comes again under the same user_id has them again. */
  removeUser(user: UserRecord): void {
    this.users.delete(user.userId)
    this.#removeKeys(user)
    this.changed()
  }

  addApp(app: AddAppOptions): AppRecord {
    const ordinal = this.apps.size + 1
    const appId = app.appId ?? `cli_${seededHex(16, this.#seed, 'app', ordinal)}`
    if (!/^cli_[0-9a-f]{16}$/i.test(appId)) {
      throw new Error(
        `An app id is "cli_" and 16 hex digits, received "${appId}"; the node SDK refuses others silently.`,
      )
    }
    if (this.apps.has(appId)) throw new Error(`App ${appId} exists already.`)
    const availableTo = app.availableTo ?? 'everyone'
    const requestUrl = app.requestUrl === undefined ? undefined : checkedRequestUrl(app.requestUrl)
    const record: AppRecord = {
      appId,
      appSecret: app.appSecret ?? seededText(32, this.#seed, 'secret', appId),
      name: app.name ?? (ordinal === 1 ? 'Larkspur' : `Larkspur ${ordinal}`),
      botOpenId: this.#newOpenId(appId, { type: 'bot', id: appId }),
      verificationToken: app.verificationToken ?? seededText(32, this.#seed, 'verification', appId),
      events: newSubscription(requestUrl),
      callbacks: newSubscription(requestUrl),
      encryptKey: app.encryptKey,
      menu: app.menu ?? [{ name: '帮助 Help', eventKey: 'help' }],
      receivesAllGroupMessages: app.receivesAllGroupMessages ?? false,
      availableTo: availableTo === 'everyone' ? availableTo : new Set(availableTo.map((key) => this.user(key).userId)),
    }
    for (const user of this.users.values()) this.#newOpenId(appId, { type: 'user', id: user.userId })
    for (const other of this.apps.values()) {
      this.#newOpenId(appId, { type: 'bot', id: other.appId })
      this.#newOpenId(other.appId, { type: 'bot', id: appId })
    }
    this.apps.set(appId, record)
    this.changed()
    return record
  }

  app(appId: string): AppRecord {
    const app = this.apps.get(appId)
    if (app) return app
    throw new Error(`There is no app "${appId}"; there are ${[...this.apps.keys()].join(', ') || 'none'}.`)
  }

  /** A person by user_id, union_id, any app's open_id, e-mail or name. */
  user(key: string): UserRecord {
    const user = this.findUser(key)
    if (user) return user
    const names = [...this.users.values()].map((known) => known.userId)
    throw new Error(`There is no user "${key}"; there are ${names.join(', ')}.`)
  }

  findUser(key: string): UserRecord | undefined {
    const known = this.#usersByKey.get(key)
    if (known) return known
    const actor = this.#actorsByOpenId.get(key)?.actor
    return actor?.type === 'user' ? this.users.get(actor.id) : undefined
  }

  /** Who an open_id stands for, and in which app's eyes. */
  actorByOpenId(openId: string): { actor: Actor; viewerAppId: string } | undefined {
    return this.#actorsByOpenId.get(openId)
  }

  /** What the app calls that user or bot. */
  openId(viewerAppId: string, actor: Actor): string {
    return `ou_${seededHex(32, this.#seed, 'open', viewerAppId, actor.type, actor.id)}`
  }

  botUnionId(appId: string): string {
    return `on_${seededHex(32, this.#seed, 'union', appId)}`
  }

  nameOf(actor: Actor): string {
    return actor.type === 'user' ? (this.users.get(actor.id)?.name ?? '') : (this.apps.get(actor.id)?.name ?? '')
  }

  isAvailable(app: AppRecord, userId: string): boolean {
    return app.availableTo === 'everyone' || app.availableTo.has(userId)
  }

  openDepartmentId(departmentId: string): string {
    return departmentId === '0' ? '0' : `od-${seededHex(32, this.#seed, 'department', departmentId)}`
  }

  *saved(): Iterable<readonly [string, unknown]> {
    for (const user of this.users.values()) yield [`user ${user.userId}`, user]
    for (const app of this.apps.values()) yield [`app ${app.appId}`, app]
  }

  /** Apps that the sandbox was started with keep their secrets. */
  restore(values: ReadonlyMap<string, unknown>): void {
    for (const user of this.users.values()) if (!values.has(`user ${user.userId}`)) this.removeUser(user)
    for (const [key, value] of values) {
      if (key.startsWith('app ')) {
        const saved = value as AppRecord
        const known = this.apps.get(saved.appId)
        const { appId, appSecret } = known ?? saved
        Object.assign(known ?? this.addApp({ appId, appSecret }), saved, { appSecret })
        continue
      }
      const saved = value as UserRecord
      const known = this.users.get(saved.userId)
      if (known) this.changeUser(known, saved)
      else this.addUser(saved)
    }
  }

  #addKeys(user: UserRecord): void {
    for (const key of keysOf(user)) this.#usersByKey.set(key, user)
  }

  #removeKeys(user: UserRecord): void {
    for (const key of keysOf(user)) if (this.#usersByKey.get(key) === user) this.#usersByKey.delete(key)
  }

  #newOpenId(viewerAppId: string, actor: Actor): string {
    const openId = this.openId(viewerAppId, actor)
    this.#actorsByOpenId.set(openId, { actor, viewerAppId })
    return openId
  }
}

function keysOf({ userId, unionId, email, name, enName }: UserRecord): string[] {
  return [userId, unionId, email, name, enName]
}
