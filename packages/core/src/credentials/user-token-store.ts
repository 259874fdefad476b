import { hash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../config/app.ts'
import { coreError } from '../errors/catalogue.ts'
import { isLarkspurError } from '../errors/larkspur-error.ts'
import { currentScope } from '../observe/context.ts'
import type { EventBus, KernelFacts } from '../observe/event-bus.ts'
import type { KernelMetrics } from '../observe/kernel-metrics.ts'
import type { Secrets } from '../observe/redact.ts'
import { redeemCode, refreshGrant } from './oauth-grant.ts'
import type { PostJson } from './platform-answer.ts'
import type { TokenKey } from './token-row.ts'
import type { NewToken, StoredToken, TokenStore } from './token-store.ts'
import type { AuthorizationCode, UserGrant, UserIdentity, UserToken, UserTokens } from './user-tokens.ts'

/** What a {@link UserTokenStore} needs. */
export interface UserTokenStoreParts {
  readonly store: TokenStore
  readonly app: (appId: string) => App
  readonly post: PostJson
  readonly bus: EventBus<KernelFacts>
  readonly metrics: KernelMetrics
  readonly secrets: Secrets
  /** Share of a token's life that is left when it is refreshed. */
  readonly refreshAhead: number
}

/** What is sealed in the row. */
interface Sealed {
  readonly access: string
  readonly refresh: string | undefined
  readonly scopes: readonly string[]
}

interface Found {
  readonly key: TokenKey
  readonly token: StoredToken
}

/** Refreshed at the latest when this much is left. */
const leastAheadMs = 15 * 60_000
/** Between refreshes ahead of one process, since the platform takes 1,000 a minute (open.feishu.cn docs: authen-v2). */
const spacingMs = 70

/**
 * The grants of users in the database. Each call reads the row, so what one process puts, renews or removes holds in all
 * of them at once. Nobody waits for a refresh while the old token lives.
 */
export class UserTokenStore implements UserTokens, Disposable {
  readonly #parts: UserTokenStoreParts
  /** Callers of one user at the same time share one look. */
  readonly #asked = new Map<string, Promise<Found>>()
  readonly #ahead = new Map<string, Promise<void>>()
  #nextAheadAt = 0
  readonly #closing = new AbortController()

  constructor(parts: UserTokenStoreParts) {
    this.#parts = parts
  }

  async get(user: UserIdentity): Promise<UserToken> {
    expectNoWrite('get')
    const { key, token } = await this.#shared(user)
    const { access, scopes } = this.#opened(token)
    if (token.leftMs <= this.#aheadMs(key, token)) this.#refreshAhead(key, token.generation)
    return { value: access, expiresAtMs: Date.now() + token.leftMs, scopes }
  }

  async refused(user: UserIdentity, token: string): Promise<void> {
    expectNoWrite('refused')
    const key = await this.#keyOf(user)
    await this.#parts.store.drop(key, (value) => (JSON.parse(value) as Sealed).access === token)
    // Who asks from now on must not be given what was read before.
    this.#asked.delete(nameOf(keyOf(user.appId, user)))
  }

  async redeem(code: AuthorizationCode): Promise<UserGrant> {
    const { app, post } = this.#parts
    const grant = await redeemCode(app(code.appId), code, post)
    this.#learn(grant)
    return grant
  }

  async put(user: UserIdentity, grant: UserGrant): Promise<void> {
    expectNoWrite('put')
    const { store, app } = this.#parts
    const key = keyOf(app(user.appId).appId, user)
    this.#learn(grant)
    await store.put(key, newToken(grant))
    // The same person, from a time when the tenant was not known, or was.
    for (const tenantKey of await store.tenantsOf(key))
      if (tenantKey !== key.tenantKey && (tenantKey === '' || key.tenantKey === ''))
        await store.remove({ ...key, tenantKey })
    this.#asked.delete(nameOf(key))
  }

  async remove(user: UserIdentity): Promise<boolean> {
    expectNoWrite('remove')
    const key = await this.#keyOf(user)
    const removed = await this.#parts.store.remove(key)
    this.#asked.delete(nameOf(keyOf(user.appId, user)))
    return removed
  }

  /** Begins no refresh ahead any more. */
  [Symbol.dispose](): void {
    this.#closing.abort()
  }

  /**
   * The row of a user. Outside of an event the tenant is not known; the id of a user is another one in each app, so
   * that the only row there is is the right one.
   */
  async #keyOf(user: UserIdentity): Promise<TokenKey> {
    const { store, app } = this.#parts
    const key = keyOf(app(user.appId).appId, user)
    if (await store.has(key)) return key
    const tenants = await store.tenantsOf(key)
    if (key.tenantKey !== '') return tenants.includes('') ? { ...key, tenantKey: '' } : key
    return { ...key, tenantKey: (tenants.length === 1 && tenants[0]) || '' }
  }

  #shared(user: UserIdentity): Promise<Found> {
    const name = nameOf(keyOf(user.appId, user))
    let asked = this.#asked.get(name)
    if (!asked) {
      asked = this.#find(user).finally(() => {
        if (this.#asked.get(name) === asked) this.#asked.delete(name)
      })
      this.#asked.set(name, asked)
    }
    return asked
  }

  async #find(user: UserIdentity): Promise<Found> {
    const key = keyOf(this.#parts.app(user.appId).appId, user)
    try {
      return { key, token: await this.#obtain(key, 0) }
    } catch (error) {
      if (!isLarkspurError(error) || error.code !== 'CREDENTIAL_USER_NOT_AUTHORISED') throw error
      const other = await this.#keyOf(user)
      if (other.tenantKey === key.tenantKey) throw error
      return { key: other, token: await this.#obtain(other, 0) }
    }
  }

  async #obtain(key: TokenKey, stale: number): Promise<StoredToken> {
    const { store, app, post, bus, metrics } = this.#parts
    const { appId, userId: openId } = key
    const kind = 'user'
    let failure: unknown
    const refresh = async (old: string | undefined): Promise<NewToken> => {
      try {
        const { refresh: refreshToken } = old === undefined ? {} : (JSON.parse(old) as Sealed)
        if (refreshToken === undefined)
          throw coreError('CREDENTIAL_RECORD_BROKEN', { message: `the grant of ${openId} in ${appId} cannot be read` })
        const grant = await refreshGrant(app(appId), refreshToken, post)
        this.#learn(grant)
        return newToken(grant)
      } catch (error) {
        failure = error
        throw error
      }
    }
    try {
      const token = await store.obtainGrant(key, stale, refresh)
      if (token.refreshed) {
        metrics.tokenRefreshesTotal.add({ app: appId, outcome: 'ok' })
        bus.emit('token:refreshed', { appId, kind, openId, expiresAtMs: Date.now() + token.leftMs })
      }
      return token
    } catch (error) {
      if (error === failure) {
        metrics.tokenRefreshesTotal.add({ app: appId, outcome: 'error' })
        bus.emit('token:failed', { appId, kind, openId, error })
      }
      throw error
    }
  }

  #refreshAhead(key: TokenKey, generation: number): void {
    const name = nameOf(key)
    if (this.#ahead.has(name) || this.#closing.signal.aborted) return
    const refresh = async (): Promise<void> => {
      const now = performance.now()
      this.#nextAheadAt = Math.max(now, this.#nextAheadAt + spacingMs)
      await sleep(this.#nextAheadAt - now, undefined, { signal: this.#closing.signal })
      await this.#obtain(key, generation)
    }
    // Told by fact and counter; nobody waits for it.
    const ahead = refresh()
      .catch(() => {})
      .finally(() => this.#ahead.delete(name))
    this.#ahead.set(name, ahead)
  }

  /** The same for everyone who reads the row, another one for each user: not all refresh at the same moment. */
  #aheadMs(key: TokenKey, { lifeMs, generation }: StoredToken): number {
    const share = Number.parseInt(hash('sha256', `${nameOf(key)} ${generation}`).slice(0, 6), 16) / 0xff_ff_ff
    const aheadMs = Math.max(lifeMs * this.#parts.refreshAhead, leastAheadMs) * (1 + share * 0.2)
    return Math.min(aheadMs, lifeMs / 2)
  }

  #opened({ value, leftMs }: StoredToken): Sealed {
    const sealed = JSON.parse(value) as Sealed
    const { secrets } = this.#parts
    secrets.learn(sealed.access, 'token', Date.now() + leftMs)
    if (sealed.refresh !== undefined) secrets.learn(sealed.refresh, 'token')
    return sealed
  }

  #learn({ accessToken, refreshToken, lifeMs }: UserGrant): void {
    const { secrets } = this.#parts
    secrets.learn(accessToken, 'token', Date.now() + lifeMs)
    if (refreshToken !== undefined) secrets.learn(refreshToken, 'token')
  }
}

function keyOf(appId: string, { tenantKey = '', openId }: UserIdentity): TokenKey {
  const text = String(openId)
  // A token in the wrong place is not printed.
  if (!text.startsWith('ou_'))
    throw coreError('CREDENTIAL_USER_ID_INVALID', {
      message: `a user of ${appId} is named by an open_id (ou_…), received ${JSON.stringify(text.slice(0, 3))} and so on, ${text.length} characters`,
    })
  return { appId, tenantKey, userId: openId, kind: 'user' }
}

function nameOf({ appId, tenantKey, userId }: TokenKey): string {
  return `${appId} ${tenantKey} ${userId}`
}

function newToken({ accessToken, refreshToken, lifeMs, refreshLifeMs, scopes }: UserGrant): NewToken {
  const sealed: Sealed = { access: accessToken, refresh: refreshToken, scopes }
  // An answer that does not say how long can still be tried; without a refresh token there is nothing to try.
  const refreshable = refreshToken === undefined ? undefined : (refreshLifeMs ?? lifeMs)
  return { value: JSON.stringify(sealed), lifeMs, refreshLifeMs: refreshable }
}

function expectNoWrite(what: string): void {
  if (currentScope().writing)
    throw coreError('STORAGE_CALL_INSIDE_WRITE', { message: `userTokens.${what} was called inside database.write` })
}
