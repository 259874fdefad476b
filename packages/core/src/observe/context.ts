import { AsyncLocalStorage } from 'node:async_hooks'

/** The run of a handler, as the api client sees it: it gives calls their effect keys and remembers their results. */
export interface ActiveRun {
  /** Aborts when the run ends for any other reason than finishing. */
  readonly signal: AbortSignal
  /** True after the run ended; every API call of an ended run throws API_RUN_ENDED. */
  readonly ended: boolean
  /**
   * Names one call with an effect. Equal calls in one handler get ordinals, so the key is the same in every run.
   * `stored` is the result of the same call in an earlier run of this event: replay it, do not send.
   */
  effect(call: EffectCall): { readonly key: string; readonly stored?: { readonly result: unknown } | undefined }
  /** Keeps the result of a call with an effect, so that a later run replays it. */
  keep(key: string, result: unknown): void
}

/** What names a call with an effect inside a run. */
export interface EffectCall {
  /** Method and path template, e.g. `POST /open-apis/im/v1/messages`. */
  readonly api: string
  /** Who or what the effect happens to, e.g. a chat id; part of the key. */
  readonly receiver?: string | undefined
  /** A key given by the author, instead of the ordinal among equal calls. */
  readonly key?: string | undefined
}

/** What is known about the code that is running now. Read by which-app, the log and the api client. */
export interface Scope {
  readonly appId?: string | undefined
  readonly tenantKey?: string | undefined
  /** Dedupe key of the event being handled. */
  readonly eventKey?: string | undefined
  /** `plugin/handler` being run. */
  readonly handler?: string | undefined
  readonly run?: ActiveRun | undefined
  /** True inside `database.write`, where platform calls are refused. */
  readonly writing?: boolean | undefined
}

const storage = new AsyncLocalStorage<Scope>()
const nothing: Scope = Object.freeze({})

/** The scope of the running code; an empty object outside any. */
export function currentScope(): Scope {
  return storage.getStore() ?? nothing
}

/** Runs `fn` in `scope` alone: a handler's run knows everything about itself. Cheaper than {@link withScope}. */
export function inScope<T>(scope: Scope, fn: () => T): T {
  return storage.run(scope, fn)
}

/** Runs `fn` with `scope` laid over the current one; the outer scope is back when `fn` ends or throws. */
export function withScope<T>(scope: Scope, fn: () => T): T {
  return storage.run({ ...currentScope(), ...scope }, fn)
}
