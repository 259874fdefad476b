import type { CallbackRecord } from './callback-log.ts'
import type { CallEntry } from './control.ts'
import type { Delivery } from './event-delivery.ts'
import type { ChatRecord } from './im/chat-store.ts'
import type { MessageRecord } from './im/message-store.ts'

/** Something in the sandbox that is no longer what it was. */
export type Change =
  | { kind: 'message'; message: MessageRecord }
  | { kind: 'chat'; chat: ChatRecord }
  /** How far a user has read a chat. */
  | { kind: 'read'; chat: ChatRecord; userId: string }
  | { kind: 'delivery'; delivery: Delivery }
  | { kind: 'callback'; callback: CallbackRecord }
  | { kind: 'call'; call: CallEntry }
  /** A link of the app came or went, or its delivery was changed. */
  | { kind: 'links'; appId: string }
  /** People or apps came, changed or went. */
  | { kind: 'people' }
  | { kind: 'reset' }

/** Tells whoever listens what changes, while it changes: listeners note it down and do their work later. */
export class Changes {
  readonly #listeners = new Set<(change: Change) => void>()

  /** Calls `listener` for every change; answers how to end that. */
  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(change: Change): void {
    for (const listener of this.#listeners) listener(change)
  }
}
