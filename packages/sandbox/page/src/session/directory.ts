import type { PageApp, PageChat, PageMessage, PagePerson } from '../../../src/page-server/page-records.ts'
import type { Locale } from '../words/locale.ts'

/** Somebody who can be named: a person or a bot. */
export interface Member {
  type: 'user' | 'bot'
  /** user_id or app_id. */
  id: string
  name: string
}

/** People and bots by each of their ids. */
export class Directory {
  readonly people: readonly PagePerson[]
  readonly apps: readonly PageApp[]
  readonly #people = new Map<string, PagePerson>()
  readonly #apps = new Map<string, PageApp>()

  constructor(people: readonly PagePerson[], apps: readonly PageApp[]) {
    this.people = people
    this.apps = apps
    for (const person of people) for (const id of person.ids) this.#people.set(id, person)
    for (const app of apps) for (const id of app.ids) this.#apps.set(id, app)
  }

  person(id: string): PagePerson | undefined {
    return this.#people.get(id)
  }

  app(id: string): PageApp | undefined {
    return this.#apps.get(id)
  }

  /** The same with one app changed. */
  withApp(app: PageApp): Directory {
    const others = this.apps.filter((known) => known.appId !== app.appId)
    const apps = this.apps.map((known) => (known.appId === app.appId ? app : known))
    return new Directory(this.people, others.length === this.apps.length ? [...apps, app] : apps)
  }

  /** What somebody is called in the page's language; the id itself when nobody has it. */
  nameOf(id: string, locale: Locale): string {
    const person = this.#people.get(id)
    if (person) return locale === 'zh' ? person.name : person.enName
    return this.#apps.get(id)?.name ?? id
  }

  /** The job title of a person in the page's language; empty when nobody has the id. */
  jobOf(id: string, locale: Locale): string {
    const { jobTitle = '', enJobTitle = '' } = this.#people.get(id) ?? {}
    return locale === 'zh' ? jobTitle : enJobTitle
  }

  /** The name in the page's language of somebody whose first name the message carries. */
  localName(name: string, locale: Locale): string {
    const person = this.people.find((known) => known.name === name)
    return person ? this.nameOf(person.userId, locale) : name
  }

  senderName(message: PageMessage, locale: Locale): string {
    const { type, id, name } = message.sender
    const person = type === 'user' ? this.#people.get(id) : undefined
    return person ? this.nameOf(id, locale) : name
  }

  /** Direct chats are called as their bot. */
  chatName(chat: PageChat, locale: Locale): string {
    const [appId = ''] = chat.appIds
    return chat.type === 'group' ? chat.name : this.nameOf(appId, locale)
  }

  members(chat: PageChat, locale: Locale): Member[] {
    const people = chat.userIds.map((id) => ({ type: 'user' as const, id, name: this.nameOf(id, locale) }))
    const bots = chat.appIds.map((id) => ({ type: 'bot' as const, id, name: this.nameOf(id, locale) }))
    return [...bots, ...people]
  }

  /** Bots of a chat that would not hear what is said now. */
  offlineApps(chat: PageChat): PageApp[] {
    return chat.appIds
      .map((appId) => this.#apps.get(appId))
      .filter((app) => app !== undefined)
      .filter((app) => app.delivery === 'websocket' && app.links === 0)
  }
}
