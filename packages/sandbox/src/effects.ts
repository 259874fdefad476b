import type { ApiAnswer, ApiCall, ApiHandler, Platform } from './api-call.ts'
import type { ApiContract } from './api-contract.ts'
import type { SandboxClock } from './clock.ts'
import type { LedgerEntry, SandboxSettings } from './control.ts'
import { contentHash, type Ledger } from './ledger.ts'
import { PlatformError } from './platform-error.ts'
import { UuidWindow } from './uuid-window.ts'

interface Effect {
  answer: ApiAnswer
  /** What the call said, for APIs that refuse a uuid with another body. */
  said: string
  ledgerSeq: number
}

/** Runs the calls that change what others see: once for each `uuid`, and each of them written into the ledger. */
export class Effects {
  readonly #platform: Platform
  readonly #clock: SandboxClock
  readonly #ledger: Ledger
  readonly #settings: SandboxSettings
  readonly #done: UuidWindow<Effect>

  constructor(platform: Platform, clock: SandboxClock, ledger: Ledger, settings: SandboxSettings) {
    this.#platform = platform
    this.#clock = clock
    this.#ledger = ledger
    this.#settings = settings
    this.#done = new UuidWindow(clock)
  }

  /**
   * Runs the call, or answers the earlier call of the same app, API, receiver and uuid again.
   *
   * @throws PlatformError `uuidConflict` of the contract when the earlier call said something else
   */
  run(contract: ApiContract, call: ApiCall, handler: ApiHandler, answered: boolean): ApiAnswer | Promise<ApiAnswer> {
    const api = `${contract.method} ${contract.path}`
    const uuid = uuidOf(call)
    const key = uuid && JSON.stringify([call.app?.appId, api, call.params, call.body.receive_id, uuid])
    const earlier = key === undefined || !this.#settings.collapseUuids ? undefined : this.#done.find(key)
    const said = contract.uuidConflict === undefined ? '' : contentHash(JSON.stringify(call.body))
    if (earlier && contract.uuidConflict !== undefined && earlier.said !== said) {
      throw new PlatformError(contract.uuidConflict)
    }
    const done = (answer: ApiAnswer) => {
      const entry = this.#add(api, call, {
        fields: { ...receiver(call), ...answer.fields },
        accepted: !earlier,
        ...(earlier && { repeatOf: earlier.ledgerSeq }),
        status: 200,
        code: 0,
        answered,
      })
      if (key !== undefined && !earlier) this.#done.remember(key, { answer, said, ledgerSeq: entry.seq })
      return answer
    }
    const answer = earlier?.answer ?? handler(this.#platform, call)
    // Only handlers that wait are waited for: two calls with one uuid must not pass each other here.
    return answer instanceof Promise ? answer.then(done) : done(answer)
  }

  /** Writes down a call that had no effect. */
  refused(api: string, call: ApiCall, outcome: { status: number; code: number }, answered: boolean): void {
    const { status, code } = outcome
    const fields = { ...call.params, ...receiver(call) }
    this.#add(api, call, { fields, accepted: false, status, code, answered })
  }

  reset(): void {
    this.#done.reset()
  }

  #add(
    api: string,
    call: ApiCall,
    result: Pick<LedgerEntry, 'fields' | 'accepted' | 'repeatOf' | 'status' | 'code' | 'answered'>,
  ): LedgerEntry {
    const uuid = uuidOf(call)
    const { content } = call.body
    return this.#ledger.add({
      atMs: this.#clock.now(),
      appId: call.app?.appId ?? '',
      api,
      ...(uuid !== undefined && { uuid }),
      ...(typeof content === 'string' && { contentHash: contentHash(content) }),
      ...result,
    })
  }
}

function uuidOf(call: ApiCall): string | undefined {
  const uuid = call.body.uuid ?? call.query.uuid ?? call.query.client_token ?? call.body.idempotent_id
  return typeof uuid === 'string' && uuid !== '' ? uuid : undefined
}

function receiver(call: ApiCall): Record<string, string> {
  const { receive_id } = call.body
  return typeof receive_id === 'string' ? { receive_id } : {}
}
