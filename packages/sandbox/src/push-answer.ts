import type { CallbackResult } from './control.ts'
import type { Frame } from './frame.ts'
import type { WebhookOutcome } from './webhook.ts'

/** How a callback ended, before its time is taken. */
export type CallbackAnswer = Omit<CallbackResult, 'elapsedMs'>

interface AckPayload {
  code?: unknown
  data?: unknown
}

const plainAck = Buffer.from('{"code":200}')

/** The code of an acknowledgement; 0 when it carries none. */
export function ackCode(frame: Frame): number {
  if (frame.payload && plainAck.equals(frame.payload)) return 200
  const { code } = ackPayload(frame)
  return typeof code === 'number' ? code : 0
}

/** What a client answered to a callback over its link. */
export function frameAnswer(frame: Frame): CallbackAnswer {
  const { code, data } = ackPayload(frame)
  if (code !== 200) return { outcome: 'failed', code: 200671 }
  if (typeof data !== 'string' || data === '') return { outcome: 'answered' }
  return answerIn(Buffer.from(data, 'base64').toString())
}

/** What a request URL answered to a callback. */
export function webhookAnswer(outcome: WebhookOutcome): CallbackAnswer {
  if (outcome.outcome === 'timeout') return { outcome: 'timeout', code: 200341 }
  if (outcome.outcome === 'not-connected') return { outcome: 'not-connected', code: outcome.dns ? 200343 : 200342 }
  if (outcome.status !== 200) return { outcome: 'failed', code: 200671 }
  return outcome.body === '' ? { outcome: 'answered' } : answerIn(outcome.body)
}

function ackPayload(frame: Frame): AckPayload {
  try {
    const value: unknown = JSON.parse(Buffer.from(frame.payload ?? []).toString())
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

function answerIn(json: string): CallbackAnswer {
  try {
    return { outcome: 'answered', response: JSON.parse(json) }
  } catch {
    return { outcome: 'failed', code: 200672 }
  }
}
