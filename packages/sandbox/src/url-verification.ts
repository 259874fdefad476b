import { randomUUID } from 'node:crypto'
import type { WebhookClient, WebhookTarget } from './webhook.ts'

/** A request URL has this long for the challenge (docs: request-url-configuration-case). */
const challengeLimitMs = 1000

/**
 * Proves that a request URL belongs to the app's developer: posts a challenge, encrypted when there is an Encrypt Key,
 * and wants it back in plain JSON with HTTP 200.
 *
 * @throws Error that says what the URL answered instead
 */
export async function verifyRequestUrl(webhooks: WebhookClient, token: string, target: WebhookTarget): Promise<void> {
  const challenge = randomUUID()
  const envelope = JSON.stringify({ challenge, token, type: 'url_verification' })
  const answer = await webhooks.post(target, envelope, challengeLimitMs)
  const refuse = (why: string): never => {
    throw new Error(`${target.requestUrl} ${why}; it must answer the challenge within ${challengeLimitMs} ms.`)
  }
  if (answer.outcome === 'timeout') return refuse('did not answer in time')
  if (answer.outcome === 'not-connected') return refuse('cannot be reached')
  if (answer.status !== 200) return refuse(`answered HTTP ${answer.status}`)
  if (challengeIn(answer.body) !== challenge) return refuse('answered HTTP 200 without the challenge')
}

function challengeIn(body: string): unknown {
  try {
    return (JSON.parse(body) as { challenge?: unknown } | null)?.challenge
  } catch {
    return undefined
  }
}
