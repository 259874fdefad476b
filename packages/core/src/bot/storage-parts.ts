import { coreError } from '../errors/catalogue.ts'
import type { InboxStore } from '../inbox/inbox-store.ts'
import type { Database } from '../storage/database.ts'

/** A database that is open. */
export interface OpenedDatabase extends Database, AsyncDisposable {
  ping(): Promise<void>
}

/** How the two databases of a bot are opened. */
export interface StorageOpeners {
  database(): Promise<OpenedDatabase>
  /** `hold`: for a started bot, which runs what is in it. Without: to add to it only. */
  inbox(hold: boolean): Promise<InboxStore>
}

/**
 * The bot's database and inbox, each opened when it is first needed: a script that only sends messages opens neither.
 */
export class StorageParts implements AsyncDisposable {
  readonly #open: StorageOpeners
  #database: OpenedDatabase | undefined
  #inbox: Promise<InboxStore> | undefined
  #held = false

  constructor(open: StorageOpeners) {
    this.#open = open
  }

  /** Opens the database and brings its tables up to date. */
  async openDatabase(): Promise<OpenedDatabase> {
    this.#database ??= await this.#open.database()
    return this.#database
  }

  /** The open database, as plugins get it. */
  database(plugin: string): Database {
    if (this.#database) return this.#database
    throw coreError('STORAGE_NOT_OPEN', {
      message: `plugin "${plugin}" used its database before it was open`,
    })
  }

  /** Opens the inbox for running what is in it; replaces one that was opened only to add to it. */
  async holdInbox(): Promise<InboxStore> {
    const before = await this.#inbox
    await before?.[Symbol.asyncDispose]()
    this.#inbox = this.#open.inbox(true)
    this.#held = true
    try {
      return await this.#inbox
    } catch (error) {
      this.#inbox = undefined
      this.#held = false
      throw error
    }
  }

  /** The inbox, opened to add to it when the bot is not started. */
  inbox(): Promise<InboxStore> {
    this.#inbox ??= this.#open.inbox(false).catch((error: unknown) => {
      this.#inbox = undefined
      throw error
    })
    return this.#inbox
  }

  get held(): boolean {
    return this.#held
  }

  async closeInbox(): Promise<void> {
    const inbox = await this.#inbox?.catch(() => undefined)
    this.#inbox = undefined
    this.#held = false
    await inbox?.[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closeInbox()
    const database = this.#database
    this.#database = undefined
    await database?.[Symbol.asyncDispose]()
  }
}
