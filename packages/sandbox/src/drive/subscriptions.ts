import type { SavedStore } from '../saved-state/saved-store.ts'
import type { Actor } from '../tenant.ts'

/** Which apps hear of which documents, and who asked for it. */
export class Subscriptions implements SavedStore {
  readonly #byDocument = new Map<string, Map<string, Actor>>()

  add(token: string, appId: string, subscriber: Actor): void {
    const apps = this.#byDocument.get(token) ?? new Map<string, Actor>()
    this.#byDocument.set(token, apps.set(appId, subscriber))
  }

  /** Whether there was one to remove. */
  remove(token: string, appId: string): boolean {
    return this.#byDocument.get(token)?.delete(appId) ?? false
  }

  /** Subscribers by app id. */
  of(token: string): ReadonlyMap<string, Actor> {
    return this.#byDocument.get(token) ?? new Map()
  }

  saved(): Iterable<readonly [string, ReadonlyMap<string, Actor>]> {
    return this.#byDocument
  }

  restore(values: ReadonlyMap<string, unknown>): void {
    for (const [token, apps] of values) this.#byDocument.set(token, apps as Map<string, Actor>)
  }

  reset(): void {
    this.#byDocument.clear()
  }
}
