import type { App } from '../config/app.ts'
import type { ReceiveEnvelope } from '../connection/link.ts'
import { coreError } from '../errors/catalogue.ts'
import type { Log } from '../observe/log.ts'
import type { Counter, Metrics } from '../observe/metrics.ts'
import { rememberRequests } from './seen-requests.ts'
import { type RefusalReason, refusalReasons, verify } from './verify.ts'

/** Counts refused webhook requests. */
export type WebhookMetrics = Counter<{ reason: typeof refusalReasons }>

/** What the route of one app needs. */
export interface WebhookOptions {
  readonly app: App
  /** Takes the envelopes; see {@link ReceiveEnvelope}. */
  readonly receive: ReceiveEnvelope
  readonly log: Log
  readonly refused: WebhookMetrics
  /** How far the time of a request may be from ours, either way. Default 5 min. */
  readonly windowMs?: number | undefined
  /** Default 1 MiB. */
  readonly maxBodyBytes?: number | undefined
  /** Replaced in tests. */
  readonly now?: (() => number) | undefined
}

/** Declares the metric of the webhooks; once per bot. */
export function declareWebhookMetrics(metrics: Metrics): WebhookMetrics {
  return metrics.counter({
    name: 'webhook_refused_total',
    help: 'Webhook requests that were not of the platform, or could not be proved to be.',
    labels: { reason: refusalReasons },
  })
}

/**
 * Makes the webhook of one app: a function from Request to Response. Whoever is not the platform gets one constant answer.
 *
 * @throws WEBHOOK_KEYS_MISSING when the app has no Encrypt Key or no Verification Token: nothing could be proved
 */
export function createWebhook(options: WebhookOptions): (request: Request) => Promise<Response> {
  const { app, receive, log, windowMs = 5 * 60_000, maxBodyBytes = 1024 * 1024, now = Date.now } = options
  const encryptKey = app.encryptKey()
  const verificationToken = app.verificationToken()
  if (!encryptKey || !verificationToken) {
    const missing = [!encryptKey && 'encryptKey', !verificationToken && 'verificationToken']
      .filter(Boolean)
      .join(' and ')
    throw coreError('WEBHOOK_KEYS_MISSING', { message: `app ${app.appId} receives by webhook and has no ${missing}` })
  }
  const seen = rememberRequests(2 * windowMs)

  const refuse = (reason: RefusalReason, status = 401): Response => {
    options.refused.add({ reason })
    log.debug('a webhook request was refused', { appId: app.appId, reason })
    return new Response('refused', { status, headers: { 'cache-control': 'no-store' } })
  }

  return async (request) => {
    if (request.method !== 'POST') return refuse('method', 405)
    if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) return refuse('content_type')
    if (request.headers.has('content-encoding')) return refuse('content_type')
    const body = await readBody(request, maxBodyBytes)
    if (!body) return refuse('too_large', 413)
    const known = { appId: app.appId, encryptKey, verificationToken, windowMs, nowMs: now(), seen }
    const verified = verify(request.headers, body, known)
    if (verified.kind === 'refused') return refuse(verified.reason)
    if (verified.kind === 'challenge') return Response.json({ challenge: verified.challenge })
    try {
      return Response.json((await receive(verified.envelope)) ?? {})
    } catch {
      // The one who rejected has logged why.
      seen.delete(verified.requestKey)
      return new Response('not stored', { status: 500 })
    }
  }
}

/** The whole body, or undefined when it is longer than allowed. */
async function readBody(request: Request, maxBytes: number): Promise<Uint8Array | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return undefined
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length
    if (bytes > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
