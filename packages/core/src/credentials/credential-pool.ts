import type { App } from '../config/app.ts'
import { coreError } from '../errors/catalogue.ts'
import { isLarkspurError } from '../errors/larkspur-error.ts'
import { currentScope } from '../observe/context.ts'
import type { EventBus, KernelFacts } from '../observe/event-bus.ts'
import type { KernelMetrics } from '../observe/kernel-metrics.ts'
import type { Log } from '../observe/log.ts'
import type { Secrets } from '../observe/redact.ts'
import type { PostJson } from './platform-answer.ts'
import { type FetchedToken, fetchPlatformToken, type PlatformTokenKind } from './platform-tokens.ts'
import type { StoredToken, TokenStore } from './token-store.ts'
import { UserTokenStore } from './user-token-store.ts'
import type { UserIdentity, UserTokenSource, UserTokens } from './user-tokens.ts'

/** What a {@link CredentialPool} needs. */
export interface CredentialPoolParts {
  readonly post: PostJson
  readonly bus: EventBus<KernelFacts>
  readonly metrics: KernelMetrics
  readonly secrets: Secrets
  /** Share of a token's life that is left when it is refreshed, 0 to 0.25. */
  readonly refreshAhead: number
  /** The app with this id, for tokens of users. */
  readonly app: (appId: string) => App
  /** Opens the database, if need be, and calls {@link CredentialPool.keepIn}: grants of users are there alone. */
  readonly openStore?: (() => Promise<unknown>) | undefined
  /** Milliseconds that only go forward; replaced in tests. */
  readonly now?: (() => number) | undefined
  /** Random numbers from 0 to 1, for the jitter; replaced in tests. */
  readonly random?: (() => number) | undefined
}

interface Held {
  readonly value: string
  /** All by the pool's own clock. */
  readonly endsAt: number
  refreshAt: number
}

interface Slot {
  held: Held | undefined
  fetching: Promise<Held> | undefined
  /** Of the newest token that came from the store; 0 before, and without a store. */
  generation: number
  failures: number
  /** The last failure, when repeating does not cure it. */
  refusal: unknown
  /** Not asked again before, after a failure. */
  retryAt: number
  /** The token that a call said the platform no longer takes. */
  dropped: { readonly value: string; readonly at: number } | undefined
  /** The platform stands by the dropped token until then: the call is at fault, not the token. */
  confirmedUntil: number
}

/** A token that has less left than this is not handed out: the call that carries it takes time too. */
const marginMs = 5_000
const firstRetryMs = 500
const maxRetryMs = 30_000
/** How long a token that was dropped and came again is kept whatever calls say of it. */
const confirmedMs = 60_000

/**
 * Tokens of several apps, each fetched when it is first needed, refreshed before it ends, and asked for once however
 * many callers wait. Callers use the old token while a refresh is on its way.
 */
export class CredentialPool implements AsyncDisposable {
  readonly #parts: CredentialPoolParts
  readonly #slots = new Map<string, Slot>()
  readonly #now: () => number
  #userTokens: UserTokenSource | undefined
  #kept: { readonly store: TokenStore; readonly log: Log; readonly users: UserTokenStore } | undefined

  constructor(parts: CredentialPoolParts) {
    this.#parts = parts
    this.#now = parts.now ?? (() => performance.now())
  }

  /** Fills the contract for tokens of users; undefined: they come from the store again. */
  provideUserTokens(source: UserTokenSource | undefined): void {
    this.#userTokens = source
  }

  /** From now on tokens are shared with other processes through the store. What is held in memory stays good. */
  keepIn(store: TokenStore, log: Log): void {
    this.#kept = { store, log, users: new UserTokenStore({ ...this.#parts, store }) }
  }

  /**
   * The grants of users in the store.
   * @throws CREDENTIAL_NO_USER_TOKENS without one; STORAGE_… errors of opening it
   */
  async userTokens(): Promise<UserTokens> {
    if (!this.#kept) await this.#parts.openStore?.()
    if (this.#kept) return this.#kept.users
    throw coreError('CREDENTIAL_NO_USER_TOKENS', {
      message: 'a token of a user was wanted, but there is no store of tokens and no plugin supplies them',
    })
  }

  /** Refreshes that are on their way are finished, and what they bring is stored. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#kept?.users[Symbol.dispose]()
    await this.#kept?.store.settle()
  }

  /**
   * A tenant or app token that is good now; a cached one costs a look-up.
   * @throws CREDENTIAL_REFUSED, CREDENTIAL_TOKEN_FAILED; STORAGE_CALL_INSIDE_WRITE when it has to be fetched
   */
  token(app: App, kind: PlatformTokenKind): string | Promise<string> {
    const slot = this.#slot(app, kind)
    const { held } = slot
    if (held) {
      const now = this.#now()
      if (now < held.refreshAt) return held.value
      if (now < held.endsAt - marginMs) {
        // Nobody waits and nobody hears of a failure while the old token lives.
        if (!slot.fetching && now >= slot.retryAt) this.#fetch(app, kind, slot).catch(() => {})
        return held.value
      }
    }
    // The fetch would wait for the connection that the write holds.
    if (this.#kept && currentScope().writing) {
      const message = `a ${kind} token of ${app.appId} had to be fetched inside database.write`
      return Promise.reject(coreError('STORAGE_CALL_INSIDE_WRITE', { message }))
    }
    // A wrong secret stays wrong: it is not sent again with every call.
    if (slot.refusal !== undefined && !slot.fetching && this.#now() < slot.retryAt) return Promise.reject(slot.refusal)
    return (slot.fetching ?? this.#fetch(app, kind, slot)).then(({ value }) => value)
  }

  /**
   * A token of a user, from the store or the plugin that supplies them.
   * @throws CREDENTIAL_NO_USER_TOKENS, and what {@link UserTokenSource.get} throws
   */
  async userToken(user: UserIdentity): Promise<string> {
    const source = this.#userTokens ?? (await this.userTokens())
    const { value, expiresAtMs } = await source.get(user)
    this.#parts.secrets.learn(value, 'token', expiresAtMs)
    return value
  }

  /** The platform refused this very token: it is dropped, unless a newer one is there already. */
  refused(app: App, kind: PlatformTokenKind, value: string): void {
    const slot = this.#slot(app, kind)
    const now = this.#now()
    if (slot.held && slot.held.value !== value) return
    if (slot.dropped?.value === value && now < slot.confirmedUntil) return
    slot.held = undefined
    slot.dropped = { value, at: now }
  }

  /** As {@link refused}, for a user's token; the grant is kept. */
  async userTokenRefused(user: UserIdentity, value: string): Promise<void> {
    const source = this.#userTokens ?? (await this.userTokens())
    await source.refused(user, value)
  }

  /** Drops every token of the app itself that is held in memory, for instance because its secret is another one now. */
  forget({ appId, tenantKey }: App): void {
    for (const kind of ['tenant', 'app'] as const) this.#slots.delete(slotName(appId, tenantKey, kind))
  }

  async #load(app: App, kind: PlatformTokenKind, slot: Slot, mayAskAgain = true): Promise<Held> {
    const { bus, metrics, secrets, refreshAhead, random = Math.random } = this.#parts
    const { appId } = app
    const asked = this.#now()
    try {
      const { value, lifeMs, leftMs, generation, refreshed } = await this.#obtain(app, kind, slot.generation)
      // What another process stored before this one had looked into the store says nothing of the platform's mind.
      const unasked = !refreshed && slot.generation === 0
      slot.generation = generation
      const { dropped } = slot
      if (dropped?.value === value) {
        // Answered before the token was void: asked again, once.
        if ((dropped.at > asked || unasked) && mayAskAgain) return await this.#load(app, kind, slot, false)
        slot.confirmedUntil = this.#now() + confirmedMs
      }
      // Counted from before the call: the platform's life began no earlier.
      const endsAt = asked + leftMs
      const aheadMs = lifeMs * refreshAhead * (0.9 + random() * 0.2)
      // The platform gives the old token again while 30 minutes remain; asking at once again would bring it again.
      const again = slot.held?.value === value
      const refreshAt = again ? asked + Math.max(60_000, (leftMs - aheadMs) / 2) : endsAt - aheadMs
      slot.held = { value, endsAt, refreshAt: Math.min(refreshAt, endsAt - marginMs) }
      slot.failures = 0
      slot.refusal = undefined
      slot.retryAt = 0
      secrets.learn(value, 'token', Date.now() + leftMs)
      if (refreshed) {
        metrics.tokenRefreshesTotal.add({ app: appId, outcome: 'ok' })
        bus.emit('token:refreshed', { appId, kind, expiresAtMs: Date.now() + leftMs })
      }
      return slot.held
    } catch (error) {
      slot.failures += 1
      slot.refusal = isLarkspurError(error) && !error.retryable ? error : undefined
      slot.retryAt = this.#now() + Math.min(firstRetryMs * 2 ** slot.failures, maxRetryMs) * (0.5 + random() / 2)
      metrics.tokenRefreshesTotal.add({ app: appId, outcome: 'error' })
      bus.emit('token:failed', { appId, kind, error })
      throw error
    }
  }

  async #obtain(app: App, kind: PlatformTokenKind, stale: number): Promise<StoredToken> {
    const { appId, tenantKey } = app
    let fetched: FetchedToken | undefined
    let refusal: unknown
    const fetch = async (): Promise<FetchedToken> => {
      try {
        fetched = await fetchPlatformToken(app, kind, this.#parts.post)
        return fetched
      } catch (error) {
        refusal = error
        throw error
      }
    }
    if (this.#kept) {
      const { store, log } = this.#kept
      try {
        return await store.obtain({ appId, tenantKey, userId: '', kind }, stale, fetch)
      } catch (error) {
        if (error === refusal) throw error
        // The bot goes on without its database: these tokens can be fetched at any time.
        log.warn('the store of tokens failed; the token is used by this process alone', { appId, kind, error })
      }
    }
    const { value, lifeMs } = fetched ?? (await fetch())
    return { value, lifeMs, leftMs: lifeMs, generation: stale, refreshed: true }
  }

  #fetch(app: App, kind: PlatformTokenKind, slot: Slot): Promise<Held> {
    slot.fetching = this.#load(app, kind, slot).finally(() => {
      slot.fetching = undefined
    })
    return slot.fetching
  }

  #slot(app: App, kind: PlatformTokenKind): Slot {
    // Two bots have two pools; within one, an app id belongs to one domain and tenant.
    const name = slotName(app.appId, app.tenantKey, kind)
    let slot = this.#slots.get(name)
    if (!slot) {
      slot = {
        ...{ held: undefined, fetching: undefined, failures: 0, refusal: undefined, retryAt: 0 },
        ...{ generation: 0, dropped: undefined, confirmedUntil: 0 },
      }
      this.#slots.set(name, slot)
    }
    return slot
  }
}

function slotName(appId: string, tenantKey: string, kind: PlatformTokenKind): string {
  return `${kind} ${appId} ${tenantKey}`
}
