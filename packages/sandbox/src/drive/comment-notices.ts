import type { SavedStore } from '../saved-state/saved-store.ts'
import type { Actor } from '../tenant.ts'

interface Notice {
  appId: string
  actor: Actor
}

/** Who wants to hear of comments that concern them: people through an app, and bots. */
export class CommentNotices implements SavedStore {
  readonly #notices = new Map<string, Notice>()

  all(): Notice[] {
    return [...this.#notices.values()]
  }

  add(appId: string, actor: Actor): void {
    this.#notices.set(keyOf(appId, actor), { appId, actor })
  }

  has(appId: string, actor: Actor): boolean {
    return this.#notices.has(keyOf(appId, actor))
  }

  remove(appId: string, actor: Actor): void {
    this.#notices.delete(keyOf(appId, actor))
  }

  saved(): Iterable<readonly [string, Notice]> {
    return this.#notices
  }

  restore(values: ReadonlyMap<string, unknown>): void {
    for (const [key, notice] of values) this.#notices.set(key, notice as Notice)
  }

  reset(): void {
    this.#notices.clear()
  }
}

function keyOf(appId: string, { type, id }: Actor): string {
  return `${appId} ${type} ${id}`
}
