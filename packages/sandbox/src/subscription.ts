import type { AppRecord } from './tenant.ts'
import type { WebhookTarget } from './webhook.ts'

/** What reaches a bot: events, which are pushed again, and callbacks, which are answered. */
export type Subscribed = 'events' | 'callbacks'

/** How an app gets its events, or its callbacks: one way for all of them (docs: event-subscription-guide). */
export interface Subscription {
  type: 'websocket' | 'webhook'
  /** Kept while the type is `websocket`. */
  requestUrl: string | undefined
  /** Types that the app took off its list; all others reach it. */
  without: ReadonlySet<string>
}

/** A subscription to everything, over the long connection or at a URL. */
export function newSubscription(requestUrl: string | undefined): Subscription {
  return { type: requestUrl === undefined ? 'websocket' : 'webhook', requestUrl, without: new Set() }
}

/** Where the app wants its events or callbacks posted; nothing when they go over the long connection. */
export function webhookOf(app: AppRecord, what: Subscribed): WebhookTarget | undefined {
  const { type, requestUrl } = app[what]
  return type === 'webhook' && requestUrl !== undefined ? { requestUrl, encryptKey: app.encryptKey } : undefined
}

/**
 * A request URL that can be posted to.
 *
 * @throws Error for anything but http: and https:
 */
export function checkedRequestUrl(requestUrl: string): string {
  if (/^https?:$/.test(URL.parse(requestUrl)?.protocol ?? '')) return requestUrl
  throw new Error(`A request URL starts with http:// or https://, received "${requestUrl}".`)
}
