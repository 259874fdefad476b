import type { DeliveryOptions } from './app-options.ts'
import { checkedRequestUrl, type Subscribed } from './subscription.ts'
import type { AppRecord } from './tenant.ts'
import { verifyRequestUrl } from './url-verification.ts'
import type { WebhookClient } from './webhook.ts'

/**
 * Changes how an app gets its events, its callbacks, or both, at once.
 *
 * @throws Error when the request URL fails its challenge or an option is wrong; nothing is changed then
 */
export async function changeDelivery(app: AppRecord, options: DeliveryOptions, webhooks: WebhookClient): Promise<void> {
  const { only } = options
  if (only !== undefined && only !== 'events' && only !== 'callbacks') {
    throw new Error(`only is "events" or "callbacks", received ${JSON.stringify(only)}.`)
  }
  const changed: readonly Subscribed[] = only === undefined ? ['events', 'callbacks'] : [only]
  if (options.delivery === 'websocket') {
    for (const what of changed) app[what] = { ...app[what], type: 'websocket' }
    return
  }
  if (options.delivery !== 'webhook') {
    const { delivery } = options as { delivery?: unknown }
    throw new Error(`delivery is "websocket" or "webhook", received ${JSON.stringify(delivery)}.`)
  }
  const requestUrl = checkedRequestUrl(options.requestUrl)
  const { encryptKey, verificationToken = app.verificationToken } = options
  await verifyRequestUrl(webhooks, verificationToken, { requestUrl, encryptKey })
  Object.assign(app, { encryptKey, verificationToken })
  for (const what of changed) app[what] = { ...app[what], type: 'webhook', requestUrl }
}
