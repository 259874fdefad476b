import type { InspectorCall, InspectorCallback, InspectorEvent } from '../../../src/page-server/inspector-records.ts'
import type { FeedItem } from '../../../src/page-server/page-records.ts'

/** How something that passed between sandbox and bot stands. */
export type Standing = 'good' | 'waiting' | 'bad'

interface Line {
  /** The same as long as it is the same thing. */
  key: string
  /** Milliseconds of the platform's clock. */
  atMs: number
  appId: string | undefined
  /** The event's type, or the API. */
  title: string
  standing: Standing
  /** Real milliseconds until the acknowledgement or answer. */
  elapsedMs: number | undefined
  messageIds: readonly string[]
  chatIds: readonly string[]
  /** In lower case, for the search. */
  text: string
}

/** A line of the inspector. */
export type Row =
  | (Line & { kind: 'event'; event: InspectorEvent })
  | (Line & { kind: 'callback'; callback: InspectorCallback })
  | (Line & { kind: 'call'; call: InspectorCall })

/** The row of something that the feed told; nothing for what is no traffic. */
export function rowOf(item: FeedItem): Row | undefined {
  if (item.kind === 'event') return eventRow(item.event)
  if (item.kind === 'callback') return callbackRow(item.callback)
  return item.kind === 'call' ? callRow(item.call) : undefined
}

export function eventRow(event: InspectorEvent): Row {
  const { eventId, eventType, appId, createTimeMs: atMs, state, failures, pushes, messageIds, chatIds } = event
  const standing = state === 'acked' ? 'good' : failures.length > 0 ? 'bad' : 'waiting'
  const title = eventType
  const elapsedMs = state === 'acked' ? pushes.at(-1)?.elapsedMs : undefined
  const text = searchable(title, eventId, appId, ...messageIds, ...chatIds)
  const shown = {
    atMs,
    appId,
    title,
    standing,
    elapsedMs,
    messageIds,
    chatIds,
    text,
  } as const
  return { kind: 'event', key: eventId, ...shown, event }
}

export function callbackRow(callback: InspectorCallback): Row {
  const { seq, eventType: title, eventId, appId, atMs, outcome, elapsedMs, messageIds, chatIds, code } = callback
  const standing = outcome === 'answered' ? 'good' : outcome === 'pending' ? 'waiting' : 'bad'
  const text = searchable(title, eventId, appId, code, ...messageIds, ...chatIds)
  const shown = { atMs, appId, title, standing, elapsedMs, messageIds, chatIds, text } as const
  return { kind: 'callback', key: `callback ${seq}`, ...shown, callback }
}

export function callRow(call: InspectorCall): Row {
  const { seq, method, path, api, appId, atMs, status, code, durationMs, logId, faultId, messageIds, chatIds } = call
  const bad = code !== 0 || status < 200 || status >= 400 || faultId !== undefined
  const title = (api ?? `${method} ${path}`).replace(' /open-apis/', ' ')
  const text = searchable(title, path, appId, logId, code, status, faultId, ...messageIds, ...chatIds)
  const shown = { atMs, appId, title, elapsedMs: durationMs, messageIds, chatIds, text }
  return { kind: 'call', key: `call ${seq}`, ...shown, standing: bad ? 'bad' : 'good', call }
}

function searchable(...parts: readonly (string | number | undefined)[]): string {
  return parts.join(' ').toLowerCase()
}
