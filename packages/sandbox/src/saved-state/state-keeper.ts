import { crc32 } from 'node:zlib'
import type { Change, Changes } from '../changes.ts'
import type { SavedStore } from './saved-store.ts'
import { encodeRecord, StateFile, type StateRecord } from './state-file.ts'

/** Changes wait this long for others, real milliseconds. */
const waitMs = 250

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
  /** Changed values of `messages` and `chats`, by store and key. */
  readonly #changed = new Map<string, StateRecord>()
  /** CRC-32 of the last record of each value of `uploads` and `others`. */
  readonly #written = new Map<string, number>()
  #mayDiffer = false
  #timer: NodeJS.Timeout | undefined

  /**
   * Restores what the file holds. A file that is not understood is kept aside under another name, and the sandbox starts fresh.
   *
   * @param warn gets a sentence about it
   */
  constructor(path: string, stores: KeptStores, warn: (sentence: string) => void) {
    this.#file = new StateFile(path)
    this.#stores = stores
    try {
      this.#restore(this.#file.read())
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      warn(
        `The saved state ${path} cannot be used: ${why}. It is kept as ${this.#file.setAside()}; the sandbox starts fresh.`,
      )
    }
    this.#writeAll()
  }

  /** Follows the changes from here on. */
  follow(changes: Changes): void {
    changes.listen((change) => this.#note(change))
  }

  /** Writes what is left. */
  close(): void {
    if (this.#timer) this.#write()
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
    else if (change.kind === 'reset') {
      this.#writeAll()
      return
    } else return
    this.#timer ??= setTimeout(() => this.#write(), waitMs).unref()
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
    if (this.#file.isOverfull) this.#writeAll()
    else this.#append()
  }

  #append(): void {
    const records = [...this.#changed.values()].map(encodeRecord)
    this.#changed.clear()
    if (this.#mayDiffer) records.push(...this.#differing())
    this.#mayDiffer = false
    if (records.length > 0) this.#file.append(records)
  }

  #writeAll(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#written.clear()
    this.#changed.clear()
    this.#mayDiffer = false
    const { messages, chats } = this.#stores
    const records = [...messages.saved()].map(([key, value]) => encodeRecord(['messages', key, value]))
    for (const [key, value] of chats.saved()) records.push(encodeRecord(['chats', key, value]))
    records.push(...this.#differing())
    this.#file.write(records)
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
