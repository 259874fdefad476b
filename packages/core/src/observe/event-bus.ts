import mittModule from 'mitt'
import type { Alarm } from './alarm.ts'

// mitt's types describe a CommonJS module whose default is `.default`; Node loads its ES module, whose default is the function.
const mitt = mittModule as unknown as typeof mittModule.default

/** States of a long connection, as shown in metrics, health and facts. */
export type ConnectionState =
  | 'idle'
  | 'connecting'
  | 'open'
  | 'waiting'
  | 'fallback'
  | 'refused'
  | 'draining'
  | 'closed'

/** Facts of the kernel: what happened, for anyone who watches. Informs only; nothing is retried. */
export interface KernelFacts {
  /** Every part is set up, the bot receives. */
  'bot:started': { readonly appIds: readonly string[] }
  /** close() began. */
  'bot:closing': { readonly reason: string }
  /** A long connection is up. `downMs`: how long there was none, 0 the first time. */
  'connection:open': { readonly appId: string; readonly downMs: number }
  'connection:closed': { readonly appId: string; readonly reason: string }
  'connection:state': { readonly appId: string; readonly state: ConnectionState; readonly message: string }
  /** An event was stored and acknowledged; `duplicate` when it was there already. */
  'event:received': {
    readonly appId: string
    readonly key: string
    readonly type: string
    readonly duplicate: boolean
  }
  /** An event, task or job was handled to its end. `handlers`: how many it had; 1 for tasks, jobs and callbacks. */
  'event:handled': {
    readonly appId: string
    readonly key: string
    readonly type: string
    readonly handlers: number
    readonly durationMs: number
  }
  /** An event waits for an answer (see PlatformEvent.wait). */
  'event:parked': { readonly appId: string; readonly key: string; readonly type: string }
  /** A run failed; `next` says whether it is tried again or given up. */
  'event:failed': {
    readonly appId: string
    readonly key: string
    readonly type: string
    readonly handler: string
    readonly error: unknown
    readonly next: 'retry' | 'dead'
  }
  /** This process renewed a token. `openId`: whose, of kind `user`. */
  'token:refreshed': {
    readonly appId: string
    readonly kind: 'app' | 'tenant' | 'user'
    readonly openId?: string | undefined
    readonly expiresAtMs: number
  }
  /**
   * The platform gave this process no token. Of kind `user` with the error CREDENTIAL_GRANT_ENDED: `openId` has to
   * authorise again; told once.
   */
  'token:failed': {
    readonly appId: string
    readonly kind: 'app' | 'tenant' | 'user'
    readonly openId?: string | undefined
    readonly error: unknown
  }
  /** A run of a job ended. `job`: `<plugin>/<name>`; `error` also when it is tried again. */
  'job:finished': { readonly job: string; readonly outcome: 'ok' | 'error'; readonly durationMs: number }
  alarm: Alarm
}

/** Watches facts. Errors thrown by a listener are given to `onListenerError` and reach nobody else. */
export interface EventBus<Events> {
  emit<Name extends keyof Events>(name: Name, fact: Events[Name]): void
  /** Returns the remover. */
  observe<Name extends keyof Events>(name: Name, listener: (fact: Events[Name]) => void): () => void
  /** How many listeners there are; a closed plugin leaves none. */
  listenerCount(): number
}

/** Makes an event bus on mitt. Listeners run at once, in order of registration; a throwing one does not stop the rest. */
export function createEventBus<Events>(onListenerError: (name: PropertyKey, error: unknown) => void): EventBus<Events> {
  const emitter = mitt<Record<PropertyKey, unknown>>()
  let listeners = 0
  return {
    emit(name, fact) {
      emitter.emit(name, fact)
    },
    observe(name, listener) {
      const guarded = (fact: unknown): void => {
        try {
          const returned: unknown = listener(fact as Events[typeof name])
          // An async listener's rejection would otherwise end the process.
          if (returned instanceof Promise) returned.catch((error: unknown) => onListenerError(name, error))
        } catch (error) {
          onListenerError(name, error)
        }
      }
      emitter.on(name, guarded)
      listeners += 1
      let active = true
      return () => {
        if (!active) return
        active = false
        listeners -= 1
        emitter.off(name, guarded)
      }
    },
    listenerCount: () => listeners,
  }
}
