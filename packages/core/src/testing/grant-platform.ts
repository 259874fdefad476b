import type { PostJson } from '../credentials/platform-answer.ts'
import type { UserGrant } from '../credentials/user-tokens.ts'

const hour = 3_600_000

/** The token endpoint of OAuth v2: each refresh token is good once. */
export class GrantPlatform {
  /** What was sent. */
  readonly asked: Readonly<Record<string, unknown>>[] = []
  /** How often a refresh token that was used before came again. */
  reused = 0
  /** Answers instead, once. */
  instead: { readonly status: number; readonly json: unknown } | undefined
  /** Waited for before the answer, once; the refresh token is used by then. */
  holding: Promise<unknown> | undefined
  lifeSeconds = 7200
  /** The access token that was given last. */
  newest = ''
  #good: string[] = []
  #nth = 0

  /** A grant as a consent would bring it. */
  grant(change: Partial<UserGrant> = {}): UserGrant {
    const { access_token, refresh_token } = this.#pair()
    return {
      ...{ accessToken: access_token, refreshToken: refresh_token, lifeMs: 2 * hour, refreshLifeMs: 168 * hour },
      ...{ scopes: ['offline_access', 'contact:user.base:readonly'], ...change },
    }
  }

  readonly post: PostJson = async (_url, body) => {
    this.asked.push(body)
    const { instead, holding } = this
    this.instead = undefined
    this.holding = undefined
    if (instead) {
      await holding
      return { ...instead, logId: 'log1' }
    }
    const used = this.#good.indexOf(String(body.refresh_token))
    if (used < 0) {
      this.reused += 1
      await holding
      return { status: 400, json: { code: 20073, error: 'invalid_grant', error_description: 'used' }, logId: 'log1' }
    }
    this.#good.splice(used, 1)
    const pair = this.#pair()
    await holding
    const life = { expires_in: this.lifeSeconds, refresh_token_expires_in: 604_800 }
    const json = { code: 0, ...pair, ...life, scope: 'offline_access contact:user.base:readonly' }
    return { status: 200, json, logId: undefined }
  }

  #pair() {
    this.#nth += 1
    const refresh_token = `ur-refresh${this.#nth}CanaryNeverShown`
    this.#good.push(refresh_token)
    this.newest = `u-access${this.#nth}CanaryNeverShown`
    return { access_token: this.newest, refresh_token }
  }
}
