import { randomUUID } from 'node:crypto'
import { coreError } from '../errors/catalogue.ts'
import type { LarkspurError } from '../errors/larkspur-error.ts'
import type { ActiveRun } from '../observe/context.ts'
import type { PreparedCall } from './prepared-call.ts'
import { neverSent } from './transport.ts'

/** Writes the ledger row of a call that may happen at most once; false when it was there. */
export type ClaimEffect = (appId: string, key: string) => Promise<boolean>

/** The platform's limit for `uuid` (open.feishu.cn docs: im-v1 message create). */
const maxKeyLength = 50

/** Stands in the place of a result: the call was begun and refused, so it may be made again by the next run. */
const refusedMark = 'larkspur:refused'

/**
 * Makes a call with an effect. Inside a run its result is kept and replayed; a keyed one carries the same key in every
 * attempt and every run; one that may happen once is claimed before it is sent.
 * @throws API_EFFECT_UNCERTAIN, API_REQUEST_INVALID, and what `send` throws
 */
export async function withEffect(
  prepared: PreparedCall,
  run: ActiveRun | undefined,
  parts: { readonly appId: string; readonly claimEffect: ClaimEffect },
  send: (key: string | undefined) => Promise<unknown>,
): Promise<unknown> {
  const { call, api, effect } = prepared
  if (call.key !== undefined && (call.key === '' || call.key.length > maxKeyLength))
    throw coreError('API_REQUEST_INVALID', {
      message: `the key of ${api} has ${call.key.length} characters; 1 to ${maxKeyLength} are taken`,
    })
  if (!run) return send(effect === 'keyed' ? (call.key ?? randomUUID()) : undefined)

  const { key, stored } = run.effect({ api, receiver: receiverOf(prepared), key: call.key })
  if (stored && !isRefused(stored.result)) return stored.result
  if (effect === 'once' && !stored && !(await parts.claimEffect(parts.appId, key)))
    throw coreError('API_EFFECT_UNCERTAIN', {
      message: `${api} may have happened in an earlier run that ended before it was recorded; it is not repeated`,
    })
  let result: unknown
  try {
    result = await send(effect === 'keyed' ? key : undefined)
  } catch (error) {
    if (effect === 'once' && hadNoEffect(error as LarkspurError)) run.keep(key, { [refusedMark]: true })
    throw error
  }
  run.keep(key, result)
  return result
}

/** Whether a failed call surely changed nothing: it never left, or the platform refused it before doing anything. */
export function hadNoEffect(error: LarkspurError): boolean {
  if (neverSent(error) || error.category === 'rate_limit' || error.category === 'permission') return true
  if (
    error.code.startsWith('CREDENTIAL_') ||
    error.code === 'API_TOKEN_REFUSED' ||
    error.code === 'API_REQUEST_INVALID'
  )
    return true
  // "Busy" and "internal error" may come after the deed; a refusal that stays one comes before it.
  return error.code === 'API_REFUSED' && !error.retryable && error.platform?.code !== undefined
}

function isRefused(result: unknown): boolean {
  return typeof result === 'object' && result !== null && (result as Record<string, unknown>)[refusedMark] === true
}

function receiverOf({ call, path }: PreparedCall): string {
  if (call.receiver !== undefined) return call.receiver
  const { receive_id: receiver } = (call.body ?? {}) as { receive_id?: unknown }
  return typeof receiver === 'string' ? receiver : path
}
