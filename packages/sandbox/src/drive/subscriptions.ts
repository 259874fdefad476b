import type { Actor } from '../tenant.ts'

/** Which apps hear of which documents, and who asked for it. */
export class Subscriptions {
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

  reset(): void {
    this.#byDocument.clear()
  }
}
