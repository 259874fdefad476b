import { crc32 } from 'node:zlib'
import type { Change, Changes } from '../changes.ts'
import type { SavedStore } from './saved-store.ts'
import { encodeRecord, StateFile, type StateRecord } from './state-file.ts'

/** Changes wait this long for others, real milliseconds. */
const waitMs = 250
/** Looking through stores may take this part of the time. */
const lookShare = 0.05

/** What is kept, by the names that stand in the file. */
export interface KeptStores {
  /** Told of single values: cost does not grow with what is there. */
  messages: SavedStore
  chats: SavedStore
  /** Their values never change, so that each is written once. */
  uploads: Readonly<Record<string, SavedStore>>
  /** Looked through for changes after calls that may have caused some. */
  others: Readonly<Record<string, SavedStore>>
}

/** Keeps the state of a sandbox in a file, a quarter of a second behind. */
export class StateKeeper {
  readonly #file: StateFile
  readonly #stores: KeptStores
  readonly #warn: (sentence: string) => void
  /** Changed values of `messages` and `chats`, by store and key. */
  readonly #changed = new Map<string, StateRecord>()
  /** CRC-32 of the last record of each value of `uploads` and `others`. */
  readonly #written = new Map<string, number>()
  #mayDiffer = false
  #nextLookAt = 0
  /** The file misses more than the noted changes. */
  #isBehind = false
  #hasFailed = false
  #timer: NodeJS.Timeout | undefined

  /**
   * Restores what the file holds. A file that is not understood is kept aside under another name, and the sandbox starts fresh.
   *
   * @param warn gets a sentence about that, and about a file that cannot be written later
   * @throws Error when the path is a folder, or the file cannot be written from the start
   */
  constructor(path: string, stores: KeptStores, warn: (sentence: string) => void) {
    this.#file = new StateFile(path)
    this.#stores = stores
    this.#warn = warn
    this.#restore(this.#read())
    try {
      this.#writeAll()
    } catch (error) {
      throw new Error(`The state file ${path} cannot be written: ${messageOf(error)}.`, { cause: error })
    }
  }

  /** Follows the changes from here on. */
  follow(changes: Changes): void {
    changes.listen((change) => this.#note(change))
  }

  /** Writes what is left. */
  close(): void {
    if (!this.#timer && !this.#isBehind) return
    this.#nextLookAt = 0
    this.#write()
    clearTimeout(this.#timer)
  }

  #note(change: Change): void {
    if (change.kind === 'message') {
      const { message } = change
      this.#changed.set(`message ${message.messageId}`, ['messages', message.messageId, message])
    } else if (change.kind === 'chat' || change.kind === 'read') {
      const { chat } = change
      this.#changed.set(`chat ${chat.chatId}`, ['chats', chat.chatId, chat])
    } else if (change.kind === 'people' || change.kind === 'links') this.#mayDiffer = true
    else if (change.kind === 'call' && change.call.method !== 'GET') this.#mayDiffer = true
    else if (change.kind === 'reset') this.#isBehind = true
    else return
    this.#wait(waitMs)
  }

  #wait(delayMs: number): void {
    this.#timer ??= setTimeout(() => this.#write(), delayMs).unref()
  }

  #read(): StateRecord[] {
    const { path } = this.#file
    try {
      return this.#file.read()
    } catch (error) {
      const name = this.#file.setAside()
      const why = messageOf(error)
      this.#warn(`The saved state ${path} cannot be used: ${why}. It is kept as ${name}; the sandbox starts fresh.`)
      return []
    }
  }

  #restore(records: readonly StateRecord[]): void {
    const values = new Map<string, Map<string, unknown>>()
    for (const [store, key, value] of records) {
      const ofStore = values.get(store) ?? new Map<string, unknown>()
      values.set(store, ofStore)
      if (value === undefined) ofStore.delete(key)
      else ofStore.set(key, value)
    }
    for (const [name, store] of this.#all()) {
      const ofStore = values.get(name)
      if (ofStore) store.restore(ofStore)
    }
  }

  #write(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    try {
      if (this.#isBehind || this.#file.isOverfull) this.#writeAll()
      else this.#append()
    } catch (error) {
      // Said once, and not again with every change.
      if (!this.#hasFailed) {
        this.#warn(
          `The state cannot be written to ${this.#file.path}: ${messageOf(error)}. The next change tries again.`,
        )
      }
      this.#isBehind = true
      this.#hasFailed = true
    }
  }

  #append(): void {
    const records = [...this.#changed.values()].map(encodeRecord)
    this.#changed.clear()
    const now = performance.now()
    if (this.#mayDiffer && now < this.#nextLookAt) this.#wait(this.#nextLookAt - now)
    else if (this.#mayDiffer) {
      this.#mayDiffer = false
      records.push(...this.#differing())
      const tookMs = performance.now() - now
      this.#nextLookAt = now + tookMs / lookShare
    }
    if (records.length > 0) this.#file.append(records)
  }

  #writeAll(): void {
    this.#written.clear()
    this.#changed.clear()
    this.#mayDiffer = false
    const { messages, chats } = this.#stores
    const records = [...messages.saved()].map(([key, value]) => encodeRecord(['messages', key, value]))
    for (const [key, value] of chats.saved()) records.push(encodeRecord(['chats', key, value]))
    records.push(...this.#differing())
    this.#file.write(records)
    this.#isBehind = false
    this.#hasFailed = false
  }

  /** Records of all values of `uploads` and `others` that are not as they were last written. */
  #differing(): Buffer[] {
    const records: Buffer[] = []
    const gone = new Set(this.#written.keys())
    const look = (name: string, store: SavedStore, isFixed: boolean) => {
      for (const [key, value] of store.saved()) {
        const id = `${name} ${key}`
        gone.delete(id)
        if (isFixed && this.#written.has(id)) continue
        const record = encodeRecord([name, key, value])
        const sum = crc32(record)
        if (this.#written.get(id) === sum) continue
        this.#written.set(id, sum)
        records.push(record)
      }
    }
    for (const [name, store] of Object.entries(this.#stores.uploads)) look(name, store, true)
    for (const [name, store] of Object.entries(this.#stores.others)) look(name, store, false)
    for (const id of gone) {
      this.#written.delete(id)
      const [name = '', ...key] = id.split(' ')
      records.push(encodeRecord([name, key.join(' ')]))
    }
    return records
  }

  /** In the order in which they are restored: people and apps before what names them. */
  #all(): [name: string, store: SavedStore][] {
    const { others, chats, messages, uploads } = this.#stores
    return [...Object.entries(others), ...Object.entries(uploads), ['chats', chats], ['messages', messages]]
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
