import { createHash } from 'node:crypto'
import type { SandboxClock } from '../clock.ts'
import type { RunIds } from '../ids.ts'
import { PlatformError } from '../platform-error.ts'
import { BoundedMap } from '../retention.ts'

const minuteMs = 60_000
const codeLifeMs = 5 * minuteMs
const dayMs = 24 * 60 * minuteMs
const refreshLifeMs = 7 * dayMs
const consentLifeMs = 365 * dayMs
/** Of codes, and of refresh tokens; the oldest are unknown then. */
const maxGrants = 10_000

/** What a user agreed to. */
export interface Consent {
  appId: string
  userId: string
  scopes: readonly string[]
  agreedAtMs: number
}

/** What an authorize call asked for beside the consent, to be proven at the token endpoint. */
export interface CodeBinding {
  redirectUri: string
  /** PKCE: the challenge, and how it was made of the verifier. */
  challenge: string | undefined
  method: 'S256' | 'plain'
}

/** Who redeems a code, and with what. */
interface CodeProof {
  appId: string
  redirectUri: string | undefined
  verifier: string | undefined
  /** A verifier without a challenge is refused. */
  strict?: boolean
}

/** Something good for one use, which the caller marks when nothing else speaks against it. */
export interface Grant {
  consent: Consent
  until: number
  used: boolean
}

interface Code extends Grant {
  binding: CodeBinding
}

/** Authorization codes and refresh tokens: single use, with their ends (docs: get-user-access-token, refresh-user-access-token). */
export class Grants {
  readonly #clock: SandboxClock
  readonly #ids: RunIds
  readonly #codes = new BoundedMap<string, Code>(maxGrants)
  readonly #refreshTokens = new BoundedMap<string, Grant>(maxGrants)

  constructor(clock: SandboxClock, ids: RunIds) {
    this.#clock = clock
    this.#ids = ids
  }

  /** A code for one consent; 5 minutes. */
  issueCode(consent: Consent, binding: CodeBinding): string {
    const value = this.#ids.secret(64)
    this.#codes.set(value, { consent, binding, until: this.#clock.now() + codeLifeMs, used: false })
    return value
  }

  /**
   * A code that was proven.
   *
   * @throws PlatformError 20003 unknown, 20004 expired, 20024 other app, 20049 PKCE, 20065 used before, 20071 redirect_uri
   */
  code(value: string, proof: CodeProof): Grant {
    const code = this.#codes.get(value)
    if (!code) throw new PlatformError(20003)
    if (code.consent.appId !== proof.appId) throw new PlatformError(20024)
    if (code.used) throw new PlatformError(20065)
    if (code.until <= this.#clock.now()) throw new PlatformError(20004)
    const { redirectUri } = code.binding
    if (proof.redirectUri !== undefined && proof.redirectUri !== redirectUri) throw new PlatformError(20071)
    if (!proves(proof, code.binding)) throw new PlatformError(20049)
    return code
  }

  /** A refresh token for a consent, and the seconds until its end: 7 days by default, and never past 365 days from the consent. */
  issueRefreshToken(consent: Consent, lifeMs = refreshLifeMs): { token: string; expire: number } {
    const now = this.#clock.now()
    const until = Math.min(now + lifeMs, consent.agreedAtMs + consentLifeMs)
    const token = `eyJ${this.#ids.secret(600)}`
    this.#refreshTokens.set(token, { consent, until, used: false })
    return { token, expire: Math.floor((until - now) / 1000) }
  }

  /**
   * A refresh token that is still good.
   *
   * @throws PlatformError 20024 other app, 20026 unknown, 20037 expired, 20073 used before
   */
  refreshToken(value: string, appId: string): Grant {
    const token = this.#refreshTokens.get(value)
    if (!token) throw new PlatformError(20026)
    if (token.consent.appId !== appId) throw new PlatformError(20024)
    if (token.used) throw new PlatformError(20073)
    if (token.until <= this.#clock.now()) throw new PlatformError(20037)
    return token
  }

  reset(): void {
    this.#codes.clear()
    this.#refreshTokens.clear()
  }
}

function proves({ verifier, strict }: CodeProof, { challenge, method }: CodeBinding): boolean {
  if (challenge === undefined) return !strict || verifier === undefined
  if (verifier === undefined || verifier.length < 43 || verifier.length > 128) return false
  return challenge === (method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url'))
}
