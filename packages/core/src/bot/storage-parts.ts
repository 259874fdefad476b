import { coreError } from '../errors/catalogue.ts'
import type { InboxStore } from '../inbox/inbox-store.ts'
import type { Database } from '../storage/database.ts'
import type { OpenDatabase } from '../storage/open-database.ts'

/** How the two databases of a bot are opened. */
export interface StorageOpeners {
  database(): Promise<OpenDatabase>
  /** `hold`: for a started bot, which runs what is in it. Without: to add to it only. */
  inbox(hold: boolean): Promise<InboxStore>
}

/**
 * The bot's database and inbox, each opened when it is first needed: a script that only sends messages opens neither.
 */
export class StorageParts implements AsyncDisposable {
  readonly #open: StorageOpeners
  #opening: Promise<OpenDatabase> | undefined
  #database: OpenDatabase | undefined
  #inbox: Promise<InboxStore> | undefined
  #held = false

  constructor(open: StorageOpeners) {
    this.#open = open
  }

  /** Opens the database and brings its tables up to date; once, however many ask. */
  async openDatabase(): Promise<OpenDatabase> {
    this.#opening ??= this.#open.database().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    this.#database = await this.#opening
    return this.#database
  }

  /**
   * The database as a plugin gets it: there from `setup` on, opened by its first `write` or by `start()`. So it can be
   * taken apart in the head of `setup`, and a script that never starts the bot can use it too.
   */
  database(plugin: string): Database {
    const opened = (): OpenDatabase => {
      if (this.#database) return this.#database
      throw coreError('STORAGE_NOT_OPEN', { message: `plugin "${plugin}" used its database before it was open` })
    }
    return {
      get flavour() {
        return opened().flavour
      },
      get query() {
        return opened().query
      },
      get now() {
        return opened().now
      },
      get schema() {
        return opened().schema
      },
      tableName: (table) => opened().tableName(table),
      write: async (fn) => (this.#database ?? (await this.openDatabase())).write(fn),
    }
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
    const database = await this.#opening?.catch(() => undefined)
    this.#opening = undefined
    this.#database = undefined
    await database?.[Symbol.asyncDispose]()
  }
}
