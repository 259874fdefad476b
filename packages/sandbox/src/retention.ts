/** An append-only list that forgets its oldest entries past a limit. */
export class BoundedLog<T> {
  #entries: T[] = []
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  push(entry: T): void {
    this.#entries.push(entry)
    // Cutting in portions keeps the cost of one entry constant.
    if (this.#entries.length > this.#limit * 1.25 + 16) this.#entries = this.#entries.slice(-this.#limit)
  }

  /** The kept entries, oldest first, at most `limit`. */
  entries(): readonly T[] {
    return this.#entries.length > this.#limit ? this.#entries.slice(-this.#limit) : this.#entries
  }

  clear(): void {
    this.#entries = []
  }
}

/** A map in order of insertion that forgets its oldest entries past a limit. */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>()
  readonly #limit: number
  #shrinkAt: number
  readonly #mayForget: (value: V) => boolean
  readonly #forgotten: (value: V) => void

  constructor(limit: number, options: { mayForget?: (value: V) => boolean; forgotten?: (value: V) => void } = {}) {
    this.#limit = limit
    this.#shrinkAt = limit * 1.25 + 16
    this.#mayForget = options.mayForget ?? (() => true)
    this.#forgotten = options.forgotten ?? (() => {})
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: K): V | undefined {
    return this.#entries.get(key)
  }

  set(key: K, value: V): void {
    this.#entries.set(key, value)
    if (this.#entries.size > this.#shrinkAt) this.#shrink()
  }

  values(): MapIterator<V> {
    return this.#entries.values()
  }

  clear(): void {
    this.#entries.clear()
  }

  // In portions: reading the first key of a map after each deletion walks over all the holes.
  #shrink(): void {
    let surplus = this.#entries.size - this.#limit
    for (const [key, value] of this.#entries) {
      if (surplus <= 0) break
      if (!this.#mayForget(value)) continue
      this.#entries.delete(key)
      this.#forgotten(value)
      surplus -= 1
    }
    // When much must stay, the next look waits until as much again has come.
    this.#shrinkAt = Math.max(this.#limit, this.#entries.size) * 1.25 + 16
  }
}

/** Uploads in order of arrival; the oldest are forgotten past a limit of bytes, the newest one never. */
export class BoundedBytes<V extends { bytes: Uint8Array }> {
  readonly #entries = new Map<string, V>()
  readonly #maxBytes: number
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get(key: string): V | undefined {
    return this.#entries.get(key)
  }

  /** All of them, oldest first. */
  entries(): MapIterator<[string, V]> {
    return this.#entries.entries()
  }

  add(key: string, value: V): void {
    this.#entries.set(key, value)
    this.#bytes += value.bytes.length
    for (const [oldest, { bytes }] of this.#entries) {
      if (this.#bytes <= this.#maxBytes || oldest === key) break
      this.#entries.delete(oldest)
      this.#bytes -= bytes.length
    }
  }

  clear(): void {
    this.#entries.clear()
    this.#bytes = 0
  }
}
