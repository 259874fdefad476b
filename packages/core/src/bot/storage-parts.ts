import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { coreError } from '../errors/catalogue.ts'
import type { InboxStore } from '../inbox/inbox-store.ts'
import type { Database } from '../storage/database.ts'
import { LazyDatabase } from '../storage/lazy-database.ts'
import type { OpenDatabase } from '../storage/open-database.ts'
import { type StorageSettings, storagePlace } from '../storage/settings.ts'

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
  readonly #settings: StorageSettings
  readonly #open: StorageOpeners
  #lazy: LazyDatabase | undefined
  #closed = false
  #opening: Promise<OpenDatabase> | undefined
  #database: OpenDatabase | undefined
  #inbox: Promise<InboxStore> | undefined
  #held = false

  constructor(settings: StorageSettings, open: StorageOpeners) {
    this.#settings = settings
    this.#open = open
  }

  /**
   * Opens the database and brings its tables up to date; once, however many ask.
   * @throws BOT_CLOSED, STORAGE_UNAVAILABLE and other STORAGE_… errors
   */
  async openDatabase(): Promise<OpenDatabase> {
    if (this.#closed) throw coreError('BOT_CLOSED', { message: 'the database was used after close()' })
    this.#opening ??= this.#open.database().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    this.#database = await this.#opening
    return this.#database
  }

  /**
   * The database as a plugin gets it: there from `setup` on, opened by its first statement or by `start()`. So it can be
   * taken apart in the head of `setup`, and a script that never starts the bot can use it too.
   * @throws STORAGE_URL_INVALID, STORAGE_SCHEMA_INVALID
   */
  database(): Database {
    this.#lazy ??= new LazyDatabase(this.#settings, {
      opened: () => this.#database,
      open: () => this.openDatabase(),
    })
    return this.#lazy
  }

  /** Whether there is a database, so far as one can tell without making one; a PostgreSQL server is taken to have it. */
  get isThere(): boolean {
    const place = storagePlace(this.#settings)
    return place.flavour === 'postgres' || existsSync(join(place.folder, 'bot.db'))
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
    this.#closed = true
    await this.closeInbox()
    const database = await this.#opening?.catch(() => undefined)
    this.#opening = undefined
    this.#database = undefined
    await database?.[Symbol.asyncDispose]()
  }
}
